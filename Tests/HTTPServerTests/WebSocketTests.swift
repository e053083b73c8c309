import HTTPCore
import HTTPServer
import Testing

@Suite struct WebSocketTests {
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    private static func request(
        _ more: String = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(key)\r\n"
    ) -> String {
        "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\(more)\r\n"
    }

    /// A client's frame, masked with zeros so that its payload stays readable.
    private static func frame(
        _ opcode: UInt8, _ payload: [UInt8] = [], masked: Bool = true, bits: UInt8 = 0x80
    ) -> [UInt8] {
        let mask: UInt8 = masked ? 0x80 : 0
        let length: [UInt8] =
            payload.count < 126
            ? [mask | UInt8(payload.count)]
            : [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        return [bits | opcode] + length + (masked ? [0, 0, 0, 0] : []) + payload
    }

    /// Sends every text back.
    private static let echo = Answerer(judge: { _ in
        .accept { socket in
            socket.send("welcome")
            for await event in socket.events {
                switch event {
                case .text(let text): socket.send(text)
                case .closed: return
                }
            }
        }
    })

    private func connected(_ body: (Client) async throws -> Void) async throws {
        try await withServer(Self.echo) { server in
            let client = try await Client.connect(server.localAddress)
            client.send(Self.request())
            await client.wait { $0.hasSuffix("welcome") }
            try await body(client)
        }
    }

    /// The code of the close frame with which the bytes end.
    private func closeCode(_ bytes: [UInt8]) -> Int? {
        guard let start = bytes.lastIndex(of: 0x88), start + 3 < bytes.count else { return nil }
        return Int(bytes[start + 2]) << 8 | Int(bytes[start + 3])
    }

    @Test func `the handshake proves that the key was read`() async throws {
        try await self.connected { client in
            #expect(client.text.hasPrefix("HTTP/1.1 101 "))
            #expect(client.text.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        }
    }

    @Test func `texts go there and back`() async throws {
        try await self.connected { client in
            client.send(Self.frame(1, Array("hello".utf8)))
            await client.wait { $0.hasSuffix("hello") }
            #expect(client.bytes.suffix(7) == [0x81, 5] + Array("hello".utf8))
        }
    }

    @Test func `a text in pieces is one text`() async throws {
        try await self.connected { client in
            client.send(Self.frame(1, Array("hel".utf8), bits: 0))
            client.send(Self.frame(0, Array("lo".utf8)))
            await client.wait { $0.hasSuffix("hello") }
            #expect(client.text.hasSuffix("hello"))
        }
    }

    @Test func `a ping is answered with its bytes`() async throws {
        try await self.connected { client in
            client.send(Self.frame(9, [1, 2, 3]))
            await client.wait { _ in client.bytes.suffix(5) == [0x8A, 3, 1, 2, 3] }
            #expect(client.bytes.suffix(5) == [0x8A, 3, 1, 2, 3])
        }
    }

    @Test func `a close is answered and ends the connection`() async throws {
        try await self.connected { client in
            client.send(Self.frame(8, [0x03, 0xE8]))
            _ = await client.rest()
            #expect(self.closeCode(client.bytes) == 1000)
        }
    }

    @Test(arguments: [
        ("an unmasked frame", Self.frame(1, [65], masked: false), 1002),
        ("a reserved bit", Self.frame(1, [65], bits: 0xC0), 1002),
        ("a reserved opcode", Self.frame(3, [65]), 1002),
        ("a continuation of nothing", Self.frame(0, [65]), 1002),
        ("text that is no UTF-8", Self.frame(1, [0xC3, 0x28]), 1007),
        ("a message above 4 KiB", Self.frame(1, [UInt8](repeating: 65, count: 4097)), 1009),
        ("bytes that are no text", Self.frame(2, [1, 2]), 1003),
    ])
    func `BAD-09 a broken frame closes with its code`(
        what: String, frame: [UInt8], code: Int
    ) async throws {
        try await self.connected { client in
            client.send(frame)
            _ = await client.rest()
            #expect(self.closeCode(client.bytes) == code, "\(what)")
        }
    }

    @Test func `BAD-09 a ping in pieces ends the connection`() async throws {
        try await self.connected { client in
            client.send(Self.frame(9, [65], bits: 0))
            _ = await client.rest()
            #expect(client.bytes.suffix(2) == [0x88, 0])
        }
    }

    @Test func `BAD-09 a message of exactly 4 KiB is taken`() async throws {
        try await self.connected { client in
            let text = [UInt8](repeating: 66, count: 4096)
            client.send(Self.frame(1, text))
            await client.wait { $0.hasSuffix(String(repeating: "B", count: 4096)) }
            #expect(client.bytes.suffix(4096) == text)
        }
    }

    @Test(arguments: [
        "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: \(key)\r\n",
        "Sec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n",
        "Sec-WebSocket-Key: \(key)\r\n",
    ])
    func `BAD-09 a handshake that breaks a rule is refused before the upgrade`(
        fields: String
    ) async throws {
        try await withServer(Self.echo) { server in
            let client = try await Client.connect(server.localAddress)
            client.send(Self.request(fields + "Connection: close\r\n"))
            await client.wait { $0.contains("\r\n\r\n") }
            let status = client.text.prefix(12)
            #expect(status == "HTTP/1.1 400" || status == "HTTP/1.1 426")
            client.close()
        }
    }

    @Test func `who may not come in gets the handler's answer`() async throws {
        let closed = Answerer(judge: { _ in .refuse(HTTPResponse(403)) })
        try await withServer(closed) { server in
            let client = try await Client.connect(server.localAddress)
            client.send(Self.request())
            await client.wait { $0.contains("\r\n\r\n") }
            #expect(client.text.hasPrefix("HTTP/1.1 403 "))
            client.close()
        }
    }

    @Test func `FLT-07 a drain says goodbye to every socket with 1001`() async throws {
        try await withServer(Self.echo) { server in
            let client = try await Client.connect(server.localAddress)
            client.send(Self.request())
            await client.wait { $0.hasSuffix("welcome") }
            async let drained: Void = server.shutdown(grace: .seconds(1))
            await client.wait { _ in self.closeCode(client.bytes) != nil }
            #expect(self.closeCode(client.bytes) == 1001)
            client.close()
            await drained
        }
    }
}
