import RPC
import RPCCore
import Synchronization
import Testing

/// A request keeps its trace, and loses time, through every hop.
@Suite(.timeLimit(.minutes(1))) struct TraceTests {
    /// Traces that a handler saw.
    private final class Seen: Sendable {
        private let kept = Mutex<[TraceContext]>([])
        var all: [TraceContext] { self.kept.withLock { $0 } }
        func add(_ trace: TraceContext) { self.kept.withLock { $0.append(trace) } }
    }

    private func router(_ seen: Seen) -> RPCRouter {
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, context) in
            seen.add(context.trace)
            return request
        }
        return router
    }

    @Test func `a call without a trace gets one, another for each call`() async throws {
        let seen = Seen()
        try await withServer(router: self.router(seen)) { channel, _ in
            for _ in 0..<3 { let _: Blob = try await channel.unary(echo, Blob()) }
        }
        #expect(Set(seen.all.map(\.id)).count == 3)
        #expect(seen.all.allSatisfy { $0.id.count == 32 && $0.span != 0 })
    }

    @Test func `RPC-31 a nested call keeps the trace, has its own span, and has less time`()
        async throws
    {
        let (seen, inner) = (Seen(), Seen())
        let left = Mutex<[Duration]>([])
        try await withServer(router: self.router(inner)) { below, _ in
            var router = RPCRouter()
            router.unary(echo) { (request: Blob, context) in
                seen.add(context.trace)
                let options = context.options(timeout: .seconds(3600))
                left.withLock { $0 = [options.timeout, context.remaining].compactMap { $0 } }
                return try await below.unary(echo, request, options: options) as Blob
            }
            try await withServer(router: router) { channel, _ in
                let given = try #require(
                    TraceContext(id: "0af7651916cd43dd8448eb211c80319c", span: 7))
                let _: Blob = try await channel.unary(
                    echo, Blob(), options: CallOptions(timeout: .seconds(20), trace: given))
                #expect(seen.all == [given])
                #expect(inner.all.map(\.id) == [given.id])
                #expect(inner.all.first?.span != given.span)
                let (own, remaining) = left.withLock { ($0[0], $0[1]) }
                #expect(own <= .seconds(20) && own >= remaining)
            }
        }
    }

    @Test func `a call of one request that names no time has a limit`() async throws {
        let left = Mutex<Duration?>(nil)
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, context) in
            left.withLock { $0 = context.remaining }
            return request
        }
        try await withServer(router: router) { channel, _ in
            let _: Blob = try await channel.unary(echo, Blob(), options: CallOptions(timeout: nil))
        }
        let remaining = try #require(left.withLock { $0 })
        #expect(remaining > .seconds(1) && remaining <= .seconds(60))
    }
}
