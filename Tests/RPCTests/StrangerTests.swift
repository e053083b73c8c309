import Glibc
import RPCCore
import Sockets
import Testing

@testable import RPC

/// rpc.md parts E, F and G: wrong servers, odd introductions, silent crowds.
@Suite(.timeLimit(.minutes(1))) struct StrangerTests {
    private func withRaw(
        _ configuration: ServerConfiguration = ServerConfiguration(),
        _ body: @escaping @Sendable (RawPeer) -> Void
    ) async throws {
        try await withServer(server: configuration) { channel, server in
            let address = server.localAddress
            await withCheckedContinuation { continuation in
                onThread {
                    body(RawPeer(connectingTo: address))
                    continuation.resume()
                }
            }
            let reply: Blob = try await channel.unary(echo, Blob([1]))
            #expect(reply == Blob([1]))
        }
    }

    @Test func `RPC-48 a higher minor version and unknown HELLO fields are accepted`()
        async throws
    {
        try await self.withRaw { peer in
            var hello = RawPeer.hello
            // Field 99, three bytes of text, behind the others.
            let extra: [UInt8] = [0x9A, 0x06, 3, 97, 98, 99]
            hello += extra
            hello[3] += UInt8(extra.count)
            hello[7] += UInt8(extra.count)
            peer.send([0xF1, 0x54, 0x41, 0x4C, 0x4C, 0x59, 1, 9] + hello + echoRequest(1))
            _ = peer.read(8)
            #expect(peer.frame()?.type == 1)
            #expect(peer.frame()?.body == [0x2A])
        }
    }

    @Test func `RPC-49 a HELLO below a floor is refused`() async throws {
        try await self.withRaw { peer in
            // max_streams (field 6) of 31; the floor is 32.
            peer.send(RawPeer.preface + rawFrame(1, 0, 0, header: [0x30, 31]))
            _ = peer.read(8)
            #expect(peer.goAwayCode() == 4)
        }
    }

    @Test func `RPC-51 a server of HTTP is named for what it is`() async throws {
        let server = RawServer { peer, _ in
            peer.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
            _ = peer.rest()
        }
        let channel = try RPCChannel("\(server.address)", group: group.get())
        let error = await failure { try await channel.unary(echo, Blob()) as Blob }
        #expect(error?.code == .unavailable)
        #expect(error?.reason == ErrorReason.notTallyRPC)
        #expect(error?.message.contains("HTTP/1.1 400") == true)
        await channel.close()
    }

    @Test func `RPC-51 a server that echoes is named for what it is`() async throws {
        let server = RawServer { peer, _ in
            while case let bytes = peer.read(1), !bytes.isEmpty { peer.send(bytes) }
        }
        let channel = try RPCChannel("\(server.address)", group: group.get())
        let error = await failure { try await channel.unary(echo, Blob()) as Blob }
        #expect(error?.code == .unavailable)
        #expect(error?.reason == ErrorReason.notTallyRPC)
        await channel.close()
    }

    @Test(arguments: [false, true])
    func `RPC-52 another schema is told of, and refused where that is wanted`(
        strict: Bool
    ) async throws {
        let told = Signal()
        let server = ServerConfiguration(
            hello: Hello(agent: "server", schemaDigest: [UInt8](repeating: 1, count: 32)))
        var client = ClientConfiguration(
            hello: Hello(agent: "client", schemaDigest: [UInt8](repeating: 2, count: 32)))
        client.refusesOtherSchemas = strict
        client.schemaDiffers = { _ in told.set() }
        try await withServer(server: server, client: client) { channel, _ in
            let error = await failure { try await channel.unary(echo, Blob()) as Blob }
            #expect(error?.code == (strict ? .failedPrecondition : nil))
            #expect(told.isSet)
        }
    }

    @Test func `RPC-61 a message left unfinished at END ends the call alone`() async throws {
        try await self.withRaw { peer in
            peer.greet()
            peer.send(echoRequest(1, flags: 0x02) + rawFrame(3, 0x09, 1) + echoRequest(2))
            let broken = peer.frame()
            #expect(broken?.type == 4 && broken?.stream == 1)
            #expect(broken?.header.prefix(2) == [0x08, 13])
            #expect(peer.frame()?.body == [0x2A])
        }
    }

    @Test func `RPC-64 compression without an encoding, and an unknown encoding`() async throws {
        try await self.withRaw { peer in
            peer.greet()
            let path = Array("/test.Test/Echo".utf8)
            let zstd: [UInt8] = [0x2A, 4] + Array("zstd".utf8)
            let header = [0x0A, UInt8(path.count)] + path
            peer.send(echoRequest(1, flags: 0x05))
            #expect(peer.frame()?.header.prefix(2) == [0x08, 13])
            peer.send(rawFrame(2, 0x05, 2, header: header + zstd, body: [1]))
            let refused = peer.frame()
            #expect(refused?.header.prefix(2) == [0x08, 12])
            let words = String(decoding: refused?.header ?? [], as: UTF8.self)
            #expect(words.contains("accepted: identity"))
        }
    }

    @Test func `RPC-70 a header block cannot go on in another frame`() async throws {
        try await self.withRaw { peer in
            peer.greet()
            let path = Array("/test.Test/Echo".utf8)
            // The block says 15 bytes of method and ends after 5: that call is broken at once.
            peer.send(rawFrame(2, 0x02, 1, header: [0x0A, 15] + path.prefix(5)))
            #expect(peer.frame()?.header.prefix(2) == [0x08, 13])
            // A second block on the stream breaks the connection.
            peer.send(rawFrame(3, 0, 1, header: Array(path.dropFirst(5))))
            #expect(peer.goAwayCode() == 1)
        }
    }

    @Test func `RPC-71 a preface that drips is closed by the handshake's limit`() async throws {
        var configuration = ServerConfiguration()
        configuration.handshakeTimeout = .seconds(1)
        try await self.withRaw(configuration) { peer in
            peer.send([0xF1])
            peer.send([0x54])
            // What comes is the farewell; the end of the stream is what matters.
            let farewell = peer.rest()
            #expect(farewell.count < 200)
        }
    }

    @Test func `RPC-71 a crowd of silent connections locks no client out`() async throws {
        var configuration = ServerConfiguration()
        configuration.connectionsMax = 256
        try await withServer(server: configuration) { channel, server in
            let address = server.localAddress
            let (connected, go) = (Signal(), Signal())
            onThread {
                let crowd = (0..<2000).map { _ in RawPeer(connectingTo: address) }
                connected.set()
                while !go.isSet { pause(milliseconds: 5) }
                withExtendedLifetime(crowd) {}
            }
            await connected.wait()
            let reply: Blob = try await channel.unary(echo, Blob([9]))
            #expect(reply == Blob([9]))
            #expect(server.connections <= 256)
            go.set()
        }
    }

    @Test func `RPC-71 who finds no room among greeted clients is told so, on both sides`()
        async throws
    {
        let heard = AsyncStream<ConnectionEnd>.makeStream()
        var configuration = ServerConfiguration()
        configuration.connectionsMax = 2
        configuration.connectionClosed = { heard.continuation.yield($0) }
        try await withServer(server: configuration) { channel, server in
            let reply: Blob = try await channel.unary(echo, Blob([9]))
            #expect(reply == Blob([9]))
            let address = server.localAddress
            await withCheckedContinuation { continuation in
                onThread {
                    let second = RawPeer(connectingTo: address)
                    second.greet()
                    let third = RawPeer(connectingTo: address)
                    third.send(RawPeer.preface + RawPeer.hello + echoRequest(1))
                    #expect(third.read(8) == RawPeer.preface)
                    #expect(third.goAwayCode() == 6)
                    #expect(third.hasOrderlyEnd())
                    withExtendedLifetime(second) { continuation.resume() }
                }
            }
            var ends = heard.stream.makeAsyncIterator()
            let end = await ends.next()
            #expect(end?.isFault == true)
            #expect(end?.reason == "2 connections are open, which is the most")
        }
    }

    @Test(arguments: [Joint.tcp, .tls])
    func `RPC-71 a client of ours that finds no room fails its calls with the server's words`(
        joint: Joint
    ) async throws {
        var configuration = ServerConfiguration()
        configuration.connectionsMax = 1
        try await withServer(joint, server: configuration) { channel, server in
            let _: Blob = try await channel.unary(echo, Blob([9]))
            var client = ClientConfiguration()
            if joint == .tls { client.tls = try TestTLS.client.get() }
            let other = try RPCChannel(
                "\(server.localAddress)", configuration: client, group: group.get())
            let error = await failure { try await other.unary(echo, Blob([1])) as Blob }
            #expect(error?.code == .unavailable)
            #expect(error?.reason == ErrorReason.excessLoad)
            let words = error?.message ?? ""
            #expect(words.contains("1 connections are open, which is the most"), "\(words)")
            await other.close()
            // Nobody else is worse off.
            let reply: Blob = try await channel.unary(echo, Blob([8]))
            #expect(reply == Blob([8]))
        }
    }

    @Test func `RPC-72 half-sent messages beyond the budget are refused, the newest first`()
        async throws
    {
        var limits = Limits()
        limits.assemblyBytesMax = 1 << 20
        let configuration = ServerConfiguration(hello: Hello(agent: "test", limits: limits))
        try await self.withRaw(configuration) { peer in
            peer.greet()
            // 17 pieces of 64,000 bytes are more than 1 MiB; 16 are less.
            let piece = [UInt8](repeating: 1, count: 64_000)
            for stream in 1...17 {
                peer.send(echoRequest(UInt32(stream), flags: 0x02, body: piece))
            }
            let refused = peer.frame()
            #expect(refused?.type == 4 && refused?.stream == 17)
            #expect(refused?.header.prefix(2) == [0x08, 8])
            // The others may still be finished.
            peer.send(rawFrame(3, 0x01, 1, body: [2]))
            var answered = 0
            while answered == 0, let frame = peer.frame() {
                if frame.type == 4 && frame.stream == 1 { answered = 64_001 }
            }
            #expect(answered == 64_001)
        }
    }

    @Test func `RPC-72 of 256 half-sent messages of 4 MiB as many are kept as 64 MiB hold`()
        async throws
    {
        try await self.withRaw(ServerConfiguration()) { peer in
            peer.greet()
            let piece = [UInt8](repeating: 1, count: 64 * 1024 - 64)
            let rest = [UInt8](repeating: 1, count: 32 * 64)
            for stream in 1...256 as ClosedRange<UInt32> {
                peer.send(echoRequest(stream, flags: 0x02, body: piece))
                // 2 MiB each: 32 of them are the whole budget.
                if stream <= 32 {
                    for _ in 1..<32 { peer.send(rawFrame(3, 0x02, stream, body: piece)) }
                    peer.send(rawFrame(3, 0x02, stream, body: rest))
                    continue
                }
                let refused = peer.frame()
                #expect(refused?.type == 4 && refused?.stream == stream)
                #expect(refused?.header.prefix(2) == [0x08, 8])
            }
            // The connection is sound: who gives up makes room.
            peer.send(rawFrame(6, 0, 32, header: [0x08, 1]))
            peer.send(echoRequest(257, flags: 0x01, body: [5]))
            let reply = peer.frame()
            #expect(reply?.type == 4 && reply?.stream == 257 && reply?.body == [5])
        }
    }

    @Test func `RPC-72 all connections together have a budget, and what is unread counts, too`()
        async throws
    {
        var configuration = ServerConfiguration()
        let budget = AssemblyBudget(bytesMax: 300_000)
        configuration.assembly = budget
        let path = Array("/test.Test/Deaf".utf8)
        let request = rawFrame(
            2, 0x08, 1, header: [0x0A, UInt8(path.count)] + path)
        let go = Signal()
        var router = standardRouter()
        router.clientStreaming(method("Deaf", .clientStreaming)) { (_: RPCReader<Blob>, _) in
            await go.wait()
            return Blob([1])
        }
        try await withServer(router: router, server: configuration) { channel, server in
            let address = server.localAddress
            await withCheckedContinuation { continuation in
                onThread {
                    let peers = (0..<2).map { _ in RawPeer(connectingTo: address) }
                    for peer in peers { peer.greet() }
                    let message = rawFrame(3, 0, 1, body: [UInt8](repeating: 1, count: 60_000))
                    // Four whole messages that nobody reads are within the budget; with a fifth
                    // and a sixth on another connection it is spent.
                    peers[0].send(request + message + message + message + message)
                    peers[0].send(rawFrame(8, 0, 0, body: [1, 2, 3, 4, 5, 6, 7, 8]))
                    #expect(peers[0].frame()?.type == 8)
                    peers[1].send(request + message + message)
                    let refused = peers[1].frame()
                    #expect(refused?.type == 4 && refused?.stream == 1)
                    #expect(refused?.header.prefix(2) == [0x08, 8])
                    continuation.resume()
                }
            }
            // The connections are gone, and so is what they held, when the server has heard of it.
            while budget.room < 300_000 { await turns(of: .milliseconds(5)) }
            let reply: Blob = try await channel.unary(echo, Blob(count: 250_000))
            #expect(reply.bytes.count == 250_000)
            go.set()
        }
    }
}
