import HTTPClient
import TestKit
import Testing

/// Downloads: what the archive's hours need.
@Suite struct HTTPClientTests {
    private func get(
        _ reply: ScriptedHTTPServer.Reply, _ change: (inout HTTPClient.Request) -> Void = { _ in }
    ) throws -> (response: HTTPClient.Response, body: String, asked: String) {
        let server = try ScriptedHTTPServer([reply])
        defer { server.close() }
        var request = HTTPClient.Request(url: server.url + "/file")
        change(&request)
        var body: [UInt8] = []
        let client = try #require(HTTPClient())
        let response = try client.get(request, agent: "test", shouldStop: { false }) { piece in
            body.append(contentsOf: piece)
        }
        return (response, String(decoding: body, as: UTF8.self), server.requests.first?.head ?? "")
    }

    private static let whole = ScriptedHTTPServer.Reply.answer(200, [("ETag", "\"v1\"")], "hello")

    @Test func `a body comes whole, with its version`() throws {
        let answer = try get(Self.whole)
        #expect(answer.response.status == 200)
        #expect(answer.response.etag == "\"v1\"")
        #expect(answer.body == "hello")
        #expect(answer.asked.hasPrefix("GET /file HTTP/1.1\r\n"))
    }

    @Test func `SRC-08 the rest of a body is asked for by range and version`() throws {
        let answer = try get(.answer(206, [], "lo")) { request in
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
        let answer = try get(.answer(status, [("Location", "http://example.invalid/")], "sorry"))
        #expect(answer.response.status == status)
        #expect(answer.body == "")
    }

    @Test func `SRC-08 what the server asks to wait is told`() throws {
        let answer = try get(.answer(429, [("Retry-After", "7")]))
        #expect(answer.response.retryAfter == .seconds(7))
    }

    @Test func `SRC-08 a short body is a failure that can pass, with what came before`() throws {
        let error = #expect(throws: HTTPClient.Failure.self) {
            _ = try get(
                .raw("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 50\r\n\r\nhello"))
        }
        #expect(error?.kind == .broken)
        #expect(error?.canPass == true)
        #expect(error?.response.etag == "\"v1\"")
    }

    @Test func `SRC-08 garbage is a failure`() throws {
        #expect(throws: HTTPClient.Failure.self) { _ = try get(.raw("garbage\r\n\r\n")) }
    }

    @Test func `what the body's reader throws ends the exchange`() throws {
        struct Enough: Error {}
        let server = try ScriptedHTTPServer([Self.whole])
        defer { server.close() }
        let client = try #require(HTTPClient())
        #expect(throws: Enough.self) {
            _ = try client.get(
                .init(url: server.url), agent: "test", shouldStop: { false }
            ) { _ in throw Enough() }
        }
    }

    @Test func `SRC-09 a stop ends the exchange`() throws {
        let server = try ScriptedHTTPServer([.stall])
        defer { server.close() }
        let client = try #require(HTTPClient())
        let error = #expect(throws: HTTPClient.Failure.self) {
            _ = try client.get(.init(url: server.url), agent: "test", shouldStop: { true }) { _ in
            }
        }
        #expect(error?.kind == .stopped)
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "not an address"])
    func `SRC-12 other schemes are refused for good`(url: String) throws {
        let client = try #require(HTTPClient())
        let error = #expect(throws: HTTPClient.Failure.self) {
            _ = try client.get(.init(url: url), agent: "test", shouldStop: { false }) { _ in }
        }
        #expect(error?.canPass == false)
    }

    @Test func `nobody there is a failure that can pass, told without the address`() throws {
        let client = try #require(HTTPClient())
        let error = #expect(throws: HTTPClient.Failure.self) {
            // Port 1 belongs to a service that nobody runs.
            _ = try client.get(
                .init(url: "http://127.0.0.1:1/"), agent: "test", shouldStop: { false }
            ) { _ in }
        }
        #expect(error?.canPass == true)
        #expect(error?.message.contains("127.0.0.1") == false)
        #expect(error?.detail.contains("127.0.0.1") == true)
    }
}
