import Glibc
import Sockets
import Synchronization

/// A server that plays bytes: each connection runs the script on a thread of its own.
final class RawServer: Sendable {
    private let descriptor: Int32
    let address: SocketAddress
    private let count = Mutex(0)
    private let isStopped = Mutex(false)

    /// - Parameter script: what is done on a connection; its number counts from 0.
    init(_ script: @escaping @Sendable (RawPeer, Int) -> Void) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) + listen(descriptor, 128)
                    + getsockname(descriptor, $0, &length)
            }
        }
        precondition(status == 0)
        self.descriptor = descriptor
        self.address = SocketAddress(host: "127.0.0.1", port: UInt16(bigEndian: target.sin_port))
        RawThread.start { [weak self] in
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                guard let number = self?.nextNumber() else {
                    close(connection)
                    break
                }
                RawThread.start {
                    var limit = timeval(tv_sec: 10, tv_usec: 0)
                    setsockopt(
                        connection, SOL_SOCKET, SO_RCVTIMEO, &limit,
                        socklen_t(MemoryLayout<timeval>.size))
                    script(RawPeer(descriptor: connection), number)
                }
            }
            // Not before: the number would be another test's, and this thread accept for it.
            close(descriptor)
        }
    }

    /// Connections so far.
    var connections: Int { self.count.withLock { $0 } }

    private func nextNumber() -> Int {
        self.count.withLock { count in
            defer { count += 1 }
            return count
        }
    }

    /// Accepts nothing more. Once only: its thread closes the listener then.
    func stop() {
        let isFirst = self.isStopped.withLock { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        if isFirst { shutdown(self.descriptor, Int32(SHUT_RDWR)) }
    }

    deinit { self.stop() }
}

extension RawPeer {
    /// The server's side of the greeting.
    func welcome() {
        _ = self.read(8)
        _ = self.frame()
        self.send(Self.preface + Self.hello)
    }

    /// The id of the next REQUEST; nil at the end.
    func request() -> UInt32? {
        while let frame = self.frame() {
            if frame.type == 2 { return frame.stream }
        }
        return nil
    }
}
