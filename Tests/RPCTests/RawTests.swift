import RPC
import RPCCore
import Sockets
import Synchronization
import Testing

/// rpc.md parts E, F and G: a peer that plays bytes of its own.
@Suite struct RawTests {
    /// Bytes of one frame each, and the code of the GOAWAY they earn.
    static let brokenFrames: [(bytes: [UInt8], code: UInt8)] = [
        (hex("00010001 02 01 0000 00000001"), 2),
        (hex("ffffffff 02 01 0000 00000001"), 2),
        (hex("00000004 02 01 0005 00000001 61626364"), 2),
        (hex("00000000 00 00 0000 00000000"), 1),
        (hex("00000000 90 00 0000 00000000"), 1),
        (hex("00000000 02 80 0000 00000001"), 1),
        (hex("00000000 02 01 0000 00000000"), 1),
        (hex("00000008 08 00 0000 00000001 00000000 00000000"), 1),
        (hex("00000000 02 01 0000 80000001"), 1),
        (hex("00000007 08 00 0000 00000000 00000000 000000"), 2),
        (hex("00000000 03 09 0000 00000009"), 1),
        (hex("00000000 04 01 0000 00000001"), 1),
        (hex("00000000 01 00 0000 00000000"), 4),
    ]

    private func withRaw(_ body: @escaping @Sendable (RawPeer) -> Void) async throws {
        try await withServer { channel, server in
            let address = server.localAddress
            await withCheckedContinuation { continuation in
                onThread {
                    body(RawPeer(connectingTo: address))
                    continuation.resume()
                }
            }
            // Whatever happened, a good client is served.
            let reply: Blob = try await channel.unary(echo, Blob([1]))
            #expect(reply == Blob([1]))
        }
    }

