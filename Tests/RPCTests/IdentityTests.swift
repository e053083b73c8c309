import Crypto
import RPC
import RPCCore
import Synchronization
import Testing

/// Who calls, and what that allows.
@Suite(.timeLimit(.minutes(1))) struct IdentityTests {
    /// Keeps whom it saw.
    private final class Watching: ArrivalInterceptor {
        let seen = Mutex<PeerIdentity?>(nil)

        func begin(_ call: CallContext) { self.seen.withLock { $0 = call.identity } }
    }

    @Test func `interceptors and handlers know the caller by its certificate`() async throws {
        let watching = Watching()
        let ended = AsyncStream<FinishedCall>.makeStream()
        var configuration = ServerConfiguration()
        configuration.interceptors = [watching, Ending { ended.continuation.yield($0) }]
        var client = ClientConfiguration()
        client.tls = try TestTLS.live(
            TestTLS.credentials(
                of: "scoring", alternatives: ["DNS:scoring.example", "URI:tally://scoring"]))
        var router = RPCRouter()
        router.unary(echo) { (_: Blob, context) in
            Blob(Array("\(context.identity?.description ?? "nobody")".utf8))
        }
        let expected = PeerIdentity(
            commonName: "scoring", alternativeNames: ["scoring.example", "tally://scoring"])
        try await withServer(.tls, router: router, server: configuration, client: client) {
            channel, _ in
            let reply: Blob = try await channel.unary(echo, Blob())
            #expect(reply == Blob(Array("scoring".utf8)))
            #expect(watching.seen.withLock { $0 } == expected)
            var calls = ended.stream.makeAsyncIterator()
            #expect(await calls.next()?.identity == expected)
        }
    }

    private static let list = AllowList([
        echo.path: .init(names: ["scoring", "tally://ranking"]),
        sized.path: .init(names: ["operator"]),
        sum.path: .init(names: ["operator"], admitsThisMachine: true),
    ])

    private func unary(_ channel: RPCChannel, _ method: MethodDescriptor) async -> RPCError? {
        await failure { try await channel.unary(method, Blob()) as Blob }
    }

    private func streamed(_ channel: RPCChannel) async -> [StatusCode?] {
        let sent = await failure {
            try await channel.clientStreaming(sum) { (_: RPCWriter<Blob>) in } as Blob
        }
        let counted = await failure {
            try await channel.serverStreaming(count, blob(1)) { (reader: RPCReader<Blob>) in
                try await reader.next()
            }
        }
        let chatted = await failure {
            try await channel.bidirectional(chat) {
                (_: RequestWriter<Blob>, reader: RPCReader<Blob>) in try await reader.next()
            }
        }
        return [sent?.code, counted?.code, chatted?.code]
    }

    @Test func `an allow list lets callers through by their names, for all four kinds of call`()
        async throws
    {
        var configuration = ServerConfiguration()
        configuration.interceptors = [Self.list]
        try await withServer(.tls, server: configuration) { channel, _ in
            let allowed = await self.unary(channel, echo)
            #expect(allowed == nil)
            let denied = await self.unary(channel, sized)
            #expect(denied?.code == .permissionDenied)
            #expect(denied?.message == "scoring may not call /test.Test/Sized")
            // The first is for anybody on this machine, the others for nobody.
            let codes = await self.streamed(channel)
            #expect(codes == [nil, .permissionDenied, .permissionDenied])
        }
    }

    @Test(arguments: [("ranking", nil), ("gateway", .permissionDenied)] as [(String, StatusCode?)])
    func `a name may be an alternative one, and counts whole`(
        alternative: String, expected: StatusCode?
    ) async throws {
        var (configuration, client) = (ServerConfiguration(), ClientConfiguration())
        configuration.interceptors = [Self.list]
        client.tls = try TestTLS.live(
            TestTLS.credentials(of: "a.scoring", alternatives: ["URI:tally://\(alternative)"]))
        try await withServer(.tls, server: configuration, client: client) { channel, _ in
            let error = await self.unary(channel, echo)
            #expect(error?.code == expected)
        }
    }

    @Test(arguments: [Joint.tcp, .inProcess])
    func `without TLS this machine may call everything`(joint: Joint) async throws {
        var configuration = ServerConfiguration()
        configuration.interceptors = [Self.list]
        try await withServer(joint, server: configuration) { channel, _ in
            let error = await self.unary(channel, sized)
            #expect(error == nil)
        }
    }
}
