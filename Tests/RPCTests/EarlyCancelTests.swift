import RPC
import RPCCore
import Testing

/// Calls that end before their handlers begin.
@Suite struct EarlyCancelTests {
    private let sleep = method("Sleep", .unary)

    /// A handler of `sleep` waits until it is cancelled.
    private var router: RPCRouter {
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in request }
        router.unary(self.sleep) { (request: Blob, _) in
            let never = AsyncStream<Void> { _ in }
            for await _ in never {}
            return request
        }
        return router
    }

    @Test func `a call given up in the segment that opened it leaves no handler behind`()
        async throws
    {
        let header = [0x0A, UInt8(self.sleep.path.utf8.count)] + Array(self.sleep.path.utf8)
        try await withServer(router: self.router) { channel, server in
            let address = server.localAddress
            await withCheckedContinuation { continuation in
                onThread {
                    let peer = RawPeer(connectingTo: address)
                    peer.greet()
                    // Together more than may be open at once: the first must be gone in time.
                    for wave in [1...190, 201...390] as [ClosedRange<UInt32>] {
                        for stream in wave {
                            peer.send(
                                rawFrame(2, 1, stream, header: header) + rawFrame(6, 0, stream))
                        }
                        peer.send(echoRequest(wave.upperBound + 1))
                        let answer = peer.frame()
                        #expect(answer?.stream == wave.upperBound + 1)
                        #expect(answer?.body == [0x2A])
                    }
                    continuation.resume()
                }
            }
            let reply: Blob = try await channel.unary(echo, Blob([1]))
            #expect(reply == Blob([1]))
            #expect(await server.callsInFlight == 0)
        }
    }
}
