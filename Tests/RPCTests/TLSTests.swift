import RPC
import RPCCore
import Sockets
import Synchronization
import TestKit
import Testing

@testable import Crypto

/// TLS on real sockets: who is refused, with which words, on both sides.
@Suite(.timeLimit(.minutes(1))) struct TLSTests {
    /// A call that TLS must refuse: what its caller reads, and what the server hears.
    private func refused(
        server: LiveCredentials, client: LiveCredentials?, name: String? = nil
    ) async throws -> (error: RPCError, heard: String) {
        let heard = AsyncStream<String>.makeStream()
        var configuration = ServerConfiguration()
        configuration.tls = server
        configuration.clientRefused = { _, reason in heard.continuation.yield(reason) }
        var calling = ClientConfiguration()
        calling.tls = client
        calling.tlsName = name
        return try await withServer(server: configuration, client: calling) { channel, _ in
            let error = try #require(
                await failure { try await channel.unary(echo, Blob()) as Blob })
            #expect(error.code == .unavailable)
            var reasons = heard.stream.makeAsyncIterator()
            return (error, await reasons.next() ?? "")
        }
    }

    private func expectRefusal(
        _ refusal: (error: RPCError, heard: String), _ read: String, _ heard: String
    ) {
        #expect(refusal.error.reason == ErrorReason.tlsFailed)
        #expect(refusal.error.message.contains(read), "\(refusal.error.message)")
        #expect(refusal.heard.contains(heard), "\(refusal.heard)")
    }

    private func expectAnswer(
        _ channel: RPCChannel, _ options: CallOptions = CallOptions()
    ) async throws {
        let reply: Blob = try await channel.unary(echo, Blob([7]), options: options)
        #expect(reply == Blob([7]))
    }

    @Test func `FLT-40 a server whose certificate has expired is refused with words`() async throws
    {
        let server = try TestTLS.live(TestTLS.credentials(of: "ingest", days: -1))
        self.expectRefusal(
            try await self.refused(server: server, client: TestTLS.client.get()),
            "the server's certificate is refused: certificate has expired",
            "our certificate has expired")
    }

    @Test func `FLT-40 a client whose certificate has expired is told so`() async throws {
        let client = try TestTLS.live(TestTLS.credentials(of: "scoring", days: -1))
        self.expectRefusal(
            try await self.refused(server: TestTLS.server.get(), client: client),
            "our certificate has expired",
            "the client's certificate is refused: certificate has expired")
    }

    @Test func `FLT-40 certificates of another authority are refused with words, either way`()
        async throws
    {
        let stranger = try TestAuthority("somebody else")
        let strange = try TestTLS.live(TestTLS.credentials(of: "scoring", signedBy: stranger))
        self.expectRefusal(
            try await self.refused(server: TestTLS.server.get(), client: strange),
            "it does not know who signed our certificate",
            "the client's certificate is refused: unable to get local issuer certificate")
        self.expectRefusal(
            try await self.refused(server: strange, client: TestTLS.client.get()),
            "the server's certificate is refused: unable to get local issuer certificate",
            "it does not know who signed our certificate")
    }

    @Test func `FLT-40 a client without a certificate is told that one is wanted`() async throws {
        var anonymous = try TestTLS.credentials(of: "nobody")
        (anonymous.certificate, anonymous.key) = ([], [])
        self.expectRefusal(
            try await self.refused(server: TestTLS.server.get(), client: TestTLS.live(anonymous)),
            "it wants a certificate, and none was given", "the client shows no certificate")
    }

    @Test func `FLT-40 a certificate of another name is refused, unless that name is asked for`()
        async throws
    {
        let server = try TestTLS.live(
            TestTLS.credentials(of: "ingest", alternatives: ["DNS:ingest"]))
        self.expectRefusal(
            try await self.refused(server: server, client: TestTLS.client.get()),
            "it does not hold 127.0.0.1", "it does not accept our certificate")
        var (configuration, client) = (ServerConfiguration(), ClientConfiguration())
        configuration.tls = server
        client.tlsName = "ingest"
        try await withServer(.tls, server: configuration, client: client) { channel, _ in
            try await self.expectAnswer(channel)
        }
    }

    @Test func `another application protocol is refused with words`() async throws {
        let client = try TestTLS.live(
            TestTLS.credentials(of: "scoring"), protocolName: "http/1.1")
        self.expectRefusal(
            try await self.refused(server: TestTLS.server.get(), client: client),
            "it does not speak http/1.1", "does not offer the ALPN protocol tally-rpc/1")
    }

    @Test(arguments: [
        (["-tls1_2", "-alpn", "tally-rpc/1"], "TLS 1.2 or older"),
        ([], "does not offer the ALPN protocol tally-rpc/1"),
    ])
    func `foreign clients with old TLS or without ALPN are refused`(
        flags: [String], words: String
    ) async throws {
        let heard = AsyncStream<String>.makeStream()
        var configuration = ServerConfiguration()
        configuration.tls = try TestTLS.server.get()
        configuration.clientRefused = { _, reason in heard.continuation.yield(reason) }
        try await withServer(.tls, server: configuration) { channel, server in
            let address = "\(server.localAddress)"
            let output: ProgramOutput? = await withCheckedContinuation { continuation in
                onThread {
                    continuation.resume(
                        returning: try? run("openssl", ["s_client", "-connect", address] + flags))
                }
            }
            #expect(output?.text.contains("alert") == true)
            var reasons = heard.stream.makeAsyncIterator()
            #expect(await reasons.next()?.contains(words) == true)
            try await self.expectAnswer(channel)
        }
    }

    @Test func `a client without TLS is told what the port wants`() async throws {
        let refusal = try await self.refused(server: TestTLS.server.get(), client: nil)
        #expect(refusal.error.message.contains("this port takes TLS alone; give the client a CA"))
        #expect(refusal.heard == "the client speaks Tally RPC without TLS")
    }

    @Test func `a client with TLS is told that the server speaks none`() async throws {
        var client = ClientConfiguration()
        client.tls = try TestTLS.client.get()
        try await withServer(client: client) { channel, _ in
            let error = await failure { try await channel.unary(echo, Blob()) as Blob }
            #expect(error?.code == .unavailable && error?.reason == ErrorReason.tlsFailed)
            #expect(error?.message.contains("the server speaks Tally RPC without TLS") == true)
        }
        let server = RawServer { peer, _ in
            peer.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
            _ = peer.rest()
        }
        let channel = try RPCChannel(
            "\(server.address)", configuration: client, group: group.get())
        let error = await failure { try await channel.unary(echo, Blob()) as Blob }
        #expect(error?.reason == ErrorReason.tlsFailed)
        #expect(error?.message.contains("the server does not speak TLS") == true)
        await channel.close()
    }

    @Test func `FLT-40 new certificates are taken without a restart, and calls go on`()
        async throws
    {
        let live = try TestTLS.live(TestTLS.credentials(of: "ingest"))
        var configuration = ServerConfiguration()
        configuration.tls = live
        var client = ClientConfiguration()
        client.backoffFirst = .milliseconds(1)
        client.backoffMax = .milliseconds(1)
        let calling = client
        try await withServer(.tls, server: configuration, client: client) { channel, server in
            try await self.expectAnswer(channel)
            try live.replace(by: TestTLS.credentials(of: "ingest", days: -1))
            // Who is connected stays so; who comes now sees the new certificate.
            try await self.expectAnswer(channel)
            var strict = calling
            strict.tls = try TestTLS.client.get()
            let late = try RPCChannel(
                "\(server.localAddress)", configuration: strict, group: group.get())
            let error = await failure { try await late.unary(echo, Blob()) as Blob }
            #expect(error?.message.contains("has expired") == true)
            try live.replace(by: TestTLS.credentials(of: "ingest"))
            let options = CallOptions(timeout: .seconds(30), waitForReady: true)
            try await self.expectAnswer(late, options)
            await late.close()
        }
    }

    @Test func `a server without authorities takes clients without a certificate`() async throws {
        var own = try TestTLS.credentials(of: "ingest")
        own.authorities = []
        var anonymous = try TestTLS.credentials(of: "nobody")
        (anonymous.certificate, anonymous.key) = ([], [])
        var (configuration, client) = (ServerConfiguration(), ClientConfiguration())
        configuration.tls = try TestTLS.live(own)
        client.tls = try TestTLS.live(anonymous)
        try await withServer(.tls, server: configuration, client: client) { channel, _ in
            try await self.expectAnswer(channel)
        }
    }

    @Test func `RPC-71 a TLS handshake that never ends is closed by the handshake's limit`()
        async throws
    {
        let closed = AsyncStream<String>.makeStream()
        var configuration = ServerConfiguration()
        configuration.handshakeTimeout = .milliseconds(100)
        configuration.connectionClosed = { end in closed.continuation.yield(end.reason) }
        let refused = AsyncStream<String>.makeStream()
        configuration.clientRefused = { _, words in refused.continuation.yield(words) }
        try await withServer(.tls, server: configuration) { _, server in
            let address = server.localAddress
            await withCheckedContinuation { continuation in
                onThread {
                    let peer = RawPeer(connectingTo: address)
                    peer.send([0x16, 0x03])
                    #expect(peer.rest().isEmpty)
                    continuation.resume()
                }
            }
            var reasons = closed.stream.makeAsyncIterator()
            #expect(await reasons.next()?.contains("no HELLO in time") == true)
            var refusals = refused.stream.makeAsyncIterator()
            #expect(await refusals.next() == "the TLS handshake was not over in time")
        }
    }

    @Test func `RPC-42 a TLS peer that reads nothing is held, then closed`() async throws {
        let closed = Signal()
        var configuration = ServerConfiguration()
        configuration.writeStall = .seconds(1)
        configuration.connectionClosed = { end in
            if end.reason.contains("did not read") { closed.set() }
        }
        var router = RPCRouter()
        router.unary(sized) { (_: Blob, _) in Blob(count: 1 << 20) }
        try await withServer(.tls, router: router, server: configuration) { channel, server in
            let address = server.localAddress
            let path = Array("/test.Test/Sized".utf8)
            let requests = (1...16).flatMap {
                rawFrame(2, 1, UInt32($0), header: [0x0A, UInt8(path.count)] + path)
            }
            onThread {
                let peer = RawTLSPeer(connectingTo: address, receiveBuffer: 8 * 1024)
                peer?.send(RawPeer.preface + RawPeer.hello + requests)
                while !closed.isSet { pause(milliseconds: 20) }
            }
            await closed.wait()
            let reply: Blob = try await channel.unary(sized, Blob())
            #expect(reply.bytes.count == 1 << 20)
        }
    }
}

