internal import Crypto
internal import RPCCore
internal import Sockets
internal import Synchronization

extension CallStart {
    /// When a caller gives up whose call came at `now`; nil = never.
    func deadline(from now: Moment) -> Moment? {
        guard self.timeoutMicroseconds > 0 else { return nil }
        return now.advanced(
            byNanoseconds: Int64(min(self.timeoutMicroseconds, Self.timeoutMax)) * 1000)
    }

    /// A day, to which more is cut (rpc.md 1.8).
    private static let timeoutMax: UInt64 = 86_400_000_000
}

/// One call of a server while its handler runs: what the handler's context, its writer and its
/// deadline have in common, in one object. It is made when the handler begins, so that calls that
/// end at once use the same memory one after the other.
final class ServerCall: MessageSink, TimedCall {
    let peer: ServerPeer
    private let start: CallStart
    private let sentAlong: Metadata?
    /// Who the caller is by its verified certificate.
    let identity: PeerIdentity?
    /// Requests of a streaming call.
    let requests: MessageQueue?
    let startedAt: Moment
    private let state = Mutex(State())
    private let waited = Atomic(false)
    private let trailed = Atomic(false)
    /// Nanoseconds in which the call waited for the turn of its method.
    private let queuedFor = Atomic<Int64>(0)
    /// Interceptors may change it while it is read.
    private let limit: Atomic<Moment.Bits>

    private struct State {
        var trailers = Metadata()
        /// Why the caller stopped waiting before the handler was done.
        var abandoned: StatusCode?
        var task: Task<Void, Never>?
        var waiter: Waiter?
    }

    init(
        _ peer: ServerPeer, _ start: CallStart, _ metadata: Metadata?, identity: PeerIdentity?,
        at now: Moment
    ) {
        self.peer = peer
        self.sentAlong = metadata
        self.identity = identity
        self.limit = Atomic(Moment.bits(start.deadline(from: now)))
        self.requests = start.kind.streamsRequests ? MessageQueue() : nil
        self.start = start
        self.startedAt = now
    }

    var id: UInt32 { self.start.stream }
    var kind: CallKind { self.start.kind }
    /// The method's number among those of the server.
    var methodNumber: Int { self.start.method }
    /// `/package.Service/Method`.
    var method: String { self.peer.routes.methods.path(of: self.start.method) }
    /// What the caller sent along.
    var metadata: Metadata { self.sentAlong ?? Metadata() }
    /// Earlier attempts of this call.
    var attempt: UInt32 { self.start.attempt }

    /// Whether the handler had to wait for something, and has a task of its own.
    var hasWaited: Bool { self.waited.load(ordering: .relaxed) }

    /// The time that the call waited for the turn of its method.
    var queued: Duration { .nanoseconds(self.queuedFor.load(ordering: .relaxed)) }

    /// Remembers that the call waited for so long.
    func waited(_ time: Duration) {
        self.queuedFor.store(time.microseconds * 1000, ordering: .relaxed)
    }

    /// When the caller gives up; nil = never.
    var until: Moment? { Moment(bits: self.limit.load(ordering: .relaxed)) }

    /// Sets an earlier end.
    func end(by moment: Moment) {
        guard self.until.map({ moment < $0 }) ?? true else { return }
        self.limit.store(Moment.bits(moment), ordering: .relaxed)
    }

    /// The request that the call belongs to. Read again each time: most handlers never ask.
    var trace: TraceContext {
        self.start.trace ?? self.peer.traces.trace(of: self.id)
    }

    /// Metadata that goes with the status.
    var trailers: Metadata { self.state.withLock { $0.trailers } }

    /// How the call ended for its caller when that was before the handler was done.
    var abandoned: StatusCode? { self.state.withLock { $0.abandoned } }

    /// Whether anything goes with the status; most calls are not asked what.
    var hasTrailers: Bool { self.trailed.load(ordering: .relaxed) }

    /// Changes what goes with the status.
    func changeTrailers(_ change: (inout Metadata) -> Void) {
        self.trailed.store(true, ordering: .relaxed)
        self.state.withLock { change(&$0.trailers) }
    }

    /// The handler goes on in a task.
    func runs(_ task: Task<Void, Never>) {
        self.waited.store(true, ordering: .relaxed)
        self.state.withLock { $0.task = task }
    }

    /// Tells the handler that nobody waits for it any more.
    func cancel(_ error: RPCError) {
        self.requests?.abort(error)
        let task = self.state.withLock { state in
            state.abandoned = state.abandoned ?? error.code
            return state.task
        }
        task?.cancel()
        self.wake()
    }

    /// The handler waits for room to send.
    func waits(_ waiter: CheckedContinuation<Void, Never>) {
        self.state.withLock { $0.waiter = Waiter(waiter) }
    }

    func wake() {
        let waiter = self.state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    func sendHeaders(_ metadata: Metadata) {
        let (peer, id) = (self.peer, self.id)
        peer.loop.runOrExecute { peer.onLoop { $0.sendHeaders(metadata, id) } }
    }

    nonisolated(nonsending) func send(_ message: [UInt8]) async throws(RPCError) {
        try await self.peer.send(message, self.id)
    }

    /// On the loop a reply that has room is sent at once.
    func reply(_ encode: Encoding) -> RPCRouter.Reply {
        guard self.peer.loop.isInLoop else { return .encoded(encode) }
        return ServerPeer.onLoop.reply(self.peer, self, encode)
    }

    /// The same, and goes on with the next call of the method where nothing has to wait.
    func end(_ encode: Encoding, next incoming: inout RPCRouter.Incoming) -> RPCRouter.Reply? {
        guard self.peer.loop.isInLoop else { return .encoded(encode) }
        return ServerPeer.onLoop.end(self.peer, &incoming, encode)
    }

    /// On the loop a message that has room is sent without a suspension.
    func trySend(_ encode: @Sendable (inout [UInt8]) -> Void) -> StreamSending {
        guard self.peer.loop.isInLoop else { return .mustWait }
        return ServerPeer.onLoop.send(self.peer, self.id, encode)
    }

    func taken(_ taken: MessageQueue.Taken) {
        let (peer, id) = (self.peer, self.id)
        peer.loop.runOrExecute { peer.onLoop { $0.taken(taken, id) } }
    }
}
