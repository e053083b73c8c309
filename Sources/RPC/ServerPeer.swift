internal import Crypto
internal import RPCCore
internal import Sockets
private import Synchronization

/// One connection of a server: obeys the machine, runs handlers, keeps the clocks.
///
/// An actor whose executor is the connection's loop, so that socket and handlers need no lock.
actor ServerPeer {
    private struct Call {
        let method: String
        let started: ContinuousClock.Instant
        let requests: MessageQueue
        var task: Task<Void, Never>?
        var timer: ScheduledTimer?
        var waiter: CheckedContinuation<Void, Never>?
    }

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.loop.asUnownedSerialExecutor()
    }

    private let transport: any Transport
    /// The client's address; the socket does not know it any more once it is closed.
    private let peerName: String
    private let isLocal: Bool
    private let router: RPCRouter
    private let configuration: ServerConfiguration
    private let draining = DrainSignal()
    private let onGreeted: @Sendable (ServerPeer) -> Void
    private let onClose: @Sendable (ServerPeer) -> Void
    private var machine: ServerConnection
    private var calls: [UInt32: Call] = [:]
    private var isPaused = false
    private var isClosed = false
    private var clocks: ConnectionClocks
    private var client: Hello?
    /// Who the client is, once it introduced itself.
    private var identity: PeerIdentity?
    private let traces = TraceSource()
    /// Why the connection is about to close.
    private var farewell: String?
    private let openedAt: ContinuousClock.Instant
    private var closeWaiters: [CheckedContinuation<Void, Never>] = []

    /// Output kept in the socket at once; the rest stays where streams take turns.
    static let socketBytesMax = 256 * 1024

    init(
        _ transport: any Transport, router: RPCRouter, configuration: ServerConfiguration,
        onGreeted: @escaping @Sendable (ServerPeer) -> Void,
        onClose: @escaping @Sendable (ServerPeer) -> Void
    ) {
        let now = ContinuousClock.now
        self.loop = transport.loop
        self.transport = transport
        self.peerName = transport.peerName
        self.isLocal = transport.isLocal
        self.router = router
        self.configuration = configuration
        self.onGreeted = onGreeted
        self.onClose = onClose
        self.openedAt = now
        self.clocks = ConnectionClocks(
            .init(
                keepalive: configuration.keepalive, timeout: configuration.keepaliveTimeout,
                stall: configuration.writeStall, idle: configuration.idleTimeout,
                // A tenth up or down, so that many connections do not end at once.
                age: configuration.ageMax.map { $0 * (0.9 + 0.2 * configuration.random()) }),
            now: now)
        self.machine = ServerConnection(
            own: configuration.hello, methods: router.routes.mapValues(\.descriptor.kind), now: now)
    }

    /// Starts to read; on the loop.
    nonisolated func start() {
        self.transport.activate(self)
        self.loop.schedule(after: self.handshakeTimeout) { [weak self] in
            self?.assumeIsolated { $0.handshakeTimedOut() }
        }
        self.tickLater()
    }

    private nonisolated var handshakeTimeout: Duration {
        self.assumeIsolated { $0.configuration.handshakeTimeout }
    }

    private func handshakeTimedOut() {
        self.machine.handshakeTimedOut()
        self.obey()
    }

    private nonisolated func tickLater() {
        let interval = self.assumeIsolated { $0.clocks.interval }
        self.loop.schedule(after: interval) { [weak self] in
            self?.assumeIsolated { $0.tick() }
        }
    }

    private func tick() {
        guard !self.isClosed else { return }
        let step = self.clocks.tick(
            now: ContinuousClock.now, written: self.transport.bytesWritten,
            queued: self.outboundBytes, greeted: self.machine.isGreeted,
            calls: self.machine.openCalls)
        switch step {
        case .none: break
        case .retire: self.retire()
        case .ping:
            self.machine.ping(0)
            self.pump()
        case .dead(let reason): self.transportClosed(reason.rawValue, close: true)
        }
        if !self.isClosed { self.tickLater() }
    }

    /// Unused or old: the client is asked to go elsewhere, and no call is lost.
    private func retire() {
        guard !self.machine.isDraining else { return }
        let grace = self.configuration.ageGrace
        Task(executorPreference: self.loop) { await self.drain(grace: grace) }
    }

    private var outboundBytes: Int { self.machine.queuedBytes + self.transport.queuedBytes }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        self.clocks.heard(at: self.loop.now)
        self.machine.receive(bytes, now: self.loop.now)
        self.obey()
    }

    private func obey() {
        for action in self.machine.takeActions() { self.obey(action) }
        self.pump()
    }

    private func obey(_ action: ServerConnection.Action) {
        switch action {
        case .start(let id, let header, _, let request): self.begin(id, header, request)
        case .request(let id, let message): self.calls[id]?.requests.push(message)
        case .requestsEnded(let id): self.calls[id]?.requests.finish(nil)
        case .cancelled(let id, let error): self.cancel(id, error)
        case .writable(let id): self.wake(id)
        case .greeted(let hello):
            self.client = hello
            self.identity = self.transport.identity
            self.onGreeted(self)
            self.clocks.greeted(
                pingInterval: .milliseconds(Int64(hello.limits.pingIntervalMilliseconds)))
            if Hello.schemasDiffer(hello, self.configuration.hello) {
                self.configuration.schemaDiffers(self.peerName)
            }
        case .peerDrained:
            self.machine.closeIfIdle()
            for action in self.machine.takeActions() { self.obey(action) }
        case .close(let reason): self.closeAfterWrites(reason)
        }
    }

    private func begin(_ id: UInt32, _ header: CallHeader, _ request: [UInt8]?) {
        guard let route = self.router.routes[header.method] else { return }
        let now = self.loop.now
        self.clocks.used(at: now)
        let timeout =
            Self.timeout(header)
            ?? (route.descriptor.kind == .unary ? self.configuration.timeoutWhenAbsent : nil)
        let reply = ReplyMetadata { [weak self] headers in self?.sendHeaders(headers, id) }
        let context = CallContext(
            method: header.method, peer: self.peerName, isLocal: self.isLocal,
            identity: self.identity, metadata: header.metadata,
            deadline: timeout.map { now.advanced(by: $0) },
            trace: TraceContext(header.trace) ?? self.traces.trace(of: id),
            attempt: header.attempt, reply: reply,
            draining: self.draining)
        var call = Call(method: header.method, started: now, requests: MessageQueue())
        if let timeout {
            call.timer = self.loop.schedule(after: timeout) { [weak self] in
                self?.assumeIsolated { $0.expire(id) }
            }
        }
        let incoming = RPCRouter.Incoming(
            request: request ?? [], requests: call.requests, sink: ServerSink(peer: self, id: id),
            context: context)
        self.calls[id] = call
        let configuration = self.configuration
        self.calls[id]?.task = Task(executorPreference: self.loop) {
            let outcome = await Self.run(route, incoming, configuration)
            await self.waitForReplyRoom(id)
            await self.finished(id, outcome, context)
        }
    }

    /// Above a day is cut to a day (rpc.md 1.8).
    private static func timeout(_ header: CallHeader) -> Duration? {
        guard header.timeoutMicroseconds > 0 else { return nil }
        return .microseconds(Int64(min(header.timeoutMicroseconds, 86_400_000_000)))
    }

    private enum Outcome: Sendable {
        case reply([UInt8]?)
        case failed(RPCError, internalError: String?)
    }

    private nonisolated static func run(
        _ route: RPCRouter.Route, _ incoming: RPCRouter.Incoming,
        _ configuration: ServerConfiguration
    ) async -> Outcome {
        do {
            guard !configuration.interceptors.isEmpty else {
                return .reply(try await route.run(incoming))
            }
            return .reply(
                try await configuration.interceptors.run(incoming.context) {
                    try await route.run(incoming)
                })
        } catch let error as RPCError {
            return .failed(error, internalError: nil)
        } catch is CancellationError where incoming.context.isDraining {
            // An endless stream that ended for the drain: its caller goes on elsewhere, or here
            // again in a moment.
            return .failed(
                RPCError(
                    .unavailable, "the server drains; go on where you were",
                    reason: ErrorReason.draining, retryAfter: .milliseconds(200)),
                internalError: nil)
        } catch is CancellationError {
            return .failed(RPCError(.cancelled, "the call was cancelled"), internalError: nil)
        } catch {
            if let known = configuration.translate(error) {
                return .failed(known, internalError: "\(error)")
            }
            // What an unknown error says may name files, SQL or addresses: it stays here.
            return .failed(
                RPCError(.unknown, "the service failed; its log says why"),
                internalError: "\(error)")
        }
    }

    private func finished(_ id: UInt32, _ outcome: Outcome, _ context: CallContext) {
        let call = self.calls.removeValue(forKey: id)
        call?.timer?.cancel()
        call?.requests.abort(RPCError(.cancelled, "the call ended"))
        var code = StatusCode.ok
        var internalError: String?
        switch outcome {
        case .reply(let reply):
            self.machine.finish(id, reply: reply, trailers: context.reply.trailers.withLock { $0 })
        case .failed(let error, let words):
            (code, internalError) = (error.code, words)
            self.machine.finish(id, error)
        }
        self.machine.handlerEnded(id)
        if let call {
            self.configuration.observe(
                FinishedCall(
                    method: call.method, peer: self.peerName, identity: self.identity,
                    trace: context.trace, code: code,
                    duration: ContinuousClock.now - call.started, internalError: internalError))
        }
        self.machine.closeIfIdle()
        self.obey()
    }

    private func expire(_ id: UInt32) {
        guard self.calls[id] != nil else { return }
        self.machine.finish(
            id, RPCError(.deadlineExceeded, "the deadline passed while the handler ran"))
        self.cancel(id, RPCError(.deadlineExceeded, "the deadline passed"))
        self.obey()
    }

    private func cancel(_ id: UInt32, _ error: RPCError) {
        self.calls[id]?.requests.abort(error)
        self.calls[id]?.task?.cancel()
        self.wake(id)
    }

    private func wake(_ id: UInt32) {
        let waiter = self.calls[id]?.waiter
        self.calls[id]?.waiter = nil
        waiter?.resume()
    }

    // MARK: Sending

    private nonisolated func sendHeaders(_ metadata: Metadata, _ id: UInt32) {
        self.loop.runOrExecute {
            self.assumeIsolated { peer in
                peer.machine.sendHeaders(metadata, id)
                peer.pump()
            }
        }
    }

    enum SendOutcome: Sendable { case sent, mustWait, failed(RPCError) }

    func trySend(_ message: [UInt8], _ id: UInt32) -> SendOutcome {
        guard self.machine.isOpen(id) else {
            return .failed(RPCError(.cancelled, "the caller is gone"))
        }
        guard self.machine.mayStart(id), self.outboundBytes < self.configuration.outboundSoftBytes
        else { return .mustWait }
        if let error = self.machine.sendMessage(message, id) { return .failed(error) }
        self.pump()
        return .sent
    }

    func send(_ message: [UInt8], _ id: UInt32) async throws(RPCError) {
        while true {
            switch self.trySend(message, id) {
            case .sent: return
            case .failed(let error): throw error
            case .mustWait: await self.waitForRoom(id)
            }
            if Task.isCancelled { throw RPCError(.cancelled, "the call was cancelled") }
        }
    }

    /// A reply waits like any message while the peer does not read.
    private func waitForReplyRoom(_ id: UInt32) async {
        while self.machine.isOpen(id), !Task.isCancelled,
            self.outboundBytes >= self.configuration.outboundSoftBytes
        {
            await self.waitForRoom(id)
        }
    }

    private func waitForRoom(_ id: UInt32) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled || self.calls[id] == nil {
                    continuation.resume()
                } else {
                    self.calls[id]?.waiter = continuation
                }
            }
        } onCancel: {
            self.loop.execute { self.assumeIsolated { $0.wake(id) } }
        }
    }

    func taken(bytes: Int, _ id: UInt32) {
        self.machine.taken(bytes: bytes, id)
        self.pump()
    }

    /// Moves output to the socket, and reads or does not read by how much is left.
    private func pump() {
        guard !self.isClosed else { return }
        while self.machine.queuedBytes > 0, self.transport.queuedBytes < Self.socketBytesMax {
            self.transport.send(self.machine.takeOutput(upTo: Self.socketBytesMax))
        }
        if self.outboundBytes > self.configuration.outboundHardBytes {
            return self.transportClosed("more than the outbound limit waits", close: true)
        }
        let isFull = self.outboundBytes >= self.configuration.outboundSoftBytes
        guard isFull != self.isPaused else { return }
        self.isPaused = isFull
        if isFull {
            self.transport.pauseReading()
        } else {
            self.transport.resumeReading()
            for id in self.calls.keys { self.wake(id) }
        }
    }

    // MARK: The end

    /// Time a broken peer has to take our last words.
    private static let lastWords = Duration.seconds(1)

    private func closeAfterWrites(_ reason: String) {
        self.farewell = self.farewell ?? reason
        while self.machine.queuedBytes > 0 {
            self.transport.send(self.machine.takeOutput(upTo: Self.socketBytesMax))
        }
        self.transport.closeAfterWrites()
        self.loop.schedule(after: Self.lastWords) { [weak self] in
            self?.assumeIsolated { $0.transportClosed(reason, close: true) }
        }
    }

    private func transportClosed(_ reason: String, close: Bool) {
        guard !self.isClosed else { return }
        self.isClosed = true
        let reason = self.farewell ?? reason
        self.machine.connectionLost(reason)
        for action in self.machine.takeActions() { self.obey(action) }
        for id in self.calls.keys { self.cancel(id, RPCError(.cancelled, reason)) }
        if close { self.transport.close() }
        self.configuration.connectionClosed(self.peerName, reason)
        for waiter in self.closeWaiters { waiter.resume() }
        self.closeWaiters = []
        self.onClose(self)
    }

    /// Time the client has to confirm a drain (rpc.md 1.11).
    private static let confirmation = Duration.seconds(1)

    /// Ends the connection without losing a call, at the latest when the grace is over.
    func drain(grace: Duration) async {
        guard !self.isClosed else { return }
        let milliseconds = UInt32(clamping: grace.components.seconds * 1000)
        self.machine.drain(graceMilliseconds: milliseconds)
        self.draining.set()
        self.obey()
        let confirm = self.loop.schedule(after: min(Self.confirmation, grace)) { [weak self] in
            self?.assumeIsolated { $0.notConfirmed(milliseconds) }
        }
        let last = self.loop.schedule(after: grace) { [weak self] in
            self?.assumeIsolated { $0.graceOver() }
        }
        await withCheckedContinuation { continuation in
            if self.isClosed {
                continuation.resume()
            } else {
                self.closeWaiters.append(continuation)
            }
        }
        confirm.cancel()
        last.cancel()
    }

    private func notConfirmed(_ milliseconds: UInt32) {
        self.machine.refuseNewCalls(graceMilliseconds: milliseconds)
        self.machine.closeIfIdle()
        self.obey()
    }

    private func graceOver() {
        self.machine.endDrain()
        self.obey()
    }

    /// Calls whose handlers run.
    var callsInFlight: Int { self.machine.openCalls }

    /// How the connection is, for operators.
    var snapshot: ConnectionSnapshot {
        ConnectionSnapshot(
            peer: self.identity.map { "\(self.peerName) (\($0))" } ?? self.peerName,
            agent: self.client?.agent ?? "",
            age: ContinuousClock.now - self.openedAt, openCalls: self.machine.openCalls,
            queuedBytes: self.outboundBytes, sentBytes: self.transport.bytesWritten,
            state: self.machine.isDraining
                ? "draining" : self.machine.isGreeted ? "open" : "handshake")
    }

    /// Makes room for others: this connection never introduced itself.
    func evict() {
        self.transportClosed("too many connections never introduced themselves", close: true)
    }
}

