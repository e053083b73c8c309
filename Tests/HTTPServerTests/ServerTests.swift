import HTTPCore
import HTTPServer
import Sockets
import Synchronization
import Testing

@Suite struct ServerTests {
    private static func get(_ path: String, _ more: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: x\r\n\(more)\r\n"
    }

    @Test func `requests of one connection are answered in order`() async throws {
        try await withServer { server in
            let client = try await Client.connect(server.localAddress)
            client.send(Self.get("/a") + Self.get("/b") + Self.get("/c", "Connection: close\r\n"))
            let text = await client.rest()
            let bodies = text.split(separator: "\r\n\r\n").dropFirst().map { $0.prefix(6) }
            #expect(bodies == ["GET /a", "GET /b", "GET /c"])
            #expect(text.contains("Connection: close"))
        }
    }

    @Test func `a body that comes slowly is waited for`() async throws {
        try await withServer { server in
            let client = try await Client.connect(server.localAddress)
            client.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")
            client.send("67890")
            await client.wait { $0.hasSuffix("POST /p1234567890") }
            #expect(client.text.contains("Content-Length: 17"))
            client.close()
        }
    }

    @Test func `BAD-04 a broken request is answered once and the connection ends`() async throws {
        try await withServer(Answerer()) {
            $0.refusal = { HTTPResponse($0.status) }
        } _: { server in
            let client = try await Client.connect(server.localAddress)
            client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + Self.get("/second"))
            let text = await client.rest()
            #expect(text.hasPrefix("HTTP/1.1 400 "))
            #expect(!text.contains("second"))
        }
    }

    @Test func `BAD-04 a head that does not come in time is answered with 408`() async throws {
        try await withServer(Answerer()) {
            $0.requestTimeout = .milliseconds(50)
        } _: { server in
            let client = try await Client.connect(server.localAddress)
            client.send("GET / HT")
            #expect(await client.rest().hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func `an idle connection is closed without a word`() async throws {
        try await withServer(Answerer()) {
            $0.requestTimeout = .milliseconds(50)
            $0.idleTimeout = .milliseconds(50)
        } _: { server in
            let client = try await Client.connect(server.localAddress)
            #expect(await client.rest() == "")
        }
    }

    @Test func `more connections than allowed are closed as they come`() async throws {
        try await withServer(Answerer()) {
            $0.connectionsMax = 1
        } _: { server in
            let first = try await Client.connect(server.localAddress)
            first.send(Self.get("/"))
            await first.wait { $0.hasSuffix("GET /") }
            let second = try await Client.connect(server.localAddress)
            second.send(Self.get("/"))
            #expect(await second.rest() == "")
            first.close()
        }
    }

    @Test func `a stream of pieces is chunked and ends`() async throws {
        let answerer = Answerer(answer: { _ in
            HTTPResponse(
                200,
                body: .stream { send in
                    try await send(Array("one".utf8))
                    try await send(Array("four".utf8))
                })
        })
        try await withServer(answerer) { server in
            let client = try await Client.connect(server.localAddress)
            client.send(Self.get("/", "Connection: close\r\n"))
            let text = await client.rest()
            #expect(text.contains("Transfer-Encoding: chunked"))
            #expect(text.hasSuffix("3\r\none\r\n4\r\nfour\r\n0\r\n\r\n"))
        }
    }

    @Test func `a client that does not read holds the stream back`() async throws {
        let sent = Atomic<Int>(0)
        let answerer = Answerer(answer: { _ in
            HTTPResponse(
                200,
                body: .stream { send in
                    for _ in 0..<300 {
                        try await send([UInt8](repeating: 65, count: 100_000))
                        sent.add(1, ordering: .relaxed)
                    }
                })
        })
        try await withServer(answerer) { server in
            let client = try await Client.connect(server.localAddress)
            client.send(Self.get("/", "Connection: close\r\n"))
            await client.wait { $0.utf8.count > 100_000 }
            client.stopReading()
            var before = -1
            while sent.load(ordering: .relaxed) != before {
                before = sent.load(ordering: .relaxed)
                await withCheckedContinuation { next in
                    do {
                        try loops.get().next().schedule(after: .milliseconds(50)) { next.resume() }
                    } catch {
                        next.resume()
                    }
                }
            }
            #expect(before < 300)
            client.readAgain()
            let length = await client.rest().utf8.count
            #expect(length > 30_000_000)
        }
    }

    @Test func `FLT-07 a drain that begins behind an answer lets it be written first`() async throws
    {
        let body = [UInt8](repeating: 65, count: 3_000_000)
        let answerer = Answerer(answer: { _ in HTTPResponse(200, body: .bytes(body)) })
        try await withServer(answerer) { server in
            let client = try await Client.connect(server.localAddress)
            client.send(Self.get("/"))
            // More than the kernel holds: the rest waits in the connection, which is idle by now.
            await client.wait { $0.utf8.count > 1000 }
            async let drained: Void = server.shutdown(grace: .seconds(10))
            let length = await client.rest().utf8.count
            #expect(length > body.count)
            await drained
        }
    }

    @Test func `FLT-07 a drain lets the running answer end and takes nothing more`() async throws {
        let (started, go) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
        let answerer = Answerer(answer: { _ in
            started.continuation.yield()
            var waiting = go.stream.makeAsyncIterator()
            await waiting.next()
            return HTTPResponse(200, body: .bytes(Array("done".utf8)))
        })
        try await withServer(answerer) { server in
            let client = try await Client.connect(server.localAddress)
            client.send(Self.get("/"))
            var running = started.stream.makeAsyncIterator()
            await running.next()
            async let drained: Void = server.shutdown(grace: .seconds(10))
            go.continuation.yield()
            #expect(await client.rest().hasSuffix("done"))
            await drained
            #expect(server.connections == 0)
        }
    }
}
