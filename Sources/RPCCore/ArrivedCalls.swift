/// A call that came and may begin. It holds no memory; the connection has what belongs to it.
public struct ArrivedCall: Sendable {
    /// What its caller says of it.
    public let start: CallStart
    /// Where its single request stands in memory that it may share; 0..<0 when that holds nothing,
    /// as for a stream of them.
    public let place: Range<Int>
    let hasExtra: Bool
}

/// Calls that wait to begin, in the order in which they came.
///
/// Their requests stand one behind the other in memory that is used again for those that come
/// later: memory of its own for each was a twentieth of a call.
@usableFromInline struct ArrivedCalls: Sendable {
    @usableFromInline var calls = Fifo<ArrivedCall>()
    private var requests: [UInt8] = []
    /// What few calls have, by stream.
    private var extras: [UInt32: Extra] = [:]

    struct Extra {
        let metadata: Metadata?
        /// A request that came in pieces, and has memory of its own already.
        let request: [UInt8]?
    }

    @inlinable var isEmpty: Bool { self.calls.isEmpty }

    /// The method of the first call; nil when none waits.
    @inlinable var nextMethod: Int? { self.calls.first?.start.method }

    /// Adds a call whose request came whole.
    mutating func append(
        _ start: CallStart, _ metadata: Metadata?, copying request: UnsafeRawBufferPointer
    ) {
        if self.calls.isEmpty { self.requests.removeAll(keepingCapacity: true) }
        let begin = request.isEmpty ? 0 : self.requests.count
        self.requests.append(contentsOf: request)
        self.append(
            start, begin..<begin + request.count, metadata.map { Extra(metadata: $0, request: nil) }
        )
    }

    /// Adds a call whose request has memory of its own, or that has a stream of them.
    mutating func append(_ start: CallStart, _ metadata: Metadata?, _ request: [UInt8]?) {
        let hasExtra = metadata != nil || request != nil
        self.append(
            start, 0..<(request?.count ?? 0),
            hasExtra ? Extra(metadata: metadata, request: request) : nil)
    }

    private mutating func append(_ start: CallStart, _ place: Range<Int>, _ extra: Extra?) {
        if let extra { self.extras[start.stream] = extra }
        self.calls.append(ArrivedCall(start: start, place: place, hasExtra: extra != nil))
    }

    /// Takes the first call; what belongs to it is to be taken before the next.
    mutating func popFirst() -> ArrivedCall? { self.calls.popFirst() }

    /// Takes out a call that is not to begin any more; nil when it does not wait.
    mutating func remove(_ id: UInt32) -> ArrivedCall? {
        self.isEmpty ? nil : self.calls.remove { $0.start.stream == id }
    }

    /// Takes what belongs to a call that was taken.
    mutating func belongings(_ call: ArrivedCall) -> (metadata: Metadata?, requests: [UInt8]) {
        // Who has no request holds nothing of others: a stream may last.
        let shared = call.place.isEmpty ? [] : self.requests
        guard call.hasExtra else { return (nil, shared) }
        let extra = self.extras.removeValue(forKey: call.start.stream)
        return (extra?.metadata, extra?.request ?? shared)
    }

    /// Gives memory of busier times back.
    mutating func trim() {
        if self.calls.isEmpty { self = ArrivedCalls() }
    }
}
