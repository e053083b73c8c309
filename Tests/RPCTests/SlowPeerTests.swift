import RPC
import RPCCore
import Sockets
import Testing

/// rpc.md part D: peers that do not read.
@Suite(.timeLimit(.minutes(1))) struct SlowPeerTests {
    /// A router whose Sized answers with as many bytes as a message may have.
    private func heavy() -> RPCRouter {
        var router = RPCRouter()
        router.unary(sized) { (_: Blob, _) in Blob(count: 1 << 20) }
        return router
    }

    private func request(_ stream: UInt32) -> [UInt8] {
        let path = Array("/test.Test/Sized".utf8)
        return rawFrame(2, 1, stream, header: [0x0A, UInt8(path.count)] + path)
    }

    @Test(arguments: [0, 1])
    func `RPC-42 RPC-43 a peer that reads nothing, or a byte now and then, is closed`(
        bytesAtATime: Int
    ) async throws {
        let closed = Signal()
        var configuration = ServerConfiguration()
        configuration.writeStall = .seconds(1)
        configuration.connectionClosed = { end in
            if end.reason.contains("did not read") { closed.set() }
        }
        try await withServer(router: self.heavy(), server: configuration) { channel, server in
            let address = server.localAddress
            let requests = (1...16).flatMap { self.request(UInt32($0)) }
            onThread {
                let peer = RawPeer(connectingTo: address, receiveBuffer: 8 * 1024)
                peer.greet()
                peer.send(requests)
                while !closed.isSet {
                    if bytesAtATime > 0 { _ = peer.read(bytesAtATime) }
                    pause(milliseconds: 20)
                }
            }
            await closed.wait()
            // Nobody else noticed.
            let reply: Blob = try await channel.unary(sized, Blob())
            #expect(reply.bytes.count == 1 << 20)
        }
    }

    @Test func `RPC-42 a server reads no further requests above the soft limit`() async throws {
        let server = try RPCServer(
            SocketAddress(host: "127.0.0.1", port: 0), router: self.heavy(),
            configuration: ServerConfiguration(), group: group.get())
        let address = server.localAddress
        let requests = (1...200).flatMap { self.request(UInt32($0)) }
        await withCheckedContinuation { continuation in
            onThread {
                let peer = RawPeer(connectingTo: address, receiveBuffer: 8 * 1024)
                peer.greet()
                peer.send(requests)
                // The answers to all of them, read to the end: held back, not lost.
                var seen = 0
                while seen < 200, let frame = peer.frame() { seen += frame.type == 4 ? 1 : 0 }
                #expect(seen == 200)
                continuation.resume()
            }
        }
        await server.shutdown(grace: .zero)
    }

    /// The usual HELLO with the shortest interval between pings: a second.
    private static let pinged = rawFrame(
        1, 0, 0,
        header: hex(
            "0a0b676174657761792f312e30 18808004 20808001 2880808002 308002 38808010 40e807"))

    /// Whose bytes wait unread may have answered long ago: only the write stall ends it.
    @Test func `RPC-42 a peer that the server does not read is not taken for silent`() async throws
    {
        let (asked, late) = (Signal(), Signal())
        var configuration = ServerConfiguration()
        configuration.keepalive = .milliseconds(200)
        configuration.keepaliveTimeout = .milliseconds(200)
        try await withServer(router: self.heavy(), server: configuration) { _, server in
            let address = server.localAddress
            let requests = (1...16).flatMap { self.request(UInt32($0)) }
            let reader = Task {
                await withCheckedContinuation { continuation in
                    onThread {
                        let peer = RawPeer(connectingTo: address, receiveBuffer: 8 * 1024)
                        peer.send(RawPeer.preface + Self.pinged + requests)
                        asked.set()
                        while !late.isSet { pause(milliseconds: 20) }
                        _ = peer.read(8)
                        var seen = 0
                        while seen < 16, let frame = peer.frame() {
                            seen += frame.type == 4 ? 1 : 0
                        }
                        continuation.resume(returning: seen)
                    }
                }
            }
            await asked.wait()
            // More than the second of silence and the time for an answer.
            await turns(of: .milliseconds(1600))
            late.set()
            #expect(await reader.value == 16)
        }
    }

    @Test func `RPC-45 a ping is answered before a long reply is through`() async throws {
        var router = RPCRouter()
        router.unary(sized) { (_: Blob, _) in Blob(count: 4 << 20) }
        let server = try RPCServer(
            SocketAddress(host: "127.0.0.1", port: 0), router: router,
            configuration: ServerConfiguration(), group: group.get())
        let address = server.localAddress
        let request = self.request(1)
        await withCheckedContinuation { continuation in
            onThread {
                let peer = RawPeer(connectingTo: address, receiveBuffer: 8 * 1024)
                peer.greet()
                peer.send(request)
                _ = peer.frame()
                peer.send(rawFrame(8, 0, 0, body: [1, 2, 3, 4, 5, 6, 7, 8]))
                var order: [UInt8] = []
                while order.count < 2, let frame = peer.frame() {
                    // Slower than the server, so that the reply stands in its queue.
                    pause(milliseconds: 1)
                    if frame.type == 8 || frame.type == 4 { order.append(frame.type) }
                }
                #expect(order == [8, 4])
                continuation.resume()
            }
        }
        await server.shutdown(grace: .zero)
    }
}
