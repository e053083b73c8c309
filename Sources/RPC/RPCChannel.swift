public import RPCCore
public import Sockets
internal import Synchronization

/// Calls the methods of a service at one or more addresses; connects by itself, again and again.
public final class RPCChannel: Sendable {
    private let directory: Directory
    let configuration: ClientConfiguration
    private let turn = Atomic<Int>(0)
    private let books = Mutex(Books())
    let hedging = Mutex(HedgingMeter())
    private let isClosed = Atomic<Bool>(false)

    /// What is written down with every attempt, under one lock.
    private struct Books {
        var budget = RetryBudget()
        var counts = ChannelCounts()
    }

    /// A channel to `host:port`, `unix:path`, or several of them with commas between. A host name
    /// stands for all of its addresses.
    ///
    /// - Throws: `SocketError` with `badAddress`.
    public init(
        _ addresses: String, configuration: ClientConfiguration = ClientConfiguration(),
        group: EventLoopGroup
    ) throws(SocketError) {
        var targets: [SocketAddress] = []
        for text in addresses.split(separator: ",") {
            targets.append(try SocketAddress(parsing: String(text)))
        }
        guard !targets.isEmpty else { throw SocketError(.badAddress, "no address was given") }
        self.directory = Directory(targets, configuration: configuration, group: group)
        self.configuration = configuration
    }

    /// A channel to a server inside this process; the protocol is the same, without a socket.
    public init(
        inProcess server: RPCServer, configuration: ClientConfiguration = ClientConfiguration(),
        group: EventLoopGroup
    ) {
        self.configuration = configuration
        let serverLoop = group.next()
        let endpoint = Endpoint(
            name: "in-process", loop: group.next(), configuration: configuration
        ) { loop, _ in
            let (near, far) = InProcessPipe.pair(loop, serverLoop)
            serverLoop.execute { server.attach(far) }
            return near
        }
        self.directory = Directory(endpoint, configuration: configuration, group: group)
    }

    /// How this side introduces itself.
    public var hello: Hello { self.configuration.hello }

    /// Ends the connections; calls that run fail with UNAVAILABLE.
    public func close() async {
        self.isClosed.store(true, ordering: .releasing)
        await self.directory.close()
    }

    /// How the channel is, and each of its addresses with its connection.
    public func snapshot() async -> ChannelSnapshot {
        var all: [ConnectionSnapshot] = []
        for endpoint in await self.directory.all { all += await endpoint.snapshots }
        let resolveError = await self.directory.failure?.message
        let books = self.books.withLock { $0 }
        return ChannelSnapshot(
            connections: all.sorted { $0.peer < $1.peer },
            addresses: self.directory.endpoints?.count ?? 0,
            balancing: self.configuration.balancing, retryTokens: books.budget.tokens,
            counts: books.counts, resolveError: resolveError)
    }

    /// The introduction of the server, connecting when there is no connection.
    public func serverHello(options: CallOptions = CallOptions()) async throws(RPCError) -> Hello {
        let peer = try await self.peer(options, Self.deadline(options))
        guard let hello = await peer.serverHello else { throw Self.closed }
        return hello
    }

    /// One ping there and back.
    ///
    /// - Returns: the time it took.
    public func ping(options: CallOptions = CallOptions()) async throws(RPCError) -> Duration {
        let deadline = Self.deadline(options)
        let peer = try await self.peer(options, deadline)
        let start = ContinuousClock.now
        guard await peer.ping(until: deadline) else {
            if Task.isCancelled { throw .gaveUp }
            if let deadline, Moment.now >= deadline { throw .expired(phase: "waiting for a ping") }
            throw Self.closed
        }
        return ContinuousClock.now - start
    }

    static let closed = RPCError(
        .unavailable, "the connection was closed", reason: ErrorReason.connectionReset)

    static func deadline(_ options: CallOptions) -> Moment? {
        options.timeout.map { Moment.now + $0 }
    }

    // MARK: Connections

    /// A connection that takes calls: one of those that are ready, or the first that comes up.
    ///
    /// - Parameter other: a connection that is not wanted, because it has the call already.
    nonisolated(nonsending) func peer(
        _ options: CallOptions, _ deadline: Moment?,
        otherThan other: ClientPeer? = nil
    ) async throws(RPCError) -> ClientPeer {
        while true {
            if self.isClosed.load(ordering: .acquiring) {
                throw RPCError(
                    .unavailable, "the channel was closed", reason: ErrorReason.draining,
                    facts: ["phase": "choosing"])
            }
            if let peer = self.onlyReady { return peer }
            var endpoints = self.directory.endpoints ?? []
            if endpoints.isEmpty { endpoints = try await self.directory.resolved() }
            await self.wakeIdle(endpoints)
            // Before they are looked at: what changes from here on ends the wait.
            let seen = endpoints.map { ($0, $0.load.changes) }
            if let peer = try self.choose(endpoints, otherThan: other) { return peer }
            if let failure = self.failure(endpoints) {
                await self.directory.somethingFailed()
                if !options.waitForReady { throw failure }
            }
            try await self.waitForChange(seen, deadline)
        }
    }

