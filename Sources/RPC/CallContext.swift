public import Crypto
public import RPCCore
internal import Synchronization

/// What a handler knows of its call.
public struct CallContext: Sendable {
    /// Everything a call has stands in one object: a context is handed around with every call.
    let call: ServerCall

    /// `/package.Service/Method`.
    public var method: String { self.call.method }
    /// How many messages go either way.
    public var kind: CallKind { self.call.kind }
    /// The other end's address, for logs.
    public var peer: String { self.call.peer.peerName }
    /// Whether the caller is on this machine.
    public var isLocal: Bool { self.call.peer.isLocal }
    /// Who the caller is by its verified certificate; nil without TLS or certificate.
    public var identity: PeerIdentity? { self.call.identity }
    /// What the caller sent along.
    public var metadata: Metadata { self.call.metadata }
    /// When the caller gives up; nil = never.
    public var deadline: ContinuousClock.Instant? { self.call.until?.instant }
    /// Whether the caller gives up at all; cheaper to ask than when.
    public var hasDeadline: Bool { self.call.until != nil }
    /// The request that the call belongs to; made here when the caller named none.
    public var trace: TraceContext { self.call.trace }
    /// Earlier attempts of this call.
    public var attempt: UInt32 { self.call.attempt }

    /// Whether the server is about to stop; streaming handlers should end soon.
    public var isDraining: Bool { self.call.peer.draining.isSet }

    /// Gives the call less time than its caller did, counted from its first byte; more is not
    /// given. For interceptors: once the handler runs, nobody watches a new end.
    ///
    /// - Parameter time: above zero.
    public func limit(to time: Duration) { self.call.end(by: self.call.startedAt + time) }

    /// Metadata that goes with the status.
    public func addTrailer(_ key: String, _ text: String) {
        self.call.changeTrailers { $0.add(key, text) }
    }

    /// Binary metadata that goes with the status.
    public func addTrailer(_ key: String, binary bytes: [UInt8]) {
        self.call.changeTrailers { $0.add(key, binary: bytes) }
    }

    /// Sends metadata before the first message; once, and without effect behind a message.
    public func sendHeaders(_ metadata: Metadata) { self.call.sendHeaders(metadata) }

    /// Time left; nil = no deadline. Never negative.
    public var remaining: Duration? {
        self.deadline.map { max(.zero, $0 - ContinuousClock.now) }
    }

    /// Options for a call made on behalf of this one: its trace, and never more than its time.
    public func options(timeout: Duration? = nil) -> CallOptions {
        var options = CallOptions(timeout: timeout, trace: self.trace.child())
        if let remaining { options.timeout = min(timeout ?? remaining, remaining) }
        return options
    }
}

/// Tells handlers that the server drains.
final class DrainSignal: Sendable {
    private struct State {
        var isSet = false
        var actions: [UInt64: @Sendable () -> Void] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    var isSet: Bool { self.state.withLock { $0.isSet } }

    func set() {
        let actions = self.state.withLock { state in
            state.isSet = true
            defer { state.actions = [:] }
            return state.actions.values.map { $0 }
        }
        for action in actions { action() }
    }

    /// Calls `action` when the drain begins, or at once.
    ///
    /// - Returns: a number for `remove`.
    func onSet(_ action: @escaping @Sendable () -> Void) -> UInt64 {
        let (number, isSet) = self.state.withLock { state in
            state.next += 1
            if !state.isSet { state.actions[state.next] = action }
            return (state.next, state.isSet)
        }
        if isSet { action() }
        return number
    }

    func remove(_ number: UInt64) { self.state.withLock { $0.actions[number] = nil } }
}

extension CallContext {
    /// Runs `body` and cancels it when the server begins to drain, so that an endless stream ends.
    ///
    /// - Throws: what `body` throws; a cancellation by the drain is the handler's to turn into a
    ///   normal end.
    public func endingWithDrain<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await body() }
        let number = self.call.peer.draining.onSet { task.cancel() }
        defer { self.call.peer.draining.remove(number) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

/// How a call is made.
public struct CallOptions: Sendable {
    /// Longest time for the whole call, waiting included; nil = no limit.
    public var timeout: Duration?
    /// Whether to wait for a server that is away instead of failing at once.
    public var waitForReady: Bool
    /// What goes along.
    public var metadata: Metadata
    /// The request that the call belongs to; nil = the server begins a trace.
    public var trace: TraceContext?
    /// Gets the metadata that comes back; nil when nobody wants to know.
    public var received: ReceivedMetadata?

    /// Makes options; by default a call may take 10 s and fails at once when nobody listens.
    public init(
        timeout: Duration? = .seconds(10), waitForReady: Bool = false,
        metadata: Metadata = Metadata(), trace: TraceContext? = nil
    ) {
        self.timeout = timeout
        self.waitForReady = waitForReady
        self.metadata = metadata
        self.trace = trace
    }
}

/// Metadata that came back with a call; the last attempt's.
public final class ReceivedMetadata: Sendable {
    private let state = Mutex<(headers: Metadata?, trailers: Metadata)>((nil, Metadata()))

    /// Nothing came yet.
    public init() {}

    /// What came before the first response; nil when nothing was sent ahead.
    public var headers: Metadata? { self.state.withLock { $0.headers } }
    /// What came with the status.
    public var trailers: Metadata { self.state.withLock { $0.trailers } }

    func set(headers: Metadata) { self.state.withLock { $0.headers = headers } }
    func set(trailers: Metadata) { self.state.withLock { $0.trailers = trailers } }
}
