import Foundation
import Synchronization

/// A TCP proxy on loopback that can hold, drop, cut and spoil what passes.
///
/// Two blocking threads a connection, and no part of the project in between.
public final class FaultProxy: Sendable {
    /// What happens to bytes that arrive.
    public enum Mode: Sendable {
        /// They go on.
        case pass
        /// They vanish without a word: no FIN, no RST, as when a cable is pulled.
        case swallow
        /// They wait until the mode is another one.
        case stall
        /// The first byte of each segment is another one.
        case corrupt
    }

    private struct State {
        var mode = Mode.pass
        var descriptors: Set<Int32> = []
        var isStopped = false
    }

    private let listener: Int32
    private let target: UInt16
    private let state = Mutex(State())
    private let changed = NSCondition()
    /// Where clients connect.
    public let port: UInt16

    /// Forwards to a port of this machine.
    public init(to target: UInt16) {
        self.target = target
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) + listen(listener, 128)
                    + getsockname(listener, $0, &length)
            }
        }
        precondition(status == 0)
        self.listener = listener
        self.port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            while case let client = accept(listener, nil, nil), client >= 0 {
                self?.join(client)
            }
        }
    }

    /// `127.0.0.1:port`.
    public var address: String { "127.0.0.1:\(self.port)" }

    /// What happens from now on.
    public var mode: Mode {
        get { self.state.withLock { $0.mode } }
        set {
            self.changed.withLock { self.state.withLock { $0.mode = newValue } }
            self.changed.broadcast()
        }
    }

    /// Resets every connection that is open.
    public func cut() {
        let descriptors = self.state.withLock { state in
            defer { state.descriptors = [] }
            return state.descriptors
        }
        for descriptor in descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    /// Accepts nothing more and cuts what is open.
    public func stop() {
        self.changed.withLock { self.state.withLock { $0.isStopped = true } }
        self.changed.broadcast()
        shutdown(self.listener, Int32(SHUT_RDWR))
        self.cut()
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    private func join(_ client: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(self.target)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(client)
            close(server)
            return
        }
        self.state.withLock { $0.descriptors.formUnion([client, server]) }
        for (from, to) in [(client, server), (server, client)] {
            Thread.detachNewThread { [self] in
                self.copy(from, to)
                shutdown(from, Int32(SHUT_RDWR))
                if self.mode != .swallow { shutdown(to, Int32(SHUT_RDWR)) }
            }
        }
    }

    private func waitWhileStalled() {
        self.changed.withLock {
            while self.state.withLock({ $0.mode == .stall && !$0.isStopped }) {
                self.changed.wait()
            }
        }
    }

    private func copy(_ from: Int32, _ to: Int32) {
        var bytes = [UInt8](repeating: 0, count: 65536)
        while case let got = recv(from, &bytes, bytes.count, 0), got > 0 {
            self.waitWhileStalled()
            switch self.mode {
            case .swallow: continue
            case .corrupt: bytes[0] ^= 0x55
            case .pass, .stall: break
            }
            var sent = 0
            while sent < got {
                let step = bytes[sent...].withUnsafeBytes {
                    send(to, $0.baseAddress, got - sent, Int32(MSG_NOSIGNAL))
                }
                guard step > 0 else { return }
                sent += step
            }
        }
    }
}
