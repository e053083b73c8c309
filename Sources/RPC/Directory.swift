internal import Crypto
internal import RPCCore
internal import Sockets
private import Synchronization

/// The addresses of a channel: names are looked up again from time to time and on any failure.
actor Directory {
    /// One of the addresses that the channel was given.
    private struct Target {
        let address: SocketAddress
        let isName: Bool
        /// What it stands for; the last good answer is kept.
        var endpoints: [SocketAddress: Endpoint] = [:]
    }

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.loop.asUnownedSerialExecutor()
    }

    private let configuration: ClientConfiguration
    private let group: EventLoopGroup
    private var targets: [Target]
    /// What the last question said that had no answer.
    private(set) var failure: SocketError?
    private var timer: ScheduledTimer?
    private var refresh: Task<Void, Never>?
    private var isClosed = false
    /// Addresses that the names do not stand for any more, while calls still run there.
    private var retired: [Endpoint] = []
    private nonisolated let known: Mutex<[Endpoint]?>

    /// Shortest time between two questions for the same names.
    private static let pause = Duration.seconds(1)
    private static let timeout = Duration.seconds(3)
    private var askedAt: ContinuousClock.Instant?

    init(
        _ addresses: [SocketAddress], configuration: ClientConfiguration, group: EventLoopGroup
    ) {
        self.loop = group.next()
        self.configuration = configuration
        self.group = group
        self.targets = addresses.map { address in
            let isName = address.isName
            let endpoints =
                isName
                ? [:] : [address: Self.endpoint(address, of: address, configuration, group)]
            return Target(address: address, isName: isName, endpoints: endpoints)
        }
        let all = self.targets.flatMap(\.endpoints.values)
        self.known = Mutex(self.targets.contains(where: \.isName) ? nil : all)
    }

    /// A directory of one endpoint that is no address.
    init(_ endpoint: Endpoint, configuration: ClientConfiguration, group: EventLoopGroup) {
        self.loop = endpoint.loop
        self.configuration = configuration
        self.group = group
        self.targets = []
        self.known = Mutex([endpoint])
    }

    /// - Parameter target: the address as it was given: its host is what a certificate must hold.
    private static func endpoint(
        _ address: SocketAddress, of target: SocketAddress, _ configuration: ClientConfiguration,
        _ group: EventLoopGroup
    ) -> Endpoint {
        Endpoint(name: address.description, loop: group.next(), configuration: configuration) {
            loop, timeout throws(SocketError) in
            guard let tls = configuration.tls else {
                return try await StreamSocket.connect(to: address, loop: loop, timeout: timeout)
            }
            guard let name = configuration.tlsName ?? target.host else {
                throw SocketError(
                    .untrusted, "a Unix socket has no name that a certificate could hold; give one")
            }
            let socket = try await StreamSocket.connect(to: address, loop: loop, timeout: timeout)
            do throws(TLSError) {
                return TLSTransport(socket, try tls.calling(name), isServer: false)
            } catch {
                throw SocketError(.untrusted, error.message)
            }
        }
    }

    /// The endpoints as last known; nil before the first answer.
    nonisolated var endpoints: [Endpoint]? { self.known.withLock { $0 } }

    /// The connection of the only endpoint, when there is one that takes calls and they succeed.
    nonisolated var onlyReady: ClientPeer? {
        self.known.withLock { $0?.count == 1 ? $0?[0].load.readyAndSound : nil }
    }

    /// Waits for the first answer of the resolver.
    ///
    /// - Throws: `RPCError` with DNS_FAILED when no name has an address.
    func resolved() async throws(RPCError) -> [Endpoint] {
        if let endpoints = self.endpoints { return endpoints }
        await self.ask()
        if let endpoints = self.endpoints { return endpoints }
        throw RPCError(
            .unavailable, self.failure?.message ?? "the name has no address",
            reason: ErrorReason.dnsFailed, facts: ["phase": "resolving"])
    }

    /// Something failed: the names may stand for other addresses by now.
    func somethingFailed() {
        guard self.targets.contains(where: \.isName), self.refresh == nil else { return }
        if let askedAt, ContinuousClock.now - askedAt < Self.pause { return }
        self.refresh = Task { await self.ask() }
    }

    /// One question at a time; whoever comes meanwhile gets its answer.
    private func ask() async {
        if let asking = self.asking { return await asking.value }
        let task = Task { await self.lookUp() }
        self.asking = task
        await task.value
        self.asking = nil
        self.refresh = nil
        self.askLater()
    }

    private var asking: Task<Void, Never>?

    private func lookUp() async {
        self.askedAt = .now
        for index in self.targets.indices where self.targets[index].isName {
            do throws(SocketError) {
                let answer = try await self.addresses(of: self.targets[index].address)
                self.failure = nil
                if !answer.isEmpty { await self.replace(index, by: answer) }
            } catch {
                self.failure = error
            }
        }
        let all = self.targets.flatMap(\.endpoints.values)
        if !all.isEmpty && !self.isClosed { self.known.withLock { $0 = all } }
    }

    private func addresses(
        of name: SocketAddress
    ) async throws(SocketError) -> [SocketAddress] {
        if let resolve = self.configuration.resolve { return try await resolve(name) }
        return try await name.resolved(loop: self.loop, timeout: Self.timeout)
    }

    private func replace(_ index: Int, by answer: [SocketAddress]) async {
        let wanted = Set(answer)
        let gone = self.targets[index].endpoints.filter { !wanted.contains($0.key) }
        for address in gone.keys { self.targets[index].endpoints[address] = nil }
        for address in wanted where self.targets[index].endpoints[address] == nil {
            let endpoint = Self.endpoint(
                address, of: self.targets[index].address, self.configuration, self.group)
            self.targets[index].endpoints[address] = endpoint
        }
        self.known.withLock { $0 = self.targets.flatMap(\.endpoints.values) }
        for endpoint in gone.values {
            self.retired.append(endpoint)
            await endpoint.retire()
        }
        var left: [Endpoint] = []
        for endpoint in self.retired where await !endpoint.isEmpty { left.append(endpoint) }
        self.retired = left
    }

    /// Every address that has connections, or may get one.
    var all: [Endpoint] { (self.endpoints ?? []) + self.retired }

    private func askLater() {
        guard !self.isClosed else { return }
        self.timer?.cancel()
        self.timer = self.loop.schedule(after: self.configuration.resolveInterval) { [weak self] in
            guard let self else { return }
            Task { await self.ask() }
        }
    }

    func close() async {
        self.isClosed = true
        self.timer?.cancel()
        for endpoint in self.all { await endpoint.shutdown() }
    }
}
