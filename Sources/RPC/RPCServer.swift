internal import Crypto
internal import RPCCore
public import Sockets
internal import Synchronization

/// Serves the methods of a router on one address.
public final class RPCServer: Sendable {
    private struct State {
        var peers: [ObjectIdentifier: ServerPeer] = [:]
        /// Who has not introduced itself, the oldest first.
        var strangers: [ObjectIdentifier] = []
        var isStopping = false
        /// Who hears that there is no room.
        var turnedAway = 0
    }

    /// What becomes of a connection.
    private enum Place {
        /// It is kept; somebody may have to go for it.
        case kept(evicted: ServerPeer?)
        case full
        case stopping
    }

    /// The address in use; tells the port when 0 was asked for.
    public var localAddress: SocketAddress { self.address }

    private let address: SocketAddress
    private let listener: Mutex<Listener?>
    private let routes: RouteTable
    private let configuration: ServerConfiguration
    private let group: EventLoopGroup
    private let state: Peers

    /// The connections of a server.
    private final class Peers: Sendable {
        let state = Mutex(State())

        /// Keeps a connection, unless there are too many or the server stops. The oldest one that
        /// never introduced itself makes room: silent strangers must not lock clients out.
        ///
        func add(_ peer: ServerPeer, max: Int) -> Place {
            self.state.withLock { state in
                guard !state.isStopping else { return .stopping }
                var evicted: ServerPeer?
                if state.peers.count >= max {
                    while evicted == nil, !state.strangers.isEmpty {
                        let oldest = state.strangers.removeFirst()
                        evicted = state.peers.removeValue(forKey: oldest)
                    }
                    guard evicted != nil else { return .full }
                }
                state.peers[ObjectIdentifier(peer)] = peer
                state.strangers.append(ObjectIdentifier(peer))
                return .kept(evicted: evicted)
            }
        }

        /// Clients at once that hear that there is no room; the others are closed without a word,
        /// or a flood of them would hold as many descriptors.
        private static let turnedAwayMax = 64

        /// - Returns: whether the client may be told.
        func beginTurningAway() -> Bool {
            self.state.withLock { state in
                guard state.turnedAway < Self.turnedAwayMax else { return false }
                state.turnedAway += 1
                return true
            }
        }

        func endTurningAway() { self.state.withLock { $0.turnedAway -= 1 } }

        func greeted(_ peer: ServerPeer) {
            self.state.withLock { $0.strangers.removeAll { $0 == ObjectIdentifier(peer) } }
        }

        func remove(_ peer: ServerPeer) {
            self.state.withLock { state in
                let key = ObjectIdentifier(peer)
                guard state.peers[key] === peer else { return }
                state.peers[key] = nil
                state.strangers.removeAll { $0 == key }
            }
        }
    }

    /// Listens and serves.
    ///
    /// - Throws: `SocketError` when the address cannot be had.
    public init(
        _ address: SocketAddress, router: RPCRouter, configuration: ServerConfiguration,
        group: EventLoopGroup
    ) throws(SocketError) {
        let peers = Peers()
        let routes = RouteTable(router)
        let listener = try Listener(address, group: group) { socket in
            guard let transport = Self.transport(socket, configuration) else { return }
            Self.serve(transport, routes, configuration, peers)
        }
        self.address = listener.localAddress
        self.listener = Mutex(listener)
        self.routes = routes
        self.configuration = configuration
        self.group = group
        self.state = peers
    }

    /// The socket itself, or TLS over it; nil when no session can be had, which closes the socket.
    private static func transport(
        _ socket: StreamSocket, _ configuration: ServerConfiguration
    ) -> (any Transport)? {
        guard let tls = configuration.tls else { return socket }
        let peer = socket.peerName
        do throws(TLSError) {
            return TLSTransport(socket, try tls.accepting(), isServer: true) {
                configuration.meter.refused(ErrorReason.tlsFailed)
                configuration.clientRefused(peer, $0)
            }
        } catch {
            configuration.meter.refused(ErrorReason.tlsFailed)
            configuration.clientRefused(peer, error.message)
            return nil
        }
    }

