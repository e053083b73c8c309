internal import RPCCore
internal import Sockets

/// One address of a channel: connects when wanted, again after a pause when it failed.
actor Endpoint: LoopActor {
    /// What a channel can see of an address.
    enum State: Sendable {
        case idle
        case connecting
        case ready
        case backoff
        case shutdown
    }

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.loop.asUnownedSerialExecutor()
    }
    nonisolated let name: String

    private let connector:
        @Sendable (EventLoop, Duration) async throws(SocketError) -> any Transport
    private let configuration: ClientConfiguration
    nonisolated let load = EndpointLoad()
    private var state = State.idle { didSet { self.publish() } }
    private var peer: ClientPeer? { didSet { self.publish() } }
    /// Connections that take no more calls and still have some.
    private var leaving: [ClientPeer] = []
    private var lastError: RPCError?
    private var backoff: Backoff
    private var retryTimer: ScheduledTimer?
    /// When the next attempt is made, while there is a timer for it.
    private var retryAt = Moment(sinceZero: 0)
    /// Connections in a row that were greeted and sent away in one breath.
    private var timesSentAway = 0
    /// So many are made before calls hear of it: a server that stops is mostly replaced soon.
    static let timesSentAwayMax = 3
    private var task: Task<Void, Never>?
    private var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter: UInt64 = 0

    init(
        name: String, loop: EventLoop, configuration: ClientConfiguration,
        connector:
            @escaping @Sendable (EventLoop, Duration) async throws(SocketError) ->
            any Transport
    ) {
        self.name = name
        self.loop = loop
        self.configuration = configuration
        self.connector = connector
        self.backoff = Backoff(first: configuration.backoffFirst, max: configuration.backoffMax)
    }

    private func publish() {
        self.load.set(self.state, peer: self.peer, failure: self.lastError)
    }

    /// Begins to connect unless that is under way, done or to be waited for; a connection that
    /// takes no more calls is left to those it has and replaced.
    func wake() async {
        if self.state == .ready, let peer, !peer.acceptsCalls {
            self.down(peer, await peer.notTaken, isOver: false)
            await peer.retire()
        }
        guard self.state == .idle else { return }
        self.connect()
    }

    private func connect() {
        self.state = .connecting
        self.retryTimer = nil
        self.task = Task(executorPreference: self.loop.tasks) { await self.attempt() }
    }

    private func attempt() async {
        let timeout = self.configuration.connectTimeout
        do throws(SocketError) {
            let transport = try await self.connector(self.loop, timeout)
            let peer = ClientPeer(
                transport, address: self.name, configuration: self.configuration, load: self.load
            ) { [weak self] peer, error, isOver in
                guard let self else { return }
                Task { await self.down(peer, error, isOver: isOver) }
            }
            if let error = await peer.greet(timeout: timeout) { return self.failed(error) }
            guard self.state == .connecting else { return await peer.shutdown() }
            guard peer.acceptsCalls else { return self.sentAway(await peer.notTaken) }
            self.timesSentAway = 0
            self.backoff.reset()
            self.peer = peer
            self.state = .ready
            self.release()
        } catch {
            self.failed(self.error(of: error))
        }
    }

    private func error(of error: SocketError) -> RPCError {
        let reason =
            switch error.code {
            case .refused: ErrorReason.connectRefused
            case .timeout: ErrorReason.connectTimeout
            case .nameNotFound: ErrorReason.dnsFailed
            case .untrusted: ErrorReason.tlsFailed
            case .reset, .addressUnavailable, .badAddress, .system: ErrorReason.connectionReset
            }
        return RPCError(
            .unavailable, "\(self.name): \(error.message)", reason: reason,
            facts: ["peer": self.name, "phase": "connecting"])
    }

    private func failed(_ error: RPCError) {
        guard self.state == .connecting else { return }
        self.lastError = error
        self.state = .backoff
        self.retryLater()
        self.release()
        self.configuration.connectFailed(self.name, error)
    }

    /// The server took the connection and wants no calls. Calls go on waiting for the next one,
    /// which takes its time as after any failure.
    private func sentAway(_ error: RPCError) {
        guard self.state == .connecting else { return }
        self.configuration.connectionEnded(self.name, error)
        self.timesSentAway += 1
        if error.reason != ErrorReason.draining || self.timesSentAway >= Self.timesSentAwayMax {
            self.timesSentAway = 0
            return self.failed(error)
        }
        self.lastError = error
        self.retryLater()
    }

    private func retryLater() {
        let pause = self.backoff.next(random: self.configuration.random())
        self.retryAt = Moment.now + pause
        self.retryTimer = self.loop.schedule(after: pause) { [weak self] in
            self?.onLoop { $0.retry() }
        }
    }

    private func retry() {
        guard self.state == .backoff || self.state == .connecting else { return }
        self.connect()
    }

    /// The connection ended, drains or is not used: the next call makes another.
    private func down(_ peer: ClientPeer, _ error: RPCError, isOver: Bool) {
        let place = self.leaving.firstIndex { $0 === peer }
        guard self.peer === peer || place != nil else { return }
        if isOver {
            if let place { self.leaving.remove(at: place) }
            self.configuration.connectionEnded(self.name, error)
        } else if place == nil {
            self.leaving.append(peer)
        }
        guard self.peer === peer else { return }
        self.peer = nil
        self.lastError = error
        guard self.state == .ready else { return }
        self.state = .idle
        self.release()
    }

    /// Whether any connection is left.
    var isEmpty: Bool { self.peer == nil && self.leaving.isEmpty }

    /// How the address is and its connections, for operators.
    var snapshots: [ConnectionSnapshot] {
        get async {
            let own = self.ownSnapshot
            var all: [ConnectionSnapshot] = []
            for peer in self.leaving { all.append(await peer.snapshot) }
            if let peer {
                all.append(await peer.snapshot)
            } else if self.state != .shutdown {
                all.append(
                    ConnectionSnapshot(
                        peer: self.name, agent: "", age: .zero, openCalls: 0, queuedBytes: 0,
                        sentBytes: 0, state: "\(self.state)", streams: []))
            }
            for index in all.indices { all[index].endpoint = own }
            return all
        }
    }

    private var ownSnapshot: EndpointSnapshot {
        let latency = self.load.latency
        return EndpointSnapshot(
            breaker: self.load.breaker.name, latency: latency > 0 ? .seconds(latency) : nil,
            lastError: self.lastError,
            retryIn: self.retryTimer == nil ? nil : max(.zero, self.retryAt - Moment.now))
    }

    /// The address is no longer one of the name's: its calls may end, new ones go elsewhere.
    func retire() async {
        let peer = self.peer
        if let peer { self.leaving.append(peer) }
        self.peer = nil
        self.state = .shutdown
        self.retryTimer?.cancel()
        self.task?.cancel()
        self.release()
        await peer?.retire()
    }

    // MARK: Waiting

    /// Returns when the state has changed, `deadline` passed or the task was cancelled.
    ///
    /// - Parameter seen: changes before whoever waits looked at the state; one that came since is
    ///   not waited for.
    func waitForChange(since seen: UInt64, until deadline: ContinuousClock.Instant?) async {
        self.nextWaiter += 1
        let number = self.nextWaiter
        let timer = deadline.map {
            self.loop.schedule(after: $0 - ContinuousClock.now) { [weak self] in
                self?.onLoop { $0.release(number) }
            }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isUnderWay = self.state == .connecting || self.state == .backoff
                let mustWait = isUnderWay && self.load.changes == seen
                let isLate = deadline.map { $0 <= ContinuousClock.now } ?? false
                if Task.isCancelled || isLate || !mustWait {
                    continuation.resume()
                } else {
                    self.waiters[number] = continuation
                }
            }
        } onCancel: {
            self.loop.execute { self.onLoop { $0.release(number) } }
        }
        timer?.cancel()
    }

    private func release(_ number: UInt64) {
        self.waiters.removeValue(forKey: number)?.resume()
    }

    private func release() {
        let waiting = self.waiters
        self.waiters = [:]
        for continuation in waiting.values { continuation.resume() }
    }

    func shutdown() async {
        self.state = .shutdown
        self.retryTimer?.cancel()
        self.task?.cancel()
        self.release()
        let all = self.leaving + [self.peer].compactMap { $0 }
        self.peer = nil
        // Those that end hear of it below, and so does whoever logs ends.
        self.leaving = all
        for peer in all { await peer.shutdown() }
    }
}
