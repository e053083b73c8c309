internal import RPCCore
internal import Sockets
private import Synchronization

/// One connection of a channel: obeys the machine, gives out streams, keeps the clocks.
actor ClientPeer: LoopActor {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.loop.asUnownedSerialExecutor()
    }
    nonisolated let address: String
    /// This end's address.
    nonisolated let localName: String
    /// What the server said when it sent us away.
    var goAwayReason: String?

    private let transport: any Transport
    let configuration: ClientConfiguration
    private let load: EndpointLoad
    let openedAt: Moment
    /// The turn of the loop in which something came for the last time.
    private var heardAt: Moment
    private let accepts = Atomic<Bool>(false)
    var machine: ClientConnection
    private var calls = StreamTable<ClientCall>()
    private var deadlines = DeadlineTimer()
    private var waitingSenders = 0
    private var willPump = false
    private var headStart = HeadStart.ofRequests
    var slotWaiters: [SlotWaiter] = []
    var nextWaiter: UInt64 = 0
    private var greeting: CheckedContinuation<RPCError?, Never>?
    private var failure: RPCError?
    private var clocks: ConnectionClocks
    private var pings = PendingPings()
    private var isRetired = false
    /// Timers hold the connection until it ends, which takes them away. References that do not
    /// hold would give it a second count, apart, and each use of it in a call would go there.
    private var tickTimer: ScheduledTimer?
    private(set) var serverHello: Hello?
    /// Hears that no more calls come here, and of the end.
    private let onDown: @Sendable (ClientPeer, RPCError, _ isOver: Bool) -> Void

    init(
        _ transport: any Transport, address: String, configuration: ClientConfiguration,
        load: EndpointLoad,
        onDown: @escaping @Sendable (ClientPeer, RPCError, _ isOver: Bool) -> Void
    ) {
        let now = ContinuousClock.now
        self.loop = transport.loop
        self.transport = transport
        self.address = address
        self.localName = transport.localName
        self.configuration = configuration
        self.load = load
        self.openedAt = Moment(now)
        self.heardAt = self.openedAt
        self.onDown = onDown
        self.machine = ClientConnection(
            own: configuration.hello, firstStream: configuration.firstStream, now: now)
        self.clocks = ConnectionClocks(
            .init(
                keepalive: configuration.keepalive, timeout: configuration.keepaliveTimeout,
                stall: configuration.writeStall, idle: configuration.idleTimeout, age: nil),
            now: now)
    }

    /// Starts and waits for the server's introduction.
    ///
    /// - Returns: nil, or why there is no connection.
    func greet(timeout: Duration) async -> RPCError? {
        self.transport.activate(self)
        self.pump()
        self.tickLater()
        let timer = self.loop.schedule(after: timeout) {
            self.onLoop { $0.greetingTimedOut() }
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            if self.machine.isGreeted || self.failure != nil {
                continuation.resume(returning: self.failure)
            } else {
                self.greeting = continuation
            }
        }
    }

    private func greetingTimedOut() {
        guard !self.machine.isGreeted else { return }
        self.goDown(
            RPCError(
                .unavailable, "\(self.address) did not introduce itself in time",
                reason: ErrorReason.handshakeTimeout), close: true)
    }

    private func tickLater() {
        // Nobody would take it away any more.
        guard self.failure == nil else { return }
        self.tickTimer = self.loop.schedule(after: self.clocks.interval) {
            self.onLoop { $0.tick() }
        }
    }

    private func tick() {
        guard self.failure == nil else { return }
        self.machine.trim()
        self.calls.trim()
        let queued = self.machine.queuedBytes + self.transport.queuedBytes
        let step = self.clocks.tick(
            now: ContinuousClock.now, written: self.transport.bytesWritten, queued: queued,
            greeted: self.machine.isGreeted, calls: self.calls.count)
        switch step {
        case .none: break
        case .retire:
            self.machine.sayGoodbye()
            self.retire()
        case .ping:
            self.machine.ping(0)
            self.pump()
        case .dead(let reason):
            let name =
                reason == .silent ? ErrorReason.keepaliveTimeout : ErrorReason.writeStall
            self.goDown(
                RPCError(.unavailable, "\(self.address): \(reason.rawValue)", reason: name),
                close: true)
        }
        self.tickLater()
    }

    /// Whether new calls may come here.
    var takesCalls: Bool {
        self.failure == nil && self.machine.isGreeted && !self.machine.isDraining
            && !self.machine.isExhausted && !self.isRetired
    }

    /// The same, as last known, from any thread.
    nonisolated var acceptsCalls: Bool { self.accepts.load(ordering: .acquiring) }

    private func publish() { self.accepts.store(self.takesCalls, ordering: .releasing) }

    // MARK: Calls

    /// Opens a call, waiting for a free stream when all are in use.
    ///
    /// - Throws: `RPCError`, unprocessed when the connection cannot take calls any more.
    func open(
        _ call: ClientCall, _ header: CallHeader, request: [UInt8]?
    ) async throws(RPCError) {
        // Whoever goes on, with a stream or without, lets the next one look.
        defer { self.releaseSlots() }
        while self.takesCalls && !self.machine.hasFreeStream {
            try await self.waitForSlot(call.until)
        }
        try self.begin(call, header, request, at: Moment.now)
    }

    /// On the loop and with a stream free a call is opened without a suspension.
    ///
    /// - Returns: false when it has to wait.
    nonisolated func openAtOnce(
        _ call: ClientCall, _ header: CallHeader, request: [UInt8]?
    ) throws(RPCError) -> Bool {
        guard self.loop.isInLoop else { return false }
        return try Self.onLoop.open(self, call, header, request).get()
    }

    /// The same for a request that goes in one frame and is encoded there.
    ///
    /// - Returns: false when something else has to be done first, or it does not go so.
    nonisolated func openAtOnce(
        _ call: ClientCall, _ method: MethodDescriptor, _ options: CallOptions, _ encode: Encoding
    ) -> Bool {
        self.loop.isInLoop && Self.onLoop.openInPlace(self, call, method, options, encode)
    }

    func tryOpen(
        _ call: ClientCall, _ header: CallHeader, _ request: [UInt8]?
    ) -> Result<Bool, RPCError> {
        guard self.takesCalls, self.machine.hasFreeStream else { return .success(false) }
        do throws(RPCError) {
            try self.begin(call, header, request, at: call.startedAt)
            return .success(true)
        } catch { return .failure(error) }
    }

    /// What speaks against it here does so again, and more clearly, where it is opened otherwise.
    func tryOpen(
        _ call: ClientCall, _ method: MethodDescriptor, _ options: CallOptions, _ encode: Encoding
    ) -> Bool {
        let now = call.startedAt
        guard self.takesCalls, self.machine.hasFreeStream, !self.clocks.isDoubtful(at: now),
            let time = call.microsecondsLeft(at: now),
            let id = self.machine.open(
                method, timeoutMicroseconds: time, trace: options.trace,
                metadata: options.metadata, encode)
        else { return false }
        self.opened(call, id, at: now)
        return true
    }

    private func begin(
        _ call: ClientCall, _ header: CallHeader, _ request: [UInt8]?, at now: Moment
    ) throws(RPCError) {
        guard self.takesCalls else { throw self.notTaken }
        guard let time = call.microsecondsLeft(at: now) else {
            throw self.told(.expired(phase: Self.queued), phase: Self.queued)
        }
        // After a long silence the connection may be gone without a word: ask in the same breath.
        if self.clocks.asks(at: now) { self.machine.ping(0) }
        let id = try self.machine.open(
            header, call.kind, timeoutMicroseconds: time, request: request)
        self.opened(call, id, at: now)
    }

    private func opened(_ call: ClientCall, _ id: UInt32, at now: Moment) {
        self.clocks.used(at: now)
        self.load.began()
        call.opened(id)
        if let until = call.until {
            self.deadlines.watch(until, on: self.loop, self.lookAtDeadlines)
        }
        self.calls.insert(id, call)
        if self.machine.isExhausted { self.publish() }
        if self.headStart.isDue(queued: self.machine.queuedBytes) {
            self.pump()
        } else {
            self.pumpSoon()
        }
    }

    /// How far a call is, as errors say it.
    static let (queued, waiting) = ("queued for a stream", "waiting for the server")

    private nonisolated var lookAtDeadlines: @Sendable () -> Void {
        { self.onLoop { $0.deadlinePassed() } }
    }

    private func deadlinePassed() {
        let late = self.deadlines.fired(self.calls, on: self.loop, self.lookAtDeadlines)
        guard !late.isEmpty else { return }
        let error = RPCError.expired(phase: Self.waiting)
        for call in late { self.cancel(call, self.told(error, phase: Self.waiting)) }
    }

    /// - Parameter now: the loop's time, as old as its turn: the call may have begun after it.
    private func note(_ call: ClientCall, _ error: RPCError?, at now: Moment) {
        let nanoseconds = max(0, call.startedAt.nanoseconds(until: now))
        self.load.ended(
            error, seconds: call.kind == .unary ? Double(nanoseconds) / 1e9 : nil,
            began: call.startedAt, at: now)
    }

    /// Why a call was not even sent.
    var notTaken: RPCError {
        var error = self.failure ?? self.awayError
        error.isUnprocessed = true
        return error
    }

    private var awayError: RPCError {
        let error = RPCError(
            .unavailable, "\(self.address) takes no more calls", reason: ErrorReason.draining,
            isUnprocessed: true)
        return self.told(error, phase: "choosing")
    }

    /// Gives a call up: the caller hears it at once, the server soon.
    func cancel(_ call: ClientCall, _ error: RPCError) {
        guard let id = call.id, self.calls.removeValue(forKey: id) != nil else {
            return call.ended(error, trailers: Metadata())
        }
        self.note(call, error, at: Moment(self.loop.now))
        self.machine.cancel(id, error.code)
        call.responses?.abort(error)
        call.ended(error, trailers: Metadata())
        self.releaseSlots()
        self.pump()
    }

    func trySend(
        _ call: ClientCall, _ encode: @Sendable (inout [UInt8]) -> Void
    ) -> StreamSending {
        guard !self.isFull, let id = call.id else { return .mustWait }
        let outcome = self.machine.send(id, encode)
        if case .sent = outcome { self.pumpSoon() }
        return outcome
    }

    func send(_ message: [UInt8], _ call: ClientCall) async throws(RPCError) {
        guard let id = call.id else { return }
        while self.machine.isOpen(id) {
            switch self.trySend(call, { $0 += message }) {
            case .sent: return
            case .failed(let error): throw error
            case .ended: throw Self.ended
            case .mustWait: await self.waitForRoom(id)
            }
            if Task.isCancelled { throw RPCError.gaveUp }
        }
        throw call.error ?? Self.ended
    }

    /// Bytes that wait above which senders do (rpc.md 1.5).
    private static let outboundSoftBytes = 1 << 20
    private static let ended = RPCError(.cancelled, "the call has ended; nothing can be sent")

    private var isFull: Bool {
        self.machine.queuedBytes + self.transport.queuedBytes >= Self.outboundSoftBytes
    }

    private func waitForRoom(_ id: UInt32) async {
        self.waitingSenders += 1
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isFull = self.isFull
                if !Task.isCancelled, isFull || !self.machine.mayStart(id),
                    let call = self.calls[id]
                {
                    self.configuration.meter.stalled(forCredit: !isFull)
                    call.waits(continuation)
                } else {
                    continuation.resume()
                }
            }
        } onCancel: {
            self.loop.execute { self.onLoop { $0.wake(id) } }
        }
        self.waitingSenders -= 1
    }

    private func wake(_ id: UInt32) { self.calls[id]?.wakeSender() }

    func endRequests(_ call: ClientCall) {
        guard let id = call.id else { return }
        self.machine.endRequests(id)
        self.pumpSoon()
    }

    func taken(_ taken: MessageQueue.Taken, _ call: ClientCall) {
        guard let id = call.id else { return }
        guard self.machine.taken(bytes: taken.bytes, messages: taken.messages, id) else { return }
        // The server goes on while the rest of what it sent is read, and need not wait for the end.
        self.pump()
        self.transport.hurry()
    }

    /// Whether the server answered a ping by then; false also when the connection ended first.
    func ping(until deadline: Moment?) async -> Bool {
        let number = self.pings.begin()
        let end: @Sendable () -> Void = { self.onLoop { $0.pings.end(number, answered: false) } }
        let timer = deadline.map { self.loop.schedule(at: $0.instant, end) }
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.pings.wait(for: number, continuation)
                let isLate = deadline.map { $0 <= Moment.now } ?? false
                guard !Task.isCancelled, !isLate, self.failure == nil else {
                    return self.pings.end(number, answered: false)
                }
                self.machine.ping(number)
                self.pump()
            }
        } onCancel: {
            self.loop.execute(end)
        }
    }

    // MARK: What comes in

    private func take(_ bytes: UnsafeRawBufferPointer) {
        self.heardAt = Moment(self.loop.now)
        self.clocks.heard(at: self.heardAt)
        self.configuration.meter.received(bytes: bytes.count)
        self.machine.receive(bytes, now: self.loop.now)
        self.obey()
    }

    /// Writes before the turn of the loop ends, together with what others have to say.
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

    private func obey() {
        // Before anybody hears of an end: whoever tries again must not come back here.
        self.publish()
        self.obeyActions()
        self.releaseSlots()
        if self.machine.queuedBytes > 0 { self.pump() }
    }

    private func obeyActions() {
        var actions = self.machine.takeActions()
        while let action = actions.popFirst() { self.obey(action) }
        self.machine.reuse(actions)
    }

    private func greeted(_ hello: Hello) {
        self.serverHello = hello
        self.clocks.greeted(
            pingInterval: .milliseconds(Int64(hello.limits.pingIntervalMilliseconds)))
        if Hello.schemasDiffer(hello, self.configuration.hello) {
            self.configuration.meter.sawOtherSchema()
            self.configuration.schemaDiffers(self.address)
            if self.configuration.refusesOtherSchemas {
                return self.goDown(
                    RPCError(
                        .failedPrecondition,
                        "\(self.address) was built from other message definitions"), close: false)
            }
        }
        self.greeting?.resume(returning: nil)
        self.greeting = nil
    }

    private func obey(_ action: consuming ClientConnection.Action) {
        switch consume action {
        case .greeted(let hello): self.greeted(hello)
        case .headers(let id, let metadata): self.calls[id]?.received(headers: metadata)
        case .responses(let id, let run): self.calls[id]?.responses?.push(run)
        case .succeeded(let id, let reply, let trailers):
            guard let call = self.over(id, nil) else { return }
            call.succeeded(reply, trailers: trailers)
            self.closeIfDrained()
        case .failed(let id, let error, let trailers):
            guard let call = self.over(id, error) else { return }
            call.ended(error, trailers: trailers)
            self.closeIfDrained()
        case .writable(let id): self.wake(id)
        case .draining(let farewell):
            self.goAwayReason = farewell.reason
            self.onDown(self, self.awayError, false)
            self.closeIfDrained()
        case .farewell(let code, let isOwn):
            self.configuration.meter.farewell(code, isOwn: isOwn)
        case .pong(let number): self.pings.end(number, answered: true)
        case .close(let error): self.goDown(error, close: false)
        }
    }

    /// Takes out a call that is over; its caller has to be told.
    private func over(_ id: UInt32, _ error: RPCError?) -> ClientCall? {
        guard let call = self.calls.removeValue(forKey: id) else { return nil }
        // Who fails may have been silent for long: then the turn of the last word says nothing.
        self.note(call, error, at: error == nil ? self.heardAt : Moment(self.loop.now))
        return call
    }

    /// The channel has another connection: this one ends with its last call.
    func retire() {
        self.isRetired = true
        self.publish()
        self.releaseSlots()
        self.closeIfDrained()
    }

    private func closeIfDrained() {
        guard self.machine.isDraining || self.isRetired, self.calls.isEmpty else { return }
        self.pump()
        self.goDown(self.awayError, close: false)
    }

    private func pump() {
        guard self.failure == nil else { return }
        self.headStart.written()
        var moved = false
        while self.machine.queuedBytes > 0,
            self.transport.queuedBytes < ServerPeer.socketBytesMax
        {
            self.moveOutput()
            moved = true
        }
        if self.waitingSenders > 0, moved || self.transport.queuedBytes == 0 {
            self.calls.forEach { $0.wakeSender() }
        }
    }

    private func moveOutput() {
        let bytes = self.machine.takeOutput(upTo: ServerPeer.socketBytesMax)
        self.configuration.meter.sent(bytes: bytes.count)
        self.transport.send(bytes, atOnceFrom: StreamSocket.sentAtOnce)
    }

    /// The connection is over: every call on it ends, and the channel hears of it.
    private func goDown(_ error: RPCError, close: Bool) {
        guard self.failure == nil else { return }
        let phase = self.machine.isGreeted ? Self.waiting : "introduction"
        let error = self.told(error, phase: phase)
        while self.machine.queuedBytes > 0 { self.moveOutput() }
        self.failure = error
        self.tickTimer?.cancel()
        self.tickTimer = nil
        self.deadlines.cancel()
        self.publish()
        self.machine.connectionLost(error)
        self.obeyActions()
        self.greeting?.resume(returning: error)
        self.greeting = nil
        self.pings.endAll()
        self.releaseSlots()
        if close { self.transport.close() } else { self.transport.closeAfterLastWords() }
        self.onDown(self, error, true)
    }

    /// How the connection is, for operators.
    var snapshot: ConnectionSnapshot {
        ConnectionSnapshot(
            peer: self.address, agent: self.serverHello?.agent ?? "",
            age: Moment.now - self.openedAt, openCalls: self.calls.count,
            queuedBytes: self.machine.queuedBytes + self.transport.queuedBytes,
            sentBytes: self.transport.bytesWritten,
            state: !self.machine.isGreeted ? "handshake" : self.takesCalls ? "open" : "draining",
            streams: self.machine.streamStates(upTo: ConnectionSnapshot.streamsMax).map { state in
                let call = self.calls[state.id]
                return StreamSnapshot(
                    state: state, method: call?.method ?? "",
                    age: call.map { Moment.now - $0.startedAt })
            })
    }

    /// Says goodbye; calls that still run end with UNAVAILABLE.
    func shutdown() {
        self.machine.sayGoodbye()
        self.goDown(
            RPCError(.unavailable, "the channel was closed", reason: ErrorReason.draining),
            close: false)
    }
}

extension ClientPeer: StreamHandler {
    nonisolated func received(_ bytes: BorrowedBytes) {
        self.onLoop { $0.take(bytes.raw) }
    }

    nonisolated func wrote(queued: Int) { self.onLoop { $0.pump() } }

    nonisolated func inputEnded() {
        self.onLoop {
            $0.lost("the server closed the connection", ErrorReason.connectionReset)
        }
    }

    nonisolated func closed(_ error: SocketError?) {
        let words = error?.message ?? "the connection was closed"
        let isTLS = error?.code == .untrusted
        self.onLoop {
            $0.lost(words, isTLS ? ErrorReason.tlsFailed : ErrorReason.connectionReset)
        }
    }

    private func lost(_ words: String, _ reason: String) {
        var facts: [String: String] = [:]
        // Nobody answers before the introduction: like a port where nobody listens.
        if !self.machine.isGreeted { facts["phase"] = "connecting" }
        self.goDown(
            RPCError(
                .unavailable, "\(self.address): \(words)", reason: reason, facts: facts),
            close: true)
    }
}
