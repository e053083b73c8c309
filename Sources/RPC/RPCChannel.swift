public import RPCCore
public import Sockets
private import Synchronization

/// Calls the methods of a service at one or more addresses; connects by itself, again and again.
public final class RPCChannel: Sendable {
    private let endpoints: [Endpoint]
    private let configuration: ClientConfiguration
    private let turn = Atomic<Int>(0)
    private let budget = Mutex(RetryBudget())
    private let isClosed = Atomic<Bool>(false)

    /// A channel to `host:port`, `unix:path`, or several of them with commas between.
    ///
    /// - Throws: `SocketError` with `badAddress`.
    public init(
        _ addresses: String, configuration: ClientConfiguration = ClientConfiguration(),
        group: EventLoopGroup
    ) throws(SocketError) {
        var endpoints: [Endpoint] = []
        for text in addresses.split(separator: ",") {
            let address = try SocketAddress(parsing: String(text))
            endpoints.append(
                Endpoint(
                    name: address.description, loop: group.next(), configuration: configuration
                ) { loop, timeout throws(SocketError) in
                    try await StreamSocket.connect(to: address, loop: loop, timeout: timeout)
                })
        }
        guard !endpoints.isEmpty else { throw SocketError(.badAddress, "no address was given") }
        self.endpoints = endpoints
        self.configuration = configuration
    }

    /// A channel to a server inside this process; the protocol is the same, without a socket.
    public init(
        inProcess server: RPCServer, configuration: ClientConfiguration = ClientConfiguration(),
        group: EventLoopGroup
    ) {
        self.configuration = configuration
        let serverLoop = group.next()
        self.endpoints = [
            Endpoint(name: "in-process", loop: group.next(), configuration: configuration) {
                loop, _ in
                let (near, far) = InProcessPipe.pair(loop, serverLoop)
                serverLoop.execute { server.attach(far) }
                return near
            }
        ]
    }

    /// Ends the connections; calls that run fail with UNAVAILABLE.
    public func close() async {
        self.isClosed.store(true, ordering: .releasing)
        for endpoint in self.endpoints { await endpoint.shutdown() }
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
        let peer = try await self.peer(options, Self.deadline(options))
        let start = ContinuousClock.now
        guard await peer.ping() else { throw Self.closed }
        return ContinuousClock.now - start
    }

    static let closed = RPCError(
        .unavailable, "the connection was closed", reason: ErrorReason.connectionReset)

    static func deadline(_ options: CallOptions) -> ContinuousClock.Instant? {
        options.timeout.map { ContinuousClock.now.advanced(by: $0) }
    }

    // MARK: Connections

    /// A connection that takes calls: the next ready one in turn, or the first that comes up.
    func peer(
        _ options: CallOptions, _ deadline: ContinuousClock.Instant?
    ) async throws(RPCError) -> ClientPeer {
        while true {
            if self.isClosed.load(ordering: .acquiring) {
                throw RPCError(.unavailable, "the channel was closed")
            }
            if let peer = await self.readyPeer() { return peer }
            for endpoint in self.endpoints { await endpoint.wake() }
            if !options.waitForReady, let failure = await self.failure() { throw failure }
            try await self.waitForChange(deadline)
        }
    }

    private func readyPeer() async -> ClientPeer? {
        let start = self.turn.wrappingAdd(1, ordering: .relaxed).oldValue
        for offset in 0..<self.endpoints.count {
            let index = Int(UInt(bitPattern: start &+ offset) % UInt(self.endpoints.count))
            if let peer = await self.endpoints[index].readyPeer() { return peer }
        }
        return nil
    }

    /// Why no address can be reached, when each of them failed.
    private func failure() async -> RPCError? {
        var failure: RPCError?
        for endpoint in self.endpoints {
            guard let error = await endpoint.failure else { return nil }
            failure = failure ?? error
        }
        failure?.isUnprocessed = true
        return failure
    }

    private func waitForChange(_ deadline: ContinuousClock.Instant?) async throws(RPCError) {
        await withTaskGroup(of: Void.self) { tasks in
            for endpoint in self.endpoints {
                tasks.addTask { await endpoint.waitForChange(until: deadline) }
            }
            await tasks.next()
            tasks.cancelAll()
        }
        if Task.isCancelled { throw RPCError(.cancelled, "the call was cancelled") }
        if let deadline, ContinuousClock.now >= deadline {
            var error = ClientPeer.expired(phase: "connecting")
            if let cause = await self.failure() {
                error.message += "; \(cause.message)"
            }
            throw error
        }
    }

    // MARK: Retries

    func mayRetry() -> Bool { self.budget.withLock { $0.allowsRetry } }

    func note(_ error: RPCError?) {
        self.budget.withLock { budget in
            if let error, error.code == .unavailable { budget.failed() } else { budget.succeeded() }
        }
    }

    var attemptsMax: Int { self.configuration.attemptsMax }

    /// The pause before an attempt: 50 ms, doubling to 1 s, a fifth up or down.
    func pause(before attempt: Int) -> Duration {
        let base = min(Duration.milliseconds(50) * (1 << min(attempt - 1, 5)), .seconds(1))
        return base * (0.8 + 0.4 * self.configuration.random())
    }
}
