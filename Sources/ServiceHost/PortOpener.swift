internal import Sockets

/// Opens ports and gathers what is wrong with them, so that all of it is told at once.
struct PortOpener {
    private(set) var faults: [String] = []

    mutating func open<Server>(
        _ name: String, _ address: SocketAddress,
        _ open: (SocketAddress) throws(SocketError) -> Server
    ) -> Server? {
        do throws(SocketError) { return try open(address) } catch {
            self.faults.append("\(name): cannot listen on \(address): \(error.message)")
            return nil
        }
    }
}
