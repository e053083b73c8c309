import Glibc
import Sockets

/// A port of this machine that is taken and on which nobody listens: connections are refused for
/// certain, and no other test gets it. A server may still take it over.
final class SilentPort {
    private let descriptor: Int32
    let address: SocketAddress

    init() {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var on: Int32 = 1
        setsockopt(self.descriptor, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = self.descriptor
        let status = withUnsafeMutablePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) + getsockname(descriptor, $0, &length)
            }
        }
        precondition(status == 0)
        self.address = SocketAddress(host: "127.0.0.1", port: UInt16(bigEndian: target.sin_port))
    }

    deinit { close(self.descriptor) }
}
