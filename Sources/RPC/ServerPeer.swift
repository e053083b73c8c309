internal import Crypto
internal import RPCCore
internal import Sockets
private import Synchronization

/// One connection of a server: obeys the machine, runs handlers, keeps the clocks.
///
/// An actor whose executor is the connection's loop, so that socket and handlers need no lock.
actor ServerPeer: LoopActor {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.loop.asUnownedSerialExecutor()
    }

    let transport: any Transport
    /// The client's address; the socket does not know it any more once it is closed.
    nonisolated let peerName: String
    nonisolated let isLocal: Bool
    /// Traces of calls that came without.
    nonisolated let traces = TraceSource()
    nonisolated let routes: RouteTable
    /// Whether nothing stands around handlers.
    nonisolated let isBare: Bool
    let configuration: ServerConfiguration
    nonisolated let draining = DrainSignal()
    private let onGreeted: @Sendable (ServerPeer) -> Void
    let onClose: @Sendable (ServerPeer) -> Void
    var machine: ServerConnection
    /// Calls whose handlers had to wait for something.
    var calls = StreamTable<ServerCall>()
    var deadlines = DeadlineTimer()
    /// The call whose handler runs at this moment.
    private var running: ServerCall?
    private var isPaused = false
    /// Whether handlers wait for room in the outbound queue.
    private var someWait = false
    /// What has to be written is written before the turn of the loop ends.
    private var willPump = false
    private var headStart = HeadStart.ofReplies
    var isClosed = false
    private var clocks: ConnectionClocks
    /// What the client calls itself; empty before its introduction.
    var clientAgent = ""
    /// Who the client is, once it introduced itself.
    var identity: PeerIdentity?
    /// Why the connection is about to close.
    var farewell: String?
    var endsByFault = false
    let openedAt: Moment
    /// The turn of the loop in which something came for the last time.
    private var heardAt: Moment
    private var reportedHeld = 0
    /// Timers hold the connection until it ends, which takes them away. References that do not
    /// hold would give it a second count, apart, and each use of it in a call would go there.
    var tickTimer: ScheduledTimer?
    var unfinishedTimer: ScheduledTimer?
    /// Those that run at most once; an end of the connection ends them.
    var timers: [ScheduledTimer] = []
    var closeWaiters: [CheckedContinuation<Void, Never>] = []

    private static let callerGone = RPCError(.cancelled, "the caller is gone")

    /// Output kept in the socket at once; the rest stays where streams take turns.
    static let socketBytesMax = 256 * 1024

    init(
        _ transport: any Transport, routes: RouteTable, configuration: ServerConfiguration,
        onGreeted: @escaping @Sendable (ServerPeer) -> Void,
        onClose: @escaping @Sendable (ServerPeer) -> Void
    ) {
        let now = ContinuousClock.now
        self.loop = transport.loop
        self.transport = transport
        self.peerName = transport.peerName
        self.isLocal = transport.isLocal
        self.routes = routes
        self.isBare = configuration.moments.handler.isEmpty
        self.configuration = configuration
        self.onGreeted = onGreeted
        self.onClose = onClose
        self.openedAt = Moment(now)
        self.heardAt = self.openedAt
        self.clocks = ConnectionClocks(
            .init(
                keepalive: configuration.keepalive, timeout: configuration.keepaliveTimeout,
                stall: configuration.writeStall, idle: configuration.idleTimeout,
                // A tenth up or down, so that many connections do not end at once.
                age: configuration.ageMax.map { $0 * (0.9 + 0.2 * configuration.random()) }),
            now: now)
        self.machine = ServerConnection(
            own: configuration.hello, methods: routes.methods, now: now)
    }

    /// Starts to read; on the loop.
    nonisolated func start() {
        self.transport.activate(self)
        self.onLoop { $0.startClocks() }
    }

    private func startClocks() {
        self.once(after: self.configuration.handshakeTimeout) { $0.handshakeTimedOut() }
        self.tickLater()
    }

    /// None is set for a connection that has ended: nobody would take it away any more.
    func once(
        after delay: Duration, _ work: @escaping @Sendable (isolated ServerPeer) -> Void
    ) {
        guard !self.isClosed else { return }
        self.timers.append(self.loop.schedule(after: delay) { self.onLoop(work) })
    }

    private func handshakeTimedOut() {
        self.machine.handshakeTimedOut()
        self.obey()
    }

    private func tickLater() {
        guard !self.isClosed else { return }
        self.tickTimer = self.loop.schedule(after: self.clocks.interval) {
            self.onLoop { $0.tick() }
        }
    }

    private func tick() {
        guard !self.isClosed else { return }
        self.machine.trim()
        self.calls.trim()
        // Whoever is not read cannot be heard; whether it takes anything is another question.
        if self.isPaused { self.clocks.heard(at: Moment.now) }
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
        case .dead(let reason):
            self.transportClosed(reason.rawValue, close: true, isFault: true)
        }
        self.tickLater()
    }

    /// Unused or old: the client is asked to go elsewhere, and no call is lost.
    private func retire() {
        guard !self.machine.isDraining else { return }
        let grace = self.configuration.ageGrace
        Task(executorPreference: self.loop.tasks) { await self.drain(grace: grace) }
    }

    var outboundBytes: Int { self.machine.queuedBytes + self.transport.queuedBytes }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        self.heardAt = Moment(self.loop.now)
        self.clocks.heard(at: self.heardAt)
        self.machine.assemblyRoom = self.reportedHeld + self.configuration.assembly.room
        self.configuration.meter.received(bytes: bytes.count)
        self.machine.receive(bytes, now: self.loop.now)
        self.reportHeld()
        // Handlers that end at once leave their answers for the one write at the end.
        self.willPump = true
        self.obey()
        self.willPump = false
        self.pump()
    }

    /// Tells the process how much of its memory for unread messages is in use here.
    func reportHeld() {
        let held = self.machine.heldBytes
        guard held != self.reportedHeld else { return }
        self.configuration.assembly.add(held - self.reportedHeld)
        self.reportedHeld = held
    }

    func obey() {
        if self.machine.hasActions { self.obeyActions() }
        self.runArrived()
        self.pumpSoon()
    }

    func obeyActions() {
        var actions = self.machine.takeActions()
        while let action = actions.popFirst() { self.obey(action) }
        self.machine.reuse(actions)
    }

    private func pumpSoon() {
        guard !self.willPump else { return }
        self.willPump = true
        self.loop.executeLast {
            self.onLoop { peer in
                peer.willPump = false
                peer.pump()
            }
        }
    }

    private func obey(_ action: consuming ServerConnection.Action) {
        switch consume action {
        case .begin: self.runArrived()
        case .withdrawn(let start, let metadata, let error):
            self.withdrawn(self.begun(start, metadata), error)
        case .requests(let id, let run): self.calls[id]?.requests?.push(run)
        case .requestsEnded(let id): self.calls[id]?.requests?.finish(nil)
        case .cancelled(let id, let error): self.cancel(id, error)
        case .writable(let id): self.wake(id)
        case .greeted(let hello):
            self.clientAgent = hello.agent
            self.identity = self.transport.identity
            self.onGreeted(self)
            self.clocks.greeted(
                pingInterval: .milliseconds(Int64(hello.limits.pingIntervalMilliseconds)))
            if Hello.schemasDiffer(hello, self.configuration.hello) {
                self.configuration.meter.sawOtherSchema()
                self.configuration.schemaDiffers(self.peerName)
            }
        case .peerDrained:
            self.machine.closeIfIdle()
            self.obeyActions()
        case .unfinished: self.watchUnfinished()
        case .refused(let error): self.configuration.meter.refused(error)
        case .farewell(let code, let isOwn):
            self.configuration.meter.farewell(code, isOwn: isOwn)
        case .close(let reason, let isOrderly):
            self.closeAfterWrites(reason, isOrderly: isOrderly)
        }
    }

    private func begun(_ start: CallStart, _ metadata: Metadata?) -> ServerCall {
        ServerCall(self, start, metadata, identity: self.identity, at: self.heardAt)
    }

    /// Asks the interceptors; a call that one of them refuses has ended.
    private func admits(_ call: ServerCall) -> Bool {
        do throws(RPCError) {
            for begin in self.configuration.moments.arrival {
                try begin(CallContext(call: call))
            }
            return true
        } catch {
            if !error.isUnprocessed { self.configuration.meter.refused(error) }
            self.finished(call, .failed(error, internalError: nil))
            return false
        }
    }

    /// Runs the handlers of the calls that wait to begin: when everything that was read has been
    /// looked at, or before requests that stand behind a call and want to be heard.
    private func runArrived() {
        // Those that come up while a handler runs begin behind it.
        guard self.machine.hasArrived, self.running == nil else { return }
        self.clocks.used(at: self.heardAt)
        while self.machine.hasArrived {
            let task = Self.start(self)
            guard let call = self.running else { continue }
            self.running = nil
            self.calls[call.id] = call
            call.runs(task)
            // What a handler sent at first can have ended the connection.
            if self.isClosed {
                call.cancel(Self.callerGone)
            } else if let until = call.until {
                self.watch(until)
            }
        }
    }

    /// A task that runs one handler after the other, on the spot, until one of them waits for
    /// something; that one keeps the task. Most handlers never wait, and a task of its own was a
    /// fifth of a call.
    ///
    /// Isolated to nobody, so that it need not leave the connection for the handler and come back.
    private nonisolated static func start(_ peer: ServerPeer) -> Task<Void, Never> {
        Task.immediate(executorPreference: peer.loop.tasks) { await peer.runHandlers() }
    }

    private nonisolated(nonsending) func runHandlers() async {
        while var next = self.next() {
            let outcome = await HandlerOutcome.of(&next, self.configuration)
            if !self.finishedAtOnce(next, outcome) { await self.finishedLater(next, outcome) }
            if next.call.hasWaited { return }
        }
    }

    private nonisolated func next() -> RPCRouter.Incoming? {
        self.loop.checkIsolated()
        return Self.onLoop.next(self)
    }

    func nextIncoming() -> RPCRouter.Incoming? {
        while let next = self.machine.nextCall() {
            if let incoming = self.incoming(next) { return incoming }
        }
        return nil
    }

    private func nextIncoming(ofMethod method: Int) -> RPCRouter.Incoming? {
        while self.machine.nextMethod == method, let next = self.machine.nextCall() {
            if let incoming = self.incoming(next) { return incoming }
        }
        return nil
    }

    private func incoming(_ next: ArrivedCall) -> RPCRouter.Incoming? {
        let (metadata, requests) = self.machine.belongings(of: next)
        let call = self.begun(next.start, metadata)
        guard self.admits(call) else { return nil }
        self.running = call
        return RPCRouter.Incoming(requests, next.place, call)
    }

    /// Ends a call with its reply, and goes on with the next one of its method, if that is next
    /// and nothing has to wait.
    ///
    /// - Returns: nil when it went on; else what is left to be done for the call.
    func end(_ incoming: inout RPCRouter.Incoming, _ encode: Encoding) -> RPCRouter.Reply? {
        let call = incoming.call
        let reply = self.reply(to: call, encode)
        guard case .sent = reply, !call.hasWaited, self.machine.nextMethod == call.methodNumber
        else { return reply }
        self.finished(call, .reply(.sent))
        guard let next = self.nextIncoming(ofMethod: call.methodNumber) else { return .ended }
        incoming = next
        return nil
    }

    /// The caller gave up before the handler began.
    private func withdrawn(_ call: ServerCall, _ error: RPCError) {
        if self.admits(call) { self.finished(call, .failed(error, internalError: nil)) }
    }

    /// On the loop, and with room for the reply, a call ends without a suspension.
    private nonisolated func finishedAtOnce(
        _ incoming: RPCRouter.Incoming, _ outcome: HandlerOutcome
    ) -> Bool {
        if case .reply(.ended) = outcome { return true }
        guard self.loop.isInLoop else { return false }
        return Self.onLoop.finish(self, incoming.call, outcome)
    }

    func finish(_ call: ServerCall, _ outcome: HandlerOutcome) -> Bool {
        guard self.outboundBytes < self.configuration.outboundSoftBytes else { return false }
        self.finished(call, outcome)
        return true
    }

    private func finishedLater(_ incoming: RPCRouter.Incoming, _ outcome: HandlerOutcome) async {
        await self.waitForReplyRoom(incoming.call.id)
        self.finished(incoming.call, outcome)
    }

    private func finished(_ call: ServerCall, _ outcome: HandlerOutcome) {
        if call === self.running {
            self.running = nil
        } else {
            self.calls.removeValue(forKey: call.id)
        }
        call.requests?.abort(RPCError(.cancelled, "the call ended"))
        self.tell(call, outcome)
        if self.machine.hasActions { return self.obey() }
        if self.headStart.isDue(queued: self.machine.queuedBytes) { return self.pump() }
        self.pumpSoon()
    }

    private func tell(_ call: ServerCall, _ outcome: HandlerOutcome) {
        var refusal: RPCError?
        switch outcome {
        case .reply(.sent), .reply(.ended): break
        case .reply(.message(let reply)):
            refusal = self.machine.complete(call.id, reply: reply, trailers: call.trailers)
        case .reply(.streamed):
            refusal = self.machine.complete(call.id, reply: nil, trailers: call.trailers)
        case .failed(let error, let words):
            // An interceptor turned it away.
            if error.isUnprocessed { self.configuration.meter.refused(error) }
            self.machine.complete(call.id, error)
            return self.tellInterceptors(call, error.code, words)
        }
        self.tellInterceptors(call, refusal?.code ?? .ok, nil)
    }

    /// The usual end of a call: its reply is encoded where it leaves. The handler's task goes on,
    /// and `finished` is still to come.
    func reply(to call: ServerCall, _ encode: Encoding) -> RPCRouter.Reply {
        guard !call.hasTrailers,
            self.outboundBytes < self.configuration.outboundSoftBytes
        else { return .encoded(encode) }
        switch self.machine.complete(call.id, encode) {
        case .sent: return .sent
        case .larger(let reply): return .message(reply)
        // Nobody will hear it.
        case .ended: return .streamed
        }
    }

    private func tellInterceptors(_ call: ServerCall, _ code: StatusCode, _ words: String?) {
        guard !self.configuration.moments.end.isEmpty else { return }
        let finished = FinishedCall(call, call.abandoned ?? code, words)
        for interceptor in self.configuration.moments.end { interceptor.ended(finished) }
    }

    /// Sees to it that a call whose handler takes too long ends with its deadline.
    private func watch(_ until: Moment) {
        self.deadlines.watch(until, on: self.loop, self.lookAtDeadlines)
    }

    private nonisolated var lookAtDeadlines: @Sendable () -> Void {
        { self.onLoop { $0.deadlinePassed() } }
    }

    private func deadlinePassed() {
        let late = self.deadlines.fired(self.calls, on: self.loop, self.lookAtDeadlines)
        for call in late { self.expire(call.id) }
    }

    private func expire(_ id: UInt32) {
        let error = RPCError.late("the handler still ran")
        self.machine.finish(id, error)
        self.cancel(id, error)
        self.obey()
    }

    /// Looks at calls whose requests are not whole, now and whenever the first of them is due.
    private func watchUnfinished() {
        let next = self.machine.expireUnfinished(now: ContinuousClock.now)
        self.unfinishedTimer?.cancel()
        self.unfinishedTimer = nil
        guard let next, !self.isClosed else { return }
        self.unfinishedTimer = self.loop.schedule(at: next) {
            self.onLoop { peer in
                peer.watchUnfinished()
                peer.obey()
            }
        }
    }

    func cancel(_ id: UInt32, _ error: RPCError) {
        self.calls[id]?.cancel(error)
    }

    private func wake(_ id: UInt32) {
        self.calls[id]?.wake()
    }

    // MARK: Sending

    func sendHeaders(_ metadata: Metadata, _ id: UInt32) {
        self.machine.sendHeaders(metadata, id)
        self.pumpSoon()
    }

    /// Messages of streams are gathered up to this size; what is less leaves with the turn.
    private static let streamedBytesAtOnce = 32 * 1024
    /// Messages from this size on cost more to write than to make, and more of them leave at once;
    /// but well below half of a window, or sender and receiver would take turns.
    private static let largeBytes = 8 * 1024
    private static let largeBytesAtOnce = 96 * 1024

    func trySend(
        _ id: UInt32, _ encode: @Sendable (inout [UInt8]) -> Void
    ) -> StreamSending {
        guard self.outboundBytes < self.configuration.outboundSoftBytes else { return .mustWait }
        let queued = self.machine.queuedBytes
        let outcome = self.machine.send(id, encode)
        if case .sent = outcome { self.streamed(bytes: self.machine.queuedBytes - queued) }
        return outcome
    }

    /// A message of a stream waits to be written.
    private func streamed(bytes: Int) {
        guard self.machine.queuedBytes >= Self.streamedBytesAtOnce else { return self.pumpSoon() }
        guard bytes >= Self.largeBytes, self.transport.queuedBytes < Self.socketBytesMax else {
            return self.pump()
        }
        self.moveOutput(atOnceFrom: Self.largeBytesAtOnce)
        self.pumpSoon()
    }

    func send(_ message: [UInt8], _ id: UInt32) async throws(RPCError) {
        while self.machine.isOpen(id) {
            switch self.trySend(id, { $0 += message }) {
            case .sent: return
            case .failed(let error): throw error
            case .ended: break
            case .mustWait: await self.waitForRoom(id)
            }
            if Task.isCancelled { throw RPCError.gaveUp }
        }
        throw Self.callerGone
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
                // On its way here the task may have been put aside, and may have room by now.
                let isFull = self.outboundBytes >= self.configuration.outboundSoftBytes
                if !Task.isCancelled, isFull || !self.machine.mayStart(id),
                    let call = self.calls[id]
                {
                    // Who lacks credit alone hears of it when it comes.
                    if isFull { self.someWait = true }
                    self.configuration.meter.stalled(forCredit: !isFull)
                    call.waits(continuation)
                } else {
                    continuation.resume()
                }
            }
        } onCancel: {
            self.loop.execute { self.onLoop { $0.wake(id) } }
        }
    }

    func taken(_ taken: MessageQueue.Taken, _ id: UInt32) {
        let isDue = self.machine.taken(bytes: taken.bytes, messages: taken.messages, id)
        self.reportHeld()
        guard isDue else { return }
        self.pump()
        self.transport.hurry()
    }

    /// Moves output to the socket, and reads or does not read by how much is left.
    private func pump() {
        guard !self.isClosed else { return }
        // Calls that ended may have left requests unread.
        self.reportHeld()
        self.headStart.written()
        while self.machine.queuedBytes > 0, self.transport.queuedBytes < Self.socketBytesMax {
            self.moveOutput()
        }
        if self.outboundBytes > self.configuration.outboundHardBytes {
            return self.transportClosed(
                "more than the outbound limit waits", close: true, isFault: true)
        }
        let isFull = self.outboundBytes >= self.configuration.outboundSoftBytes
        // Not at the change alone: between two looks the queue may have been full and not any more,
        // and who began to wait then would wait for ever.
        if !isFull { self.wakeWaiting() }
        guard isFull != self.isPaused else { return }
        self.isPaused = isFull
        if isFull { self.transport.pauseReading() } else { self.transport.resumeReading() }
    }

    func moveOutput(atOnceFrom least: Int = StreamSocket.sentAtOnce) {
        let bytes = self.machine.takeOutput(upTo: Self.socketBytesMax)
        self.configuration.meter.sent(bytes: bytes.count)
        self.transport.send(bytes, atOnceFrom: least)
    }

    private func wakeWaiting() {
        guard self.someWait else { return }
        self.someWait = false
        for id in self.calls.keys { self.wake(id) }
    }
}

extension ServerPeer: StreamHandler {
    nonisolated func received(_ bytes: BorrowedBytes) {
        self.onLoop { $0.take(bytes.raw) }
    }

    nonisolated func wrote(queued: Int) { self.onLoop { $0.pump() } }

    nonisolated func inputEnded() {
        self.onLoop { $0.transportClosed("the client closed the connection", close: true) }
    }

    nonisolated func closed(_ error: SocketError?) {
        let words = error?.message ?? "closed"
        self.onLoop { $0.transportClosed(words, close: false) }
    }
}
