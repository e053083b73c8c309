/// A call that came and may begin.
public struct ArrivedCall: Sendable {
    /// What its caller says of it.
    public let start: CallStart
    /// What its caller sends along; nil = nothing.
    public let metadata: Metadata?
    /// Memory in which its single request stands, maybe beside others: not to be held for long.
    public let requests: [UInt8]
    /// Where in `requests`; empty when the call has a stream of them.
    public let place: Range<Int>

    /// Its single request.
    public var request: ArraySlice<UInt8> { self.requests[self.place] }
}

/// Calls that wait to begin, in the order in which they came.
///
/// Their requests stand one behind the other in memory that is used again for those that come
/// later: memory of its own for each was a twentieth of a call.
struct ArrivedCalls: Sendable {
    private var calls = Fifo<Arrived>()
    private var requests: [UInt8] = []
    /// What few calls have, by stream.
    private var extras: [UInt32: Extra] = [:]

    private struct Arrived {
        let start: CallStart
        let place: Range<Int>
        let hasExtra: Bool
    }

    struct Extra {
        let metadata: Metadata?
        /// A request that came in pieces, and has memory of its own already.
        let request: [UInt8]?
    }

    var isEmpty: Bool { self.calls.isEmpty }

    /// The method of the first call; nil when none waits.
    var nextMethod: Int? { self.calls.first?.start.method }

    /// Adds a call whose request came whole.
    mutating func append(
        _ start: CallStart, _ metadata: Metadata?, copying request: UnsafeRawBufferPointer
    ) {
        if self.calls.isEmpty { self.requests.removeAll(keepingCapacity: true) }
        let begin = self.requests.count
        self.requests.append(contentsOf: request)
        self.append(
            start, begin..<self.requests.count, metadata.map { Extra(metadata: $0, request: nil) })
    }

    /// Adds a call whose request has memory of its own, or that has a stream of them.
    mutating func append(_ start: CallStart, _ metadata: Metadata?, _ request: [UInt8]?) {
        let extra = Extra(metadata: metadata, request: request)
        self.append(start, 0..<0, metadata == nil && request == nil ? nil : extra)
    }

    private mutating func append(_ start: CallStart, _ place: Range<Int>, _ extra: Extra?) {
        if let extra { self.extras[start.stream] = extra }
        self.calls.append(Arrived(start: start, place: place, hasExtra: extra != nil))
    }

    /// Takes the first call.
    mutating func popFirst() -> ArrivedCall? {
        guard let call = self.calls.popFirst() else { return nil }
        return self.whole(call)
    }

    /// Takes out a call that is not to begin any more; nil when it does not wait.
    mutating func remove(_ id: UInt32) -> ArrivedCall? {
        guard let call = self.calls.remove(where: { $0.start.stream == id }) else { return nil }
        return self.whole(call)
    }

    private mutating func whole(_ call: Arrived) -> ArrivedCall {
        let extra = call.hasExtra ? self.extras.removeValue(forKey: call.start.stream) : nil
        guard let own = extra?.request else {
            return ArrivedCall(
                start: call.start, metadata: extra?.metadata, requests: self.requests,
                place: call.place)
        }
        return ArrivedCall(
            start: call.start, metadata: extra?.metadata, requests: own, place: 0..<own.count)
    }

    /// Gives memory of busier times back.
    mutating func trim() {
        if self.calls.isEmpty { self = ArrivedCalls() }
    }
}