    /// The usual case, without a look around: one address, its connection is up, calls succeed.
    var onlyReady: ClientPeer? {
        self.isClosed.load(ordering: .acquiring) ? nil : self.directory.onlyReady
    }

    /// Whether another connection could take a second attempt.
    func hasReady(otherThan other: ClientPeer) -> Bool {
        (self.directory.endpoints ?? []).contains {
            $0.load.ready != nil && $0.load.ready !== other
        }
    }

    private func wakeIdle(_ endpoints: [Endpoint]) async {
        // A second attempt needs a second connection, whatever the balancing.
        let isOneEnough =
            self.configuration.balancing == .pickFirst && !self.configuration.hedges
        for endpoint in endpoints {
            switch endpoint.load.phase {
            case .idle: await endpoint.wake()
            case .ready where endpoint.load.ready == nil: await endpoint.wake()
            case .ready, .connecting: break
            case .backoff, .shutdown: continue
            }
            if isOneEnough { return }
        }
    }

    /// - Throws: BREAKER_OPEN when every connection is one that mostly fails.
    private func choose(
        _ endpoints: [Endpoint], otherThan other: ClientPeer?
    ) throws(RPCError) -> ClientPeer? {
        var ready = endpoints.filter { $0.load.ready != nil }
        // Nobody else is there by now: the same connection is better than none.
        if ready.count > 1 { ready.removeAll { $0.load.ready === other } }
        guard !ready.isEmpty else { return nil }
        let now = ContinuousClock.now
        for endpoint in self.ordered(ready, at: Moment(now)) where endpoint.load.admits(at: now) {
            if let peer = endpoint.load.ready { return peer }
        }
        throw RPCError(
            .unavailable, "calls to \(ready[0].name) mostly fail; none is sent for a moment",
            reason: ErrorReason.breakerOpen, facts: ["peer": ready[0].name, "phase": "choosing"])
    }

    /// The best candidate first, the others behind it.
    private func ordered(_ ready: [Endpoint], at now: Moment) -> [Endpoint] {
        guard ready.count > 1 else { return ready }
        func rotated(_ start: Int) -> [Endpoint] { Array(ready[start...] + ready[..<start]) }
        switch self.configuration.balancing {
        case .pickFirst: return ready
        case .roundRobin:
            let turn = self.turn.wrappingAdd(1, ordering: .relaxed).oldValue
            return rotated(Int(UInt(bitPattern: turn) % UInt(ready.count)))
        case .powerOfTwo:
            let one = Int(self.configuration.random() * Double(ready.count))
            let step = 1 + Int(self.configuration.random() * Double(ready.count - 1))
            let two = (one + step) % ready.count
            let costs = (ready[one].load.cost(at: now), ready[two].load.cost(at: now))
            return rotated(costs.0 <= costs.1 ? one : two)
        }
    }

    /// Why no address can be reached, when each of them failed.
    private func failure(_ endpoints: [Endpoint]) -> RPCError? {
        var failure: RPCError?
        for endpoint in endpoints {
            guard let error = endpoint.load.failure else { return nil }
            failure = failure ?? error
        }
        failure?.isUnprocessed = true
        return failure
    }

    private func waitForChange(
        _ seen: [(endpoint: Endpoint, changes: UInt64)], _ deadline: Moment?
    ) async throws(RPCError) {
        await withTaskGroup(of: Void.self) { tasks in
            // Others have nothing under way, and would call the wait over at once.
            for (endpoint, changes) in seen where endpoint.load.isUnderWay {
                tasks.addTask {
                    await endpoint.waitForChange(since: changes, until: deadline?.instant)
                }
            }
            await tasks.next()
            tasks.cancelAll()
        }
        if Task.isCancelled { throw RPCError.gaveUp }
        if let deadline, Moment.now >= deadline {
            var error = RPCError.expired(phase: "connecting")
            if let cause = self.failure(seen.map(\.endpoint)) {
                error.message += "; \(cause.message)"
            }
            throw error
        }
    }

    // MARK: Retries

    func mayRetry() -> Bool {
        self.books.withLock { books in
            if !books.budget.allowsRetry { books.counts.retriesDenied += 1 }
            return books.budget.allowsRetry
        }
    }

    /// An attempt ended.
    func note(_ error: RPCError?) {
        self.books.withLock { books in
            books.counts.attempts += 1
            if let error, error.code == .unavailable {
                books.budget.failed()
            } else {
                books.budget.succeeded()
            }
        }
    }

    func count(_ change: (inout ChannelCounts) -> Void) {
        self.books.withLock { change(&$0.counts) }
    }

    var attemptsMax: Int { self.configuration.attemptsMax }

    /// The pause before an attempt: 50 ms, doubling to 1 s, a fifth up or down.
    func pause(before attempt: Int) -> Duration {
        let base = min(Duration.milliseconds(50) * (1 << min(attempt - 1, 5)), .seconds(1))
        return base * (0.8 + 0.4 * self.configuration.random())
    }
}
