internal import RPCCore
public import Sockets
private import Synchronization

/// Serves the methods of a router on one address.
public final class RPCServer: Sendable {
    private struct State {
        var peers: [ObjectIdentifier: ServerPeer] = [:]
        var isStopping = false
    }

    /// The address in use; tells the port when 0 was asked for.
    public var localAddress: SocketAddress { self.address }

    private let address: SocketAddress
    private let listener: Mutex<Listener?>
    private let router: RPCRouter
    private let configuration: ServerConfiguration
    private let group: EventLoopGroup
    private let state: Peers

    /// The connections of a server.
    private final class Peers: Sendable {
        let state = Mutex(State())

        /// Keeps a connection, unless there are too many or the server stops.
        func add(_ peer: ServerPeer, max: Int) -> Bool {
            self.state.withLock { state in
                guard !state.isStopping, state.peers.count < max else { return false }
                state.peers[ObjectIdentifier(peer)] = peer
                return true
            }
        }

        func remove(_ peer: ServerPeer) {
            self.state.withLock { state in
                _ = state.peers.removeValue(forKey: ObjectIdentifier(peer))
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
        let listener = try Listener(address, group: group) { socket in
            Self.serve(socket, router, configuration, peers)
        }
        self.address = listener.localAddress
        self.listener = Mutex(listener)
        self.router = router
        self.configuration = configuration
        self.group = group
        self.state = peers
    }

    private static func serve(
        _ transport: any Transport, _ router: RPCRouter, _ configuration: ServerConfiguration,
        _ peers: Peers
    ) {
        let peer = ServerPeer(transport, router: router, configuration: configuration) {
            peers.remove($0)
        }
        guard peers.add(peer, max: configuration.connectionsMax) else { return transport.close() }
        peer.start()
    }

    /// Another client inside this process.
    func attach(_ pipe: InProcessPipe) {
        Self.serve(pipe, self.router, self.configuration, self.state)
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

    /// Stops: accepts nothing more, lets running calls end, and cancels what still runs when
    /// `grace` is over. Returns when every connection is closed.
    public func shutdown(grace: Duration) async {
        self.listener.withLock { listener in
            listener?.close()
            listener = nil
        }
        let peers = self.state.state.withLock { state in
            state.isStopping = true
            return Array(state.peers.values)
        }
        await withTaskGroup(of: Void.self) { tasks in
            for peer in peers { tasks.addTask { await peer.drain(grace: grace) } }
        }
    }
}
