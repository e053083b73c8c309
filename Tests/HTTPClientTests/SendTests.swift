import HTTPClient
import TestKit
import Testing

/// Questions to an API: any method, headers, bodies, and every limit.
@Suite struct SendTests {
    private func send(
        _ reply: ScriptedHTTPServer.Reply, limits: HTTPClient.Limits = .init(),
        _ change: (inout HTTPClient.Request) -> Void = { _ in }
    ) throws -> (answer: HTTPClient.Answer, asked: ScriptedHTTPServer.Request) {
        let server = try ScriptedHTTPServer([reply])
        defer { server.close() }
        var request = HTTPClient.Request(url: server.url + "/graphql")
        change(&request)
        let client = try #require(HTTPClient())
        let answer = try client.send(request, agent: "test/1", limits: limits) { false }
        return (answer, try #require(server.requests.first))
    }

    private func failure(
        _ reply: ScriptedHTTPServer.Reply, limits: HTTPClient.Limits = .init(),
        _ change: (inout HTTPClient.Request) -> Void = { _ in }
    ) -> HTTPClient.Failure? {
        #expect(throws: HTTPClient.Failure.self) {
            _ = try send(reply, limits: limits, change)
        }
    }

    @Test func `a body is posted with its headers`() throws {
        let asked = try send(.answer(200)) { request in
            request.body = Array("{\"query\":\"ü\"}".utf8)
            request.headers = [
                .init("Content-Type", "application/json"), .init("Authorization", "Bearer t"),
            ]
        }.asked
        #expect(asked.method == "POST")
        #expect(asked.body == "{\"query\":\"ü\"}")
        #expect(asked.headers["content-type"] == "application/json")
        #expect(asked.headers["authorization"] == "Bearer t")
        #expect(asked.headers["user-agent"] == "test/1")
        #expect(asked.headers["expect"] == nil)
    }

    @Test func `an empty body is posted all the same, and a large one whole`() throws {
        let empty = try send(.answer(200)) { $0.body = [] }.asked
        #expect(empty.method == "POST")
        let large = [UInt8](repeating: 0x61, count: 3 << 20)
        #expect(try send(.answer(200)) { $0.body = large }.asked.body.utf8.count == large.count)
    }

    @Test(arguments: [200, 400, 404, 422, 500])
    func `the body of an answer is kept whatever its status`(status: Int) throws {
        let answer = try send(.answer(status, [], "{\"message\":\"why\"}")).answer
        #expect(answer.response.status == status)
        #expect(String(decoding: answer.body, as: UTF8.self) == "{\"message\":\"why\"}")
    }

    @Test func `headers are found in any letter case, blanks aside`() throws {
        let response = try send(
            .answer(200, [("X-RateLimit-Reset", "  17 "), ("Link", "a"), ("link", "b")])
        ).answer.response
        #expect(response["x-ratelimit-reset"] == "17")
        #expect(response["LINK"] == "a")
        #expect(response["other"] == nil)
    }

    @Test func `headers that announce an answer are not part of it`() throws {
        let reply = "HTTP/1.1 103 Early Hints\r\nLink: early\r\n\r\n"
        let response = try send(
            .raw(reply + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        ).answer.response
        #expect(response.status == 200)
        #expect(response["link"] == nil)
    }

    @Test func `a redirect is an answer like any other`() throws {
        let reply = ScriptedHTTPServer.Reply.answer(301, [("Location", "/repositories/1")], "{}")
        let response = try send(reply).answer.response
        #expect(response.status == 301)
        #expect(response["location"] == "/repositories/1")
    }

    @Test(arguments: [99, 100, 101])
    func `a body may have its limit of bytes, and not one more`(size: Int) throws {
        var limits = HTTPClient.Limits()
        limits.bodyBytes = 100
        let reply = ScriptedHTTPServer.Reply.answer(500, [], String(repeating: "x", count: size))
        if size <= 100 {
            #expect(try send(reply, limits: limits).answer.body.count == size)
        } else {
            #expect(failure(reply, limits: limits)?.kind == .tooLarge)
        }
    }

    @Test func `a body without end is ended at its limit`() throws {
        let head = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
        let error = failure(.init([.bytes(head), .endless([UInt8](repeating: 0x20, count: 4096))]))
        #expect(error?.kind == .tooLarge)
        #expect(error?.canPass == false)
    }

    @Test(arguments: [-1, 0, 1])
    func `a head may have its limit of bytes, and not one more`(extra: Int) throws {
        let start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Fill: "
        var limits = HTTPClient.Limits()
        limits.headBytes = 1000
        let fill = String(repeating: "x", count: 1000 + extra - start.utf8.count - 4)
        let reply = ScriptedHTTPServer.Reply.raw(start + fill + "\r\n\r\n")
        if extra <= 0 {
            #expect(try send(reply, limits: limits).answer.response["x-fill"] == fill)
        } else {
            #expect(failure(reply, limits: limits)?.kind == .tooLarge)
        }
    }

    @Test func `a flood of headers is ended`() throws {
        let head = Array("HTTP/1.1 200 OK\r\n".utf8)
        let error = failure(.init([.bytes(head), .endless(Array("X-More: 1\r\n".utf8))]))
        #expect(error?.kind == .tooLarge)
    }

    @Test(arguments: [
        [ScriptedHTTPServer.Step.stall],
        [.bytes(Array("HTTP/1.1 200 OK\r\nContent-Le".utf8)), .stall],
        [.bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhe".utf8)), .stall],
    ])
    func `a stall anywhere is ended, and may pass`(steps: [ScriptedHTTPServer.Step]) throws {
        var limits = HTTPClient.Limits()
        limits.stall = .seconds(1)
        let error = failure(.init(steps), limits: limits)
        #expect(error?.kind == .timedOut)
        #expect(error?.canPass == true)
    }

    @Test func `the whole exchange has a deadline, however busy it is`() throws {
        var limits = HTTPClient.Limits(total: .milliseconds(300))
        limits.bodyBytes = .max
        let head = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
        #expect(
            failure(.init([.bytes(head), .endless([0x20])]), limits: limits)?.kind == .timedOut)
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhe", "HTTP/1.1 20", ""])
    func `an answer that is cut is a failure that can pass`(text: String) throws {
        #expect(failure(.raw(text))?.canPass == true)
    }

    @Test(arguments: ["a\r\nX-Evil: 1", "a\n", "nul\0"])
    func `a header that would not stay one line is refused`(value: String) throws {
        let error = failure(.answer(200)) { $0.headers = [.init("X-Name", value)] }
        #expect(error?.kind == .refused)
        let named = failure(.answer(200)) { $0.headers = [.init("X-\(value)", "a")] }
        #expect(named?.kind == .refused)
    }

    @Test func `a server that speaks no TLS is not trusted, for good`() throws {
        let server = try ScriptedHTTPServer(greeting: Array("HTTP/1.1 400 Bad\r\n\r\n".utf8)) {
            _, _ in
            .stall
        }
        defer { server.close() }
        let client = try #require(HTTPClient())
        let error = #expect(throws: HTTPClient.Failure.self) {
            _ = try client.send(
                .init(url: "https://127.0.0.1:\(server.port)/"), agent: "test"
            ) { false }
        }
        #expect(error?.kind == .untrusted)
        #expect(error?.canPass == false)
    }
}