extension TLSTests {
    @Test func `RPC-69 a TLS peer that asks for keys without end, and reads none, is closed`()
        async throws
    {
        let heard = AsyncStream<String>.makeStream()
        var configuration = ServerConfiguration()
        configuration.clientRefused = { _, reason in heard.continuation.yield(reason) }
        try await withServer(.tls, server: configuration) { channel, server in
            let address = server.localAddress
            let over = Signal()
            onThread {
                let peer = RawTLSPeer(connectingTo: address, receiveBuffer: 8 * 1024)
                peer?.send(RawPeer.preface + RawPeer.hello)
                while !over.isSet { peer?.askForKeys(1000) }
            }
            var reasons = heard.stream.makeAsyncIterator()
            #expect(await reasons.next()?.contains("asks for more and more keys") == true)
            over.set()
            let reply: Blob = try await channel.unary(echo, Blob([1]))
            #expect(reply == Blob([1]))
        }
    }
}

/// A raw peer that encrypts, and knows nothing else of the framework.
private final class RawTLSPeer {
    private let peer: RawPeer
    private let session: TLSSession

    init?(connectingTo address: SocketAddress, receiveBuffer: Int32) {
        guard let session = try? TestTLS.client.get().calling("127.0.0.1") else { return nil }
        self.session = session
        self.peer = RawPeer(connectingTo: address, receiveBuffer: receiveBuffer)
        while let isOver = try? session.advance() {
            self.peer.send(session.takeOutput())
            if isOver { return }
            let byte = self.peer.read(1)
            byte.withUnsafeBytes { session.receive($0) }
        }
        return nil
    }

    /// Asks so often for new keys.
    func askForKeys(_ times: Int) {
        for _ in 0..<times { self.session.changeKeys(both: true) }
        self.peer.send(self.session.takeOutput())
    }

    func send(_ bytes: [UInt8]) {
        try? self.session.write(bytes)
        self.peer.send(self.session.takeOutput())
    }
}
