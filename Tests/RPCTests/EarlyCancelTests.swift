import RPC
import RPCCore
import Synchronization
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

    /// Writes down what it hears of calls.
    private struct Noting: ArrivalInterceptor, EndInterceptor {
        let note: @Sendable (String) -> Void

        func begin(_ call: CallContext) throws(RPCError) {
            let isBad = call.metadata.entries.contains { $0.value == .text("bad") }
            self.note("\(call.method) begins with \(call.metadata.entries.count)")
            if isBad { throw RPCError(.permissionDenied, "no") }
        }

        func ended(_ call: FinishedCall) { self.note("\(call.method) ended \(call.code.name)") }
    }

    /// Who counts or refuses calls hears of those, too, whose handlers never begin.
    @Test func `RPC-32 interceptors hear of a call that is given up in the segment that opened it`()
        async throws
    {
        let heard = Mutex<[String]>([])
        var configuration = ServerConfiguration()
        configuration.interceptors = [Noting { line in heard.withLock { $0.append(line) } }]
        try await withServer(router: self.router, server: configuration) { _, server in
            let address = server.localAddress
            await withCheckedContinuation { continuation in
                onThread {
                    let peer = RawPeer(connectingTo: address)
                    peer.greet()
                    let path = [0x0A, UInt8(self.sleep.path.utf8.count)] + self.sleep.path.utf8
                    // One entry each: key k, text ok or bad.
                    let headers = [hex("32 07 0a01 6b 1202"), hex("32 08 0a01 6b 1203")]
                    let calls = zip(headers, ["ok", "bad"]).enumerated().map { number, call in
                        let stream = UInt32(number + 1)
                        return rawFrame(2, 1, stream, header: path + call.0 + Array(call.1.utf8))
                            + rawFrame(6, 0, stream)
                    }
                    peer.send(calls.joined() + echoRequest(3))
                    while let frame = peer.frame(), frame.stream != 3 {}
                    continuation.resume()
                }
            }
        }
        #expect(
            heard.withLock { $0 } == [
                "/test.Test/Sleep begins with 1", "/test.Test/Sleep ended CANCELLED",
                "/test.Test/Sleep begins with 1", "/test.Test/Sleep ended PERMISSION_DENIED",
                "/test.Test/Echo begins with 0", "/test.Test/Echo ended OK",
            ])
    }
}