    @Test func `RPC-46 HTTP gets one plain answer and is closed`() async throws {
        try await self.withRaw { peer in
            peer.send(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
            let answer = String(decoding: peer.rest(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.hasSuffix("Tally RPC, no HTTP\n"))
        }
    }

    @Test(arguments: [[UInt8](repeating: 0, count: 64), [0xF1, 0x55]])
    func `RPC-46 noise is closed without an answer`(bytes: [UInt8]) async throws {
        try await self.withRaw { peer in
            peer.send(bytes)
            #expect(peer.rest().isEmpty)
        }
    }

    @Test func `RPC-46 TLS is told that this port speaks none`() async throws {
        try await self.withRaw { peer in
            peer.send([0x16, 0x03, 0x01])
            #expect(peer.read(8) == RawPeer.preface)
            let farewell = peer.frame()
            #expect(farewell?.type == 9)
            let words = String(decoding: farewell?.header ?? [], as: UTF8.self)
            #expect(words.contains("this port speaks no TLS"))
            #expect(peer.rest().isEmpty)
        }
    }

    @Test func `RPC-47 a higher major version is refused by name`() async throws {
        try await self.withRaw { peer in
            peer.send([0xF1, 0x54, 0x41, 0x4C, 0x4C, 0x59, 2, 0])
            #expect(peer.read(8) == RawPeer.preface)
            #expect(peer.goAwayCode() == 5)
        }
    }

    @Test func `RPC-50 bytes one at a time, and requests in the first segment, are fine`()
        async throws
    {
        try await self.withRaw { peer in
            let session = RawPeer.preface + RawPeer.hello + echoRequest(1)
            for byte in session { peer.send([byte]) }
            _ = peer.read(8)
            _ = peer.frame()
            #expect(peer.frame()?.body == [0x2A])
        }
        try await self.withRaw { peer in
            peer.send(RawPeer.preface + RawPeer.hello + echoRequest(1) + echoRequest(3))
            _ = peer.read(8)
            _ = peer.frame()
            #expect(peer.frame()?.stream == 1)
            #expect(peer.frame()?.stream == 3)
        }
    }

    @Test(arguments: Self.brokenFrames)
    func `RPC-53 to RPC-59 a broken frame ends the connection with its code`(
        bytes: [UInt8], code: UInt8
    ) async throws {
        try await self.withRaw { peer in
            peer.greet()
            peer.send(bytes)
            #expect(peer.goAwayCode() == code)
        }
    }

    @Test func `RPC-55 an unknown ignorable frame is skipped`() async throws {
        try await self.withRaw { peer in
            peer.greet()
            peer.send(rawFrame(0x42, 0xFF, 7, body: [1, 2, 3]) + echoRequest(1))
            #expect(peer.frame()?.body == [0x2A])
        }
    }

    @Test func `RPC-58 a request id that does not grow ends the connection`() async throws {
        try await self.withRaw { peer in
            peer.greet()
            peer.send(echoRequest(5) + echoRequest(5))
            #expect(peer.goAwayCode() == 1)
        }
    }

    @Test func `RPC-60 a message after END ends the call alone`() async throws {
        try await self.withRaw { peer in
            peer.greet()
            let path = Array("/test.Test/Chat".utf8)
            let header = [0x0A, UInt8(path.count)] + path
            peer.send(rawFrame(2, 9, 1, header: header) + rawFrame(3, 0, 1, body: [1]))
            #expect(peer.frame()?.type == 4)
            peer.send(echoRequest(3))
            #expect(peer.frame()?.stream == 3)
        }
    }

    @Test func `RPC-62 a frame cut by the end of the connection fails no other client`()
        async throws
    {
        try await self.withRaw { peer in
            peer.greet()
            peer.send(Array(echoRequest(1).dropLast()))
            peer.endOutput()
            #expect(peer.rest().isEmpty)
        }
    }

    @Test func `RPC-63 a header block that does not parse ends the call alone`() async throws {
        try await self.withRaw { peer in
            peer.greet()
            peer.send(rawFrame(2, 1, 1, header: [0x0A, 0xFF], body: [1]))
            let status = peer.frame()
            #expect(status?.type == 4)
            #expect(status?.header.prefix(2) == [0x08, 13])
            peer.send(echoRequest(3))
            #expect(peer.frame()?.body == [0x2A])
        }
    }

    @Test
    func `RPC-68 opening and cancelling fifty thousand times is stopped, and holds nobody up`()
        async throws
    {
        let running = Atomic<Int>.Box()
        let most = Atomic<Int>.Box()
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            let now = running.value.add(1, ordering: .relaxed).newValue
            most.value.max(now, ordering: .relaxed)
            defer { running.value.subtract(1, ordering: .relaxed) }
            // Nothing is answered before it is given up, where that comes.
            if request.bytes == [0x2A] {
                let never = AsyncStream<Void> { _ in }
                for await _ in never {}
            }
            return request
        }
        try await withServer(router: router) { channel, server in
            let address = server.localAddress
            await withCheckedContinuation { continuation in
                onThread {
                    let peer = RawPeer(connectingTo: address)
                    peer.greet()
                    peer.sendMeanwhile(
                        stride(from: UInt32(1), to: 50_001, by: 1000).map { start in
                            (start..<start + 1000).flatMap {
                                echoRequest($0) + rawFrame(6, 0, $0, header: [0x08, 1])
                            }
                        })
                    #expect(peer.goAwayCode() == 6)
                    continuation.resume()
                }
            }
            #expect(most.value.load(ordering: .relaxed) <= 256)
            while running.value.load(ordering: .relaxed) > 0 { await Task.yield() }
            let reply: Blob = try await channel.unary(echo, Blob([1]))
            #expect(reply == Blob([1]))
        }
    }

    @Test
    func `RPC-53 a peer that goes on sending behind a broken frame still hears why`() async throws {
        try await self.withRaw { peer in
            peer.greet()
            // More than the server reads at once, so that some of it is unread at the end.
            peer.sendMeanwhile([rawFrame(0, 0, 1) + [UInt8](repeating: 0, count: 4_000_000)])
            #expect(peer.goAwayCode() == 1)
            #expect(peer.hasOrderlyEnd())
        }
    }

    @Test(arguments: [
        rawFrame(8, 0, 0, body: [0, 0, 0, 0, 0, 0, 0, 0]), rawFrame(0x42, 0, 0),
        rawFrame(9, 0, 0), rawFrame(8, 0x10, 0, body: [0, 0, 0, 0, 0, 0, 0, 0]),
    ])
    func `RPC-69 a flood of frames that do no work is stopped`(frame: [UInt8]) async throws {
        try await self.withRaw { peer in
            peer.greet()
            for _ in 0..<20 { peer.send((0..<100).flatMap { _ in frame }) }
            #expect(peer.goAwayCode() == 6)
        }
    }
}

/// Runs blocking work away from the tasks' threads.
func onThread(_ body: @escaping @Sendable () -> Void) {
    RawThread.start(body)
}

/// Plays a client that has introduced itself, on a thread of its own.
func played<Value: Sendable>(
    to address: SocketAddress, _ body: @escaping @Sendable (RawPeer) -> Value
) async -> Value {
    await withCheckedContinuation { continuation in
        onThread {
            let peer = RawPeer(connectingTo: address)
            peer.greet()
            continuation.resume(returning: body(peer))
        }
    }
}
