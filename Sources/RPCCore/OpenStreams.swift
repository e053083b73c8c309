/// What is remembered of an open call.
@usableFromInline protocol UsualStream: Sendable {
    /// What a usual call is in full.
    static var usual: Self { get }
}

/// The open calls of a connection by stream id.
///
/// Of a usual call, one whole request and one reply that has yet to come, nothing has to be
/// remembered but that it is open: it stands in a table of ids, and has a `Stream` from the moment
/// when something unusual happens to it. Moving a `Stream` in and out cost a twentieth of a call.
@usableFromInline struct OpenStreams<Stream: UsualStream>: ~Copyable, Sendable {
    @usableFromInline var usual = StreamTable<Bool>()
    @usableFromInline var others = StreamTable<Stream>()
    @inlinable var count: Int { self.usual.count + self.others.count }
    var keys: [UInt32] { self.usual.keys + self.others.keys }

    func contains(_ id: UInt32) -> Bool { self.usual.contains(id) || self.others.contains(id) }

    /// To read; a usual call is shown in full.
    subscript(id: UInt32) -> Stream? { self.usual.contains(id) ? Stream.usual : self.others[id] }

    /// Adds a usual call.
    mutating func insertUsual(_ id: UInt32) { self.usual.insert(id, true) }

    /// Takes a usual call out.
    ///
    /// - Returns: whether it was there, and was one.
    mutating func removeUsual(_ id: UInt32) -> Bool { self.usual.remove(id) }

    mutating func insert(_ id: UInt32, _ stream: consuming Stream) {
        self.others.insert(id, stream)
    }

    /// Replaces a call that is not usual.
    mutating func replace(_ id: UInt32, _ stream: Stream) { self.others[id] = stream }

    /// Changes a call where it stands; it is not usual any more.
    ///
    /// - Returns: what `body` returns, or nil without such a call.
    /// - Throws: what `body` throws.
    @discardableResult
    mutating func change<Result, Failure: Error>(
        _ id: UInt32, _ body: (inout Stream) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        if let result = try self.others.change(id, body) { return result }
        guard self.usual.remove(id) else { return nil }
        self.others.insert(id, Stream.usual)
        return try self.others.change(id, body)
    }

    /// Changes a call where it stands when it is not usual.
    ///
    /// - Returns: what `body` returns, or nil without such a call.
    mutating func changeOther<Result>(
        _ id: UInt32, _ body: (inout Stream) -> Result
    ) -> Result? {
        self.others.change(id, body)
    }

    /// Takes a call out after a last look at it.
    ///
    /// - Returns: what `body` returns, or nil without such a call.
    mutating func remove<Result>(_ id: UInt32, _ body: (borrowing Stream) -> Result) -> Result? {
        if self.usual.remove(id) { return body(Stream.usual) }
        return self.others.remove(id, body)
    }

    /// Takes a call out.
    ///
    /// - Returns: whether it was there.
    mutating func remove(_ id: UInt32) -> Bool { self.usual.remove(id) || self.others.remove(id) }

    mutating func removeAll() {
        self.usual = StreamTable()
        self.others = StreamTable()
    }

    /// Gives memory of busier times back.
    mutating func trim() {
        self.usual.trim()
        self.others.trim()
    }
}