    /// The reason under which connections are counted for which there was no room.
    static let tooManyConnections = "CONNECTION_LIMIT"

    private static func serve(
        _ transport: any Transport, _ routes: RouteTable, _ configuration: ServerConfiguration,
        _ peers: Peers
    ) {
        let peer = ServerPeer(
            transport, routes: routes, configuration: configuration,
            onGreeted: { peers.greeted($0) }, onClose: { peers.remove($0) })
        switch peers.add(peer, max: configuration.connectionsMax) {
        case .stopping: transport.close()
        case .full: Self.turnAway(transport, configuration, peers)
        case .kept(let evicted):
            if let evicted {
                configuration.meter.refused(Self.tooManyConnections)
                evicted.loop.execute { evicted.onLoop { $0.evict() } }
            }
            peer.start()
        }
    }

    /// Tells a client that there is no room; one of TLS when its handshake is over and it is heard.
    private static func turnAway(
        _ transport: any Transport, _ configuration: ServerConfiguration, _ peers: Peers
    ) {
        let words = "\(configuration.connectionsMax) connections are open, which is the most"
        configuration.meter.refused(Self.tooManyConnections)
        configuration.connectionClosed(
            ConnectionEnd(peer: transport.peerName, reason: words, isFault: true))
        guard peers.beginTurningAway() else { return transport.close() }
        configuration.meter.farewell(.excessLoad, isOwn: true)
        let handshake = configuration.tls.map { _ in
            transport.loop.schedule(after: configuration.handshakeTimeout) { transport.close() }
        }
        transport.activate(
            TurnedAway(
                onHeard: { transport.closeAfterLastWords() },
                onClosed: {
                    handshake?.cancel()
                    peers.endTurningAway()
                }))
        let bytes = ServerConnection.turnedAway(words)
        transport.send(bytes, atOnceFrom: StreamSocket.sentAtOnce)
        if handshake == nil { transport.closeAfterLastWords() }
    }

    /// A client for whom there is no room, until it has heard so.
    private final class TurnedAway: StreamHandler {
        private let wasHeard = Atomic(false)
        private let onHeard: @Sendable () -> Void
        private let onClosed: @Sendable () -> Void

        init(onHeard: @escaping @Sendable () -> Void, onClosed: @escaping @Sendable () -> Void) {
            self.onHeard = onHeard
            self.onClosed = onClosed
        }

        func received(_ bytes: BorrowedBytes) {
            if !self.wasHeard.exchange(true, ordering: .relaxed) { self.onHeard() }
        }

        func wrote(queued: Int) {}
        func inputEnded() {}
        func closed(_ error: SocketError?) { self.onClosed() }
    }

    /// Another client inside this process.
    func attach(_ pipe: InProcessPipe) {
        Self.serve(pipe, self.routes, self.configuration, self.state)
    }

    /// Connections that are open.
    public var connections: Int { self.state.state.withLock { $0.peers.count } }

    /// Calls whose handlers run.
    public var callsInFlight: Int {
        get async {
            var count = 0
            for peer in self.state.state.withLock({ Array($0.peers.values) }) {
                count += await peer.callsInFlight
            }
            return count
        }
    }

    /// How each connection is.
    public func snapshot() async -> [ConnectionSnapshot] {
        var all: [ConnectionSnapshot] = []
        for peer in self.state.state.withLock({ Array($0.peers.values) }) {
            all.append(await peer.snapshot)
        }
        return all.sorted { $0.peer < $1.peer }
    }

    /// Stops: accepts nothing more, lets running calls end, and cancels what still runs when
    /// `grace` is over. Returns when every connection is closed.
    public func shutdown(grace: Duration) async {
        let listener = self.listener.withLock { listener in
            defer { listener = nil }
            return listener
        }
        await listener?.closed()
        let peers = self.state.state.withLock { state in
            state.isStopping = true
            return Array(state.peers.values)
        }
        await withTaskGroup(of: Void.self) { tasks in
            for peer in peers { tasks.addTask { await peer.drain(grace: grace) } }
        }
    }
}
