import Foundation
import Synchronization

/// An HTTP server on a loopback socket whose every reply and stall the test decides.
///
/// Connections are kept alive; each has a thread. It ends with `close`.
public final class ScriptedHTTPServer: Sendable {
    /// A request as it came.
    public struct Request: Sendable, Hashable {
        public var method: String
        /// Path and query.
        public var target: String
        /// Names in lower case.
        public var headers: [String: String]
        public var body: String
        /// As it was sent, without the body.
        public var head: String

        /// The path alone.
        public var path: String { String(self.target.prefix { $0 != "?" }) }
    }

    /// A part of a reply.
    public enum Step: Sendable {
        case bytes([UInt8])
        /// Nothing more comes until the server is closed or the peer goes.
        case stall
        /// The same again and again until the peer goes.
        case endless([UInt8])
        /// Ends the connection.
        case close
    }

    /// What is sent back.
    public struct Reply: Sendable {
        public var steps: [Step]

        /// Raw steps.
        public init(_ steps: [Step]) { self.steps = steps }

        /// A whole answer.
        public static func answer(
            _ status: Int, _ headers: [(String, String)] = [], _ body: String = ""
        ) -> Reply {
            var head = "HTTP/1.1 \(status) Scripted\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            if status != 304, status != 204 { head += "Content-Length: \(body.utf8.count)\r\n" }
            return Reply([.bytes(Array((head + "\r\n" + (status == 304 ? "" : body)).utf8))])
        }

        /// Text as it stands, then the end of the connection.
        public static func raw(_ text: String) -> Reply {
            Reply([.bytes(Array(text.utf8)), .close])
        }

        /// No answer at all.
        public static let stall = Reply([.stall])
    }

    private struct State {
        var requests: [Request] = []
        var connections: Set<Int32> = []
        var isClosed = false
    }

    public let port: UInt16
    private let listening: Int32
    private let state = Mutex(State())
    private let greeting: [UInt8]
    private let respond: @Sendable (Request, Int) -> Reply

    /// Starts listening on a free port.
    ///
    /// - Parameters:
    ///   - greeting: sent to whoever connects, before anything was asked; then it is over.
    ///   - respond: gets the request and how many came before it.
    public init(
        greeting: [UInt8] = [], _ respond: @escaping @Sendable (Request, Int) -> Reply
    ) throws {
        struct NoSocket: Error {}
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(socket, raw, length) == 0 && listen(socket, 64) == 0
                    && getsockname(socket, raw, &length) == 0
            }
        }
        guard socket >= 0, isBound else { throw NoSocket() }
        self.listening = socket
        self.port = UInt16(bigEndian: address.sin_port)
        self.greeting = greeting
        self.respond = respond
        Thread { [self] in self.acceptAll() }.start()
    }

    /// Replies in order; the last one again and again.
    public convenience init(_ replies: [Reply]) throws {
        try self.init { _, number in
            replies.isEmpty ? .answer(500) : replies[min(number, replies.count - 1)]
        }
    }

    /// Such as `http://127.0.0.1:4711`.
    public var url: String { "http://127.0.0.1:\(self.port)" }

    /// What was asked, in order.
    public var requests: [Request] { self.state.withLock { $0.requests } }

    /// Ends everything.
    public func close() {
        let connections = self.state.withLock { state in
            state.isClosed = true
            return state.connections
        }
        shutdown(self.listening, Int32(SHUT_RDWR))
        for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    private func acceptAll() {
        while true {
            let connection = accept(self.listening, nil, nil)
            let isOpen = self.state.withLock { state in
                if connection >= 0, !state.isClosed { state.connections.insert(connection) }
                return !state.isClosed
            }
            guard connection >= 0, isOpen else {
                if connection >= 0 { Glibc.close(connection) }
                Glibc.close(self.listening)
                return
            }
            Thread { [self] in
                self.serve(connection)
                _ = self.state.withLock { $0.connections.remove(connection) }
                Glibc.close(connection)
            }.start()
        }
    }

    private func serve(_ connection: Int32) {
        guard self.greeting.isEmpty else {
            _ = Self.perform(.bytes(self.greeting), on: connection)
            _ = Self.perform(.close, on: connection)
            return
        }
        while let request = Self.read(connection) {
            let number = self.state.withLock { state in
                state.requests.append(request)
                return state.requests.count - 1
            }
            for step in self.respond(request, number).steps {
                guard Self.perform(step, on: connection) else { return }
            }
        }
    }

    /// False when the connection is over.
    private static func perform(_ step: Step, on connection: Int32) -> Bool {
        switch step {
        case .bytes(let bytes): return self.send(bytes, to: connection)
        case .endless(let bytes):
            while self.send(bytes, to: connection) {}
            return false
        case .stall:
            var byte: UInt8 = 0
            while Glibc.read(connection, &byte, 1) > 0 {}
            return false
        case .close:
            shutdown(connection, Int32(SHUT_WR))
            var byte: UInt8 = 0
            while Glibc.read(connection, &byte, 1) > 0 {}
            return false
        }
    }

    private static func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private static func read(_ connection: Int32) -> Request? {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
            var byte: UInt8 = 0
            guard Glibc.read(connection, &byte, 1) == 1 else { return nil }
            head.append(byte)
        }
        let text = String(decoding: head, as: UTF8.self)
        let lines = text.components(separatedBy: "\r\n")
        let words = (lines.first ?? "").split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...]
            headers[line[..<colon].lowercased()] = value.trimmingCharacters(in: .whitespaces)
        }
        var body = [UInt8](repeating: 0, count: Int(headers["content-length"] ?? "0") ?? 0)
        var read = 0
        while read < body.count {
            let count = body[read...].withUnsafeMutableBytes {
                Glibc.read(connection, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return nil }
            read += count
        }
        return Request(
            method: words[0], target: words[1], headers: headers,
            body: String(decoding: body, as: UTF8.self), head: text)
    }
}
