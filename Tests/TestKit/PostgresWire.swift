import Foundation

/// One socket that speaks Postgres' protocol, version 3, a whole request or answer at a time.
final class Wire: Sendable {
    /// What a client sends before it waits.
    struct Request {
        var bytes: [UInt8] = []
        /// Its SQL; nil: the client takes its leave.
        var statement: String?
    }

    /// What a server sends up to the moment when it is ready again.
    struct Answer {
        var bytes: [UInt8] = []
        /// Of the last command that was done: `COMMIT`, `INSERT 0 1`.
        var tag = ""
        /// The error and the end, without what came before.
        var errorAlone: [UInt8] = []
    }

    private let descriptor: Int32

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        // Answers go out as they come: waiting for more would only slow the tests down.
        var on: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Connects to a server's socket.
    convenience init?(unix path: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let length = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < length else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            return nil
        }
        self.init(descriptor)
    }

    /// A listener on a free port of loopback.
    static func listen() throws -> (descriptor: Int32, port: UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) + Glibc.listen(listener, 16)
                    + getsockname(listener, $0, &length)
            }
        }
        guard status == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    /// Ends the connection.
    func end() { close(self.descriptor) }

    /// Ends a session and waits until the server has: what it held is free then.
    func leave() {
        shutdown(self.descriptor, Int32(SHUT_WR))
        var rest = [UInt8](repeating: 0, count: 4096)
        while recv(self.descriptor, &rest, rest.count, 0) > 0 {}
        close(self.descriptor)
    }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let step = bytes[sent...].withUnsafeBytes {
                Glibc.send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard step > 0 else { return }
            sent += step
        }
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            let step = bytes[got...].withUnsafeMutableBytes {
                recv(self.descriptor, $0.baseAddress, $0.count, 0)
            }
            guard step > 0 else { return nil }
            got += step
        }
        return bytes
    }

    private static func length(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    /// A message with its kind and length; nil at the end of the connection.
    private func readMessage() -> (kind: UInt8, bytes: [UInt8])? {
        guard let head = self.read(5) else { return nil }
        guard let body = self.read(Self.length(head[1...]) - 4) else { return nil }
        return (head[0], head + body)
    }

    /// The first message of a client has no kind.
    func readHello() -> [UInt8]? {
        guard let head = self.read(4), let body = self.read(Self.length(head[...]) - 4) else {
            return nil
        }
        return head + body
    }

    /// Everything up to the message after which the client waits; nil at the end.
    func readRequest() -> Request? {
        var request = Request()
        while let (kind, bytes) = self.readMessage() {
            request.bytes += bytes
            switch kind {
            case UInt8(ascii: "P"): request.statement = Self.text(bytes, field: 1)
            case UInt8(ascii: "Q"):
                request.statement = Self.text(bytes, field: 0)
                return request
            case UInt8(ascii: "S"), UInt8(ascii: "X"): return request
            case _: break
            }
        }
        return nil
    }

    /// Everything up to the server's word that it is ready; nil when it ends first.
    func readAnswer() -> Answer? {
        var answer = Answer()
        while let (kind, bytes) = self.readMessage() {
            answer.bytes += bytes
            switch kind {
            case UInt8(ascii: "C"): answer.tag = Self.text(bytes, field: 0)
            case UInt8(ascii: "E"): answer.errorAlone += bytes
            case UInt8(ascii: "Z"):
                answer.errorAlone += bytes
                return answer
            case _: break
            }
        }
        return nil
    }

    func ask(_ bytes: [UInt8]) -> Answer? {
        self.send(bytes)
        return self.readAnswer()
    }

    /// One of the texts of a message, each closed by NUL.
    private static func text(_ bytes: [UInt8], field: Int) -> String {
        let fields = bytes.dropFirst(5).split(separator: 0, omittingEmptySubsequences: false)
        return String(decoding: fields[field], as: UTF8.self)
    }

    static func query(_ sql: String) -> [UInt8] { self.message("Q", Array(sql.utf8) + [0]) }

    static func message(_ kind: Unicode.Scalar, _ body: [UInt8]) -> [UInt8] {
        let length = UInt32(body.count + 4)
        let head = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) }
        return [UInt8(ascii: kind)] + head + body
    }
}
