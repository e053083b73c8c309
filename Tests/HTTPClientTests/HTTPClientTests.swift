import Foundation
import HTTPClient
import Synchronization
import Testing

/// A server that answers each connection with the next of its texts, then closes.
final class ScriptedServer: Sendable {
    let port: UInt16
    private let socket: Int32
    private let requests = Mutex<[String]>([])

    /// What was asked, in order.
    var asked: [String] { requests.withLock { $0 } }

    init(_ answers: [String]) throws {
        let listening = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listening, raw, length) == 0 && listen(listening, 8) == 0
                    && getsockname(listening, raw, &length) == 0
            }
        }
        try #require(bound)
        socket = listening
        port = UInt16(bigEndian: address.sin_port)
        let thread = Thread { [self] in for answer in answers { serve(answer) } }
        thread.start()
    }

    deinit { close(socket) }

    private func serve(_ answer: String) {
        let connection = accept(socket, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        var text = ""
        while !text.hasSuffix("\r\n\r\n") {
            var byte: UInt8 = 0
            guard read(connection, &byte, 1) == 1 else { return }
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        requests.withLock { $0.append(text) }
        let bytes = Array(answer.utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        shutdown(connection, 1)
        var rest: UInt8 = 0
        _ = read(connection, &rest, 1)
    }
}

@Suite struct HTTPClientTests {
    private func get(
        _ answer: String, _ change: (inout HTTPClient.Request) -> Void = { _ in }
    ) throws -> (response: HTTPClient.Response, body: String, asked: String) {
        let server = try ScriptedServer([answer])
        var request = HTTPClient.Request(url: "http://127.0.0.1:\(server.port)/file")
        change(&request)
        var body: [UInt8] = []
        let client = try #require(HTTPClient())
        let response = try client.get(request, agent: "test", shouldStop: { false }) { piece in
            body.append(contentsOf: piece)
        }
        return (response, String(decoding: body, as: UTF8.self), server.asked.first ?? "")
    }

    private static let whole = "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 5\r\n\r\nhello"

    @Test func `a body comes whole, with its version`() throws {
        let answer = try get(Self.whole)
        #expect(answer.response == HTTPClient.Response(status: 200, etag: "\"v1\""))
        #expect(answer.body == "hello")
        #expect(answer.asked.hasPrefix("GET /file HTTP/1.1\r\n"))
    }

    @Test func `SRC-08 the rest of a body is asked for by range and version`() throws {
        let answer = try get("HTTP/1.1 206 Partial\r\nContent-Length: 2\r\n\r\nlo") { request in
            request.offset = 3
            request.etag = "\"v1\""
        }
        #expect(answer.response.status == 206)
        #expect(answer.body == "lo")
        #expect(answer.asked.contains("\r\nRange: bytes=3-\r\n"))
        #expect(answer.asked.contains("\r\nIf-Range: \"v1\"\r\n"))
    }

    @Test(arguments: [404, 403, 429, 500, 503, 301])
    func `SRC-08 the text of another status is no body, and redirects are not followed`(
        status: Int
    ) throws {
        let head = "HTTP/1.1 \(status) No\r\nLocation: http://example.invalid/\r\n"
        let answer = try get(head + "Content-Length: 5\r\n\r\nsorry")
        #expect(answer.response.status == status)
        #expect(answer.body == "")
    }

    @Test func `SRC-08 what the server asks to wait is told`() throws {
        let answer = try get(
            "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n")
        #expect(answer.response.retryAfter == .seconds(7))
    }

    @Test func `SRC-08 a short body is a failure that can pass, with what came before`() throws {
        let error = #expect(throws: HTTPClient.Failure.self) {
            _ = try get("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 50\r\n\r\nhello")
        }
        #expect(error?.canPass == true)
        #expect(error?.response.etag == "\"v1\"")
    }

    @Test func `SRC-08 garbage is a failure`() throws {
        #expect(throws: HTTPClient.Failure.self) { _ = try get("garbage\r\n\r\n") }
    }

    @Test func `what the body's reader throws ends the exchange`() throws {
        struct Enough: Error {}
        let server = try ScriptedServer([Self.whole])
        let client = try #require(HTTPClient())
        #expect(throws: Enough.self) {
            _ = try client.get(
                .init(url: "http://127.0.0.1:\(server.port)/"), agent: "test",
                shouldStop: { false }
            ) { _ in throw Enough() }
        }
    }

    @Test func `SRC-09 a stop ends the exchange`() throws {
        let server = try ScriptedServer([Self.whole])
        let client = try #require(HTTPClient())
        #expect(throws: HTTPClient.Failure.self) {
            _ = try client.get(
                .init(url: "http://127.0.0.1:\(server.port)/"), agent: "test",
                shouldStop: { true }
            ) { _ in }
        }
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "not an address"])
    func `SRC-12 other schemes are refused for good`(url: String) throws {
        let client = try #require(HTTPClient())
        let error = #expect(throws: HTTPClient.Failure.self) {
            _ = try client.get(.init(url: url), agent: "test", shouldStop: { false }) { _ in }
        }
        #expect(error?.canPass == false)
    }

    @Test func `nobody there is a failure that can pass`() throws {
        let client = try #require(HTTPClient())
        let error = #expect(throws: HTTPClient.Failure.self) {
            // Port 1 belongs to a service that nobody runs.
            _ = try client.get(
                .init(url: "http://127.0.0.1:1/"), agent: "test", shouldStop: { false }
            ) { _ in }
        }
        #expect(error?.canPass == true)
    }
}
