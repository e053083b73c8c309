import Foundation
import RPC
import RPCCore
import Sockets
import Testing

/// Credit leaves while the turn of the loop that took the messages has yet more to do: the sender
/// goes on meanwhile. In these tests that turn does not end before the sender has heard.
@Suite struct CreditTests {
    private static let messages = 2100
    /// Eight bytes each, 72 of credit: more than half the window.
    private static let readAtLeast = 2000

    private static func flood(_ stream: UInt32) -> [UInt8] {
        (0..<self.messages).flatMap { rawFrame(3, 0, stream, body: blob($0).bytes) }
    }

    /// Reads until credit is due, and keeps the thread until the sender has it.
    private static func read(
        _ reader: RPCReader<Blob>, _ heard: DispatchSemaphore
    ) async throws -> Bool {
        for number in 0..<Self.readAtLeast {
            let message = try await reader.next()
            guard message?.number == number else { return false }
        }
        return Self.wait(heard)
    }

    private static func wait(_ heard: DispatchSemaphore) -> Bool {
        heard.wait(timeout: .now() + 10) == .success
    }

    /// Frames until a WINDOW; false without one.
    private static func awaitsWindow(_ peer: RawPeer) -> Bool {
        while let frame = peer.frame() { if frame.type == 7 { return true } }
        return false
    }

    @Test func `a server hears of credit before the client's turn ends`() async throws {
        let heard = DispatchSemaphore(value: 0)
        let server = RawServer { peer, _ in
            peer.welcome()
            guard let stream = peer.request() else { return }
            peer.send(Self.flood(stream))
            if Self.awaitsWindow(peer) { heard.signal() }
            _ = peer.rest()
        }
        let group = try EventLoopGroup(threads: 1)
        let channel = try RPCChannel("\(server.address)", group: group)
        let loop = group.next()
        let wasHeard = try await Task(executorPreference: loop.tasks) {
            try await channel.serverStreaming(count, Blob()) { (reader: RPCReader<Blob>) in
                try await Self.read(reader, heard)
            }
        }.value
        #expect(wasHeard == true)
        await channel.close()
        group.shutdown()
    }

    @Test func `a client hears of credit before the server's turn ends`() async throws {
        let heard = DispatchSemaphore(value: 0)
        var router = RPCRouter()
        router.clientStreaming(sum) { (reader: RPCReader<Blob>, _) in
            blob(try await Self.read(reader, heard) ? 1 : 0)
        }
        let group = try EventLoopGroup(threads: 1)
        let server = try RPCServer(
            SocketAddress(host: "127.0.0.1", port: 0), router: router,
            configuration: ServerConfiguration(), group: group)
        let address = server.localAddress
        let header = [0x0A, UInt8(sum.path.utf8.count)] + Array(sum.path.utf8)
        let reply: [UInt8]? = await withCheckedContinuation { continuation in
            onThread {
                let peer = RawPeer(connectingTo: address)
                peer.greet()
                peer.send(rawFrame(2, 8, 1, header: header))
                peer.send(Self.flood(1))
                if Self.awaitsWindow(peer) { heard.signal() }
                continuation.resume(returning: peer.frame()?.body)
            }
        }
        #expect(reply == blob(1).bytes)
        await server.shutdown(grace: .zero)
        group.shutdown()
    }
}
