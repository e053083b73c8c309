internal import RPC
private import Synchronization

/// The server, for handlers that are made before it.
final class ServerBox: Sendable {
    private let server = Mutex<RPCServer?>(nil)

    func set(_ server: RPCServer) { self.server.withLock { $0 = server } }

    func snapshot() async -> [ConnectionSnapshot] {
        await self.server.withLock { $0 }?.snapshot() ?? []
    }

    func load() async -> (connections: Int, calls: Int) {
        guard let server = self.server.withLock({ $0 }) else { return (0, 0) }
        return (server.connections, await server.callsInFlight)
    }
}
