// What handlers send.
extension ServerConnection {
    /// Whether the call still exists: neither answered, cancelled nor lost.
    public func isOpen(_ id: UInt32) -> Bool { self.streams.contains(id) }

    /// Whether a message may be begun as far as credit goes; true as well when the call is over.
    public func mayStart(_ id: UInt32) -> Bool { self.streams[id]?.outbound.mayStart ?? true }

    /// Sends metadata before the first message; once, and only then.
    public mutating func sendHeaders(_ metadata: Metadata, _ id: UInt32) {
        let wereSent = self.streams.change(id) { stream in
            defer { stream.sentHeaders = true }
            return stream.sentHeaders
        }
        guard wereSent == false else { return }
        let header = ReplyHeader(metadata: metadata).encoded()
        if let error = self.headerTooLarge(header.count) { return self.finish(id, error) }
        self.output.append([Frame.encoded(.headers, stream: id, header: header)], stream: id)
    }

    /// Sends one message of a streaming reply, which `encode` appends to bytes it is given.
    ///
    /// `encode` is called when the message is sent or is larger than the client accepts.
    public mutating func send(
        _ id: UInt32, _ encode: (inout [UInt8]) -> Void
    ) -> StreamSending {
        guard let mayStart = self.streams.change(id, { $0.outbound.mayStart }) else {
            return .ended
        }
        guard mayStart else { return .mustWait }
        let count = self.output.append(message: id, self.peer, encode)
        if let error = self.tooLarge(count) { return .failed(error) }
        self.streams.change(id) { stream in
            stream.sentHeaders = true
            stream.outbound.started(bytes: count)
        }
        return .sent
    }

    /// Ends a call with its single reply, or without one for a stream.
    ///
    /// - Parameter handlerRuns: whether the call counts until `handlerEnded`.
    /// - Returns: the error that the caller reads instead when it does not take the reply.
    @discardableResult
    public mutating func finish(
        _ id: UInt32, reply: [UInt8]?, trailers: Metadata = Metadata(), handlerRuns: Bool = true
    ) -> RPCError? {
        let header = Self.header(trailers)
        let refusal =
            reply.flatMap { self.tooLarge($0.count) } ?? self.headerTooLarge(header.count)
        if let refusal {
            self.finish(id, refusal, handlerRuns: handlerRuns)
        } else if self.close(id, handlerRuns: handlerRuns) {
            self.budget.callEnded()
            self.write(id, header, reply)
        }
        return refusal
    }

    private mutating func write(_ id: UInt32, _ header: [UInt8], _ reply: [UInt8]?) {
        guard let reply else {
            return self.output.append(
                .status, [.end, .noMessage], stream: id, header: header, body: [])
        }
        if header.count + reply.count <= Int(self.peer.frameBytesMax) {
            return self.output.append(.status, .end, stream: id, header: header, body: reply)
        }
        // The header block must stand in the frame that ends the call, whatever its size.
        let room = Int(self.peer.frameBytesMax) - header.count
        let split = reply.count > room ? reply.count - min(room, reply.count) : 0
        if split > 0 {
            let pieces = Self.pieces(reply, upTo: split, size: Int(self.peer.frameBytesMax))
            self.output.append(
                pieces.map { Frame.encoded(.message, .more, stream: id, body: reply[$0]) },
                stream: id)
        }
        self.output.append(
            [Frame.encoded(.status, .end, stream: id, header: header, body: reply[split...])],
            stream: id)
    }

    /// OK is no header block at all.
    private static func header(_ trailers: Metadata) -> [UInt8] {
        if trailers.entries.isEmpty { return [] }
        var block = StatusBlock()
        block.trailers = trailers
        return block.encoded()
    }

    private static func pieces(_ reply: [UInt8], upTo split: Int, size: Int) -> [Range<Int>] {
        stride(from: 0, to: split, by: size).map { $0..<min($0 + size, split) }
    }

    /// Ends a call with an error.
    public mutating func finish(_ id: UInt32, _ error: RPCError, handlerRuns: Bool = true) {
        if self.close(id, handlerRuns: handlerRuns) { self.writeStatus(id, error) }
    }

    /// The handler returned a reply, or none after a stream; the call no longer counts.
    ///
    /// - Returns: the error that the caller reads instead when it does not take the reply.
    @discardableResult
    public mutating func complete(
        _ id: UInt32, reply: [UInt8]?, trailers: Metadata
    ) -> RPCError? {
        let refusal = self.finish(id, reply: reply, trailers: trailers, handlerRuns: false)
        if self.phase == .draining { self.closeIfIdle() }
        return refusal
    }

    /// What became of a reply that was to be encoded where it leaves.
    public enum Answer: Sendable {
        /// It is on its way.
        case sent
        /// It does not go with one frame; the call is as it was.
        case larger([UInt8])
        /// The call has ended before; nothing was encoded.
        case ended
    }

    /// The handler returned a reply, which `encode` appends to bytes it is given: the usual end of
    /// a call, which no longer counts, without memory of its own.
    public mutating func complete(_ id: UInt32, _ encode: (inout [UInt8]) -> Void) -> Answer {
        let isUsual = self.streams.removeUsual(id)
        guard isUsual || self.streams.contains(id) else { return .ended }
        let room = Int(min(self.peer.frameBytesMax, self.peer.messageBytesMax))
        if case .larger(let reply) = self.output.append(
            .status, .end, stream: id, upTo: room, encode)
        {
            if isUsual { self.streams.insertUsual(id) }
            return .larger(reply)
        }
        if !isUsual { _ = self.close(id, handlerRuns: false) }
        self.budget.callEnded()
        if self.phase == .draining { self.closeIfIdle() }
        return .sent
    }