extension ServerPeer: StreamHandler {
    nonisolated func received(_ bytes: BorrowedBytes) {
        self.assumeIsolated { $0.take(bytes.raw) }
    }

    nonisolated func wrote(queued: Int) { self.assumeIsolated { $0.pump() } }

    nonisolated func inputEnded() {
        self.assumeIsolated { $0.transportClosed("the client closed the connection", close: true) }
    }

    nonisolated func closed(_ error: SocketError?) {
        let words = error?.message ?? "closed"
        self.assumeIsolated { $0.transportClosed(words, close: false) }
    }
}

/// The sending half of a call, as its handler sees it.
private struct ServerSink: MessageSink {
    let peer: ServerPeer
    let id: UInt32

    func send(_ message: [UInt8]) async throws(RPCError) {
        switch self.trySend(message) {
        case .sent: return
        case .failed(let error): throw error
        case .mustWait: try await self.peer.send(message, self.id)
        }
    }

    /// On the loop a message that has room is sent without a suspension.
    private func trySend(_ message: [UInt8]) -> ServerPeer.SendOutcome {
        guard self.peer.loop.isInLoop else { return .mustWait }
        return self.peer.assumeIsolated { $0.trySend(message, self.id) }
    }

    func taken(bytes: Int) {
        let (peer, id) = (self.peer, self.id)
        peer.loop.runOrExecute { peer.assumeIsolated { $0.taken(bytes: bytes, id) } }
    }
}