    /// The handler failed; the call no longer counts.
    public mutating func complete(_ id: UInt32, _ error: RPCError) {
        self.finish(id, error, handlerRuns: false)
        self.closeIfIdle()
    }

    /// The task of a handler ended: the call no longer counts.
    public mutating func handlerEnded(_ id: UInt32) {
        if self.lingering.remove(id), self.phase == .draining { self.closeIfIdle() }
    }

    /// The handler took requests of so many bytes: their credit goes back.
    ///
    /// - Returns: whether it goes now, and the client may be waiting for it.
    @discardableResult
    public mutating func taken(bytes: Int, messages: Int = 1, _ id: UInt32) -> Bool {
        let grant = self.streams.change(id) { stream in
            let before = stream.inbound.heldBytes
            let grant = stream.inbound.taken(bytes: bytes, messages: messages)
            self.heldBytes -= before - stream.inbound.heldBytes
            return grant
        }
        guard let grant, let grant else { return false }
        self.output.append(control: Self.window(grant, id))
        return true
    }

    static func window(_ grant: UInt32, _ id: UInt32) -> [UInt8] {
        let body = withUnsafeBytes(of: grant.bigEndian) { Array($0) }
        return Frame.encoded(.window, stream: id, body: body)
    }

    /// Asks whether the client is alive.
    public mutating func ping(_ payload: UInt64) {
        self.pings = min(self.pings, .max - 1) + 1
        let body = withUnsafeBytes(of: payload.bigEndian) { Array($0) }
        self.output.append(control: Frame.encoded(.ping, body: body))
    }

    /// Why a connection ends that was asked to.
    public static let drained = "drained"

    /// What a client reads for whom there is no room, instead of an introduction.
    public static func turnedAway(_ words: String) -> [UInt8] {
        let farewell = GoAway(lastStream: 0, code: .excessLoad, reason: words)
        return Preface.bytes + Frame.encoded(.goAway, header: farewell.encoded())
    }

    /// Begins a drain: new calls are still taken until the client has confirmed it.
    public mutating func drain(graceMilliseconds: UInt32) {
        guard self.phase == .open || self.phase == .setUp else { return }
        // Who has not even shown a preface is told nothing, and loses nothing.
        guard self.setup.state != .preface else {
            self.phase = .closed
            return self.actions.append(.close(reason: Self.drained))
        }
        self.phase = .draining
        self.sayGoodbye(last: Limits.streamMax, grace: graceMilliseconds)
    }

    /// The client did not confirm: calls above the highest id seen are refused from now on.
    public mutating func refuseNewCalls(graceMilliseconds: UInt32) {
        guard self.phase == .draining, self.lastAccepted == Limits.streamMax else { return }
        self.lastAccepted = self.highestStream
        self.takesNoMoreCalls = true
        self.sayGoodbye(last: self.highestStream, grace: graceMilliseconds)
    }

    /// Ends what still runs when the grace is over.
    public mutating func endDrain() {
        let error = RPCError(
            .unavailable, "the server stopped before the call ended", reason: ErrorReason.draining)
        for id in self.streams.keys.sorted() {
            self.breakCall(id, error)
        }
        self.phase = .closed
        self.actions.append(.close(reason: Self.drained))
    }

    /// Closes when nothing runs any more; part of a drain.
    public mutating func closeIfIdle() {
        guard self.phase == .draining, self.takesNoMoreCalls, self.openCalls == 0 else { return }
        self.phase = .closed
        self.actions.append(.close(reason: Self.drained, isOrderly: true))
    }

    private mutating func sayGoodbye(last: UInt32, grace: UInt32) {
        let farewell = GoAway(
            lastStream: last, code: .noError, reason: "draining", graceMilliseconds: grace)
        self.say(farewell, after: [])
    }

    mutating func writeStatus(_ id: UInt32, _ error: RPCError) {
        var flags: FrameFlags = [.end, .noMessage]
        if error.isUnprocessed { flags.insert(.unprocessed) }
        var header = StatusBlock(error).encoded()
        if header.count > self.peer.headerRoom {
            // Details and trailers that do not fit are left behind; the code must arrive.
            header = StatusBlock(RPCError(error.code, error.message)).encoded()
        }
        self.budget.callEnded()
        self.output.append([Frame.encoded(.status, flags, stream: id, header: header)], stream: id)
    }

    /// Ends a call.
    ///
    /// - Returns: whether it was open.
    private mutating func close(_ id: UInt32, handlerRuns: Bool) -> Bool {
        if !self.streams.removeUsual(id) {
            guard let end = self.remove(id) else {
                if !handlerRuns { self.handlerEnded(id) }
                return false
            }
            self.forget(id, end)
        }
        if handlerRuns { self.lingering[id] = true }
        return true
    }

    /// Metadata that the caller does not take ends the call: without it the reply is another one.
    private func headerTooLarge(_ count: Int) -> RPCError? {
        guard count > self.peer.headerRoom else { return nil }
        return RPCError(
            .resourceExhausted,
            "metadata of \(count) bytes; the caller takes \(self.peer.headerRoom)",
            reason: ErrorReason.limit,
            facts: ["limit": "\(self.peer.headerRoom)", "bytes": "\(count)"])
    }

    private func tooLarge(_ count: Int) -> RPCError? {
        let limit = Int(self.peer.messageBytesMax)
        guard count > limit else { return nil }
        return RPCError(
            .resourceExhausted, "reply of \(count) bytes; the caller takes \(limit)",
            reason: ErrorReason.messageTooLarge,
            facts: ["limit": "\(limit)", "bytes": "\(count)"])
    }
}
