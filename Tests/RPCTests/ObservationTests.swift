import RPCCore
import Sockets
import Synchronization
import Testing

@testable import RPC

/// What can be seen of channels, servers and connections while they work.
@Suite(.timeLimit(.minutes(1))) struct ObservationTests {
    private static let read = method("Read", .unary, .noSideEffects)
    private static let missing = method("Missing", .unary)

    /// Calls as a channel tells of them.
    private final class Told: Sendable {
        private let calls = Mutex<[FinishedClientCall]>([])
        func add(_ call: FinishedClientCall) { self.calls.withLock { $0.append(call) } }
        var all: [FinishedClientCall] { self.calls.withLock { $0 } }
    }

    private func telling(_ told: Told) -> ClientConfiguration {
        var client = ClientConfiguration()
        client.callEnded = { told.add($0) }
        return client
    }

    @Test(arguments: Joint.allCases)
    func `each call of all four kinds is told of once, with its code`(joint: Joint) async throws {
        let told = Told()
        try await withServer(joint, client: self.telling(told)) { channel, _ in
            let _: Blob = try await channel.unary(echo, blob(1))
            _ = try await channel.serverStreaming(count, Blob(blob(3).bytes + blob(4).bytes)) {
                (reader: RPCReader<Blob>) in
                for try await _ in reader {}
            }
            let _: Blob = try await channel.clientStreaming(sum) { (writer: RPCWriter<Blob>) in
                try await writer.send(blob(1))
            }
            try await channel.bidirectional(chat) {
                (writer: RequestWriter<Blob>, reader: RPCReader<Blob>) in
                try await writer.send(blob(1))
                // Left before the server is done.
                _ = try await reader.next()
            }
            _ = await failure { try await channel.unary(Self.missing, Blob()) as Blob }
        }
        #expect(
            told.all.map { "\($0.method) \($0.code.name)" } == [
                "/test.Test/Echo OK", "/test.Test/Count OK", "/test.Test/Sum OK",
                "/test.Test/Chat CANCELLED", "/test.Test/Missing UNIMPLEMENTED",
            ])
        #expect(told.all.allSatisfy { $0.queued >= .zero && $0.queued <= $0.duration })
        #expect(told.all.last?.reason == ErrorReason.unknownMethod)
    }

    @Test func `a call that never stood on a connection waited all of its time`() async throws {
        let told = Told()
        let silent = SilentPort()
        let channel = try RPCChannel(
            "\(silent.address)", configuration: self.telling(told), group: group.get())
        _ = await failure { try await channel.unary(echo, Blob()) as Blob }
        let call = try #require(told.all.first)
        #expect(call.code == .unavailable)
        #expect(call.queued == call.duration)
        #expect(call.queued > .zero)
        await channel.close()
    }

    @Test func `retries are counted apart from first attempts`() async throws {
        let told = Told()
        let failures = Atomic<Int>.Box()
        var router = RPCRouter()
        router.unary(Self.read) { (request: Blob, _) in
            if failures.value.add(1, ordering: .relaxed).newValue % 3 != 0 {
                throw RPCError(.unavailable, "not now")
            }
            return request
        }
        try await withServer(router: router, client: self.telling(told)) { channel, _ in
            let _: Blob = try await channel.unary(Self.read, Blob())
            let snapshot = await channel.snapshot()
            #expect(snapshot.counts.attempts == 3)
            #expect(snapshot.counts.retries == 2)
            #expect(snapshot.counts.transparentRetries == 0)
            // Two failures for a token each, one success for a tenth.
            #expect(snapshot.retryTokens == 98.1)
        }
        #expect(told.all.map(\.code) == [.ok])
    }

    @Test func `a retry for which the budget has nothing left is counted and told`() async throws {
        var router = RPCRouter()
        router.unary(Self.read) { (_: Blob, _) -> Blob in
            throw RPCError(.unavailable, "not now", retryAfter: .zero)
        }
        var client = ClientConfiguration()
        client.attemptsMax = 1
        try await withServer(router: router, client: client) { channel, _ in
            // Less than a full budget's half, so that the breaker is not what refuses.
            for _ in 0..<50 { channel.note(RPCError(.unavailable, "made up")) }
            #expect(await channel.snapshot().retryTokens == 50)
        }
        client.attemptsMax = 3
        try await withServer(router: router, client: client) { channel, _ in
            for _ in 0..<50 { channel.note(RPCError(.unavailable, "made up")) }
            let error = await failure { try await channel.unary(Self.read, Blob()) as Blob }
            #expect(error?.message == "not now")
            #expect(error?.facts["retry"] == ErrorReason.retryBudget)
            #expect(await channel.snapshot().counts.retriesDenied == 1)
        }
    }

    @Test func `good times save up ten hedges and no more`() {
        var meter = HedgingMeter()
        for _ in 0..<10_000 { meter.succeeded(after: .milliseconds(1)) }
        #expect((0..<20).count { _ in meter.takeHedge() } == HedgingMeter.savedMax)
        for _ in 0..<9 { meter.succeeded(after: .milliseconds(1)) }
        #expect(!meter.allowsHedge)
        meter.succeeded(after: .milliseconds(1))
        #expect(meter.takeHedge() == true)
    }

    // MARK: Connections

    @Test func `a stream is shown with its method and the credit it has left`() async throws {
        let sent = Signal()
        let go = Signal()
        var router = RPCRouter()
        router.serverStreaming(count) { (_: Blob, writer: RPCWriter<Blob>, _) in
            try await writer.send(Blob(count: 1000))
            sent.set()
            await go.wait()
        }
        try await withServer(router: router) { channel, server in
            try await channel.serverStreaming(count, Blob()) { (reader: RPCReader<Blob>) in
                await sent.wait()
                _ = try await reader.next()
                let window = Int(Hello(agent: "x").limits.windowBytes)
                let left = window - 1000 - 64  // a message costs 64 bytes more than it has
                let theirs = try #require(await server.snapshot().first?.streams.first)
                #expect(theirs.method == "/test.Test/Count")
                #expect(theirs.state.kind == .serverStreaming)
                #expect(theirs.state.sendCredit == left)
                #expect(theirs.state.receiveCredit == nil)
                let ours = try #require(await channel.snapshot().connections.first?.streams.first)
                #expect(ours.method == "/test.Test/Count")
                #expect(ours.state.sendCredit == nil)
                #expect(ours.state.receiveCredit == left)
                #expect(ours.age != nil)
                go.set()
            }
        }
    }

    @Test func `no more streams are shown than the limit says`() async throws {
        let go = Signal()
        let begun = Atomic<Int>.Box()
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            begun.value.add(1, ordering: .relaxed)
            await go.wait()
            return request
        }
        let limit = ConnectionSnapshot.streamsMax
        try await withServer(router: router) { channel, server in
            await withTaskGroup(of: Void.self) { tasks in
                for beyond in [-1, 0, 1] {
                    let wanted = limit + beyond
                    while begun.value.load(ordering: .relaxed) < wanted {
                        let before = begun.value.load(ordering: .relaxed)
                        tasks.addTask { _ = try? await channel.unary(echo, Blob()) as Blob }
                        while begun.value.load(ordering: .relaxed) == before { await Task.yield() }
                    }
                    let shown = await server.snapshot().first?.streams.count
                    #expect(shown == min(wanted, limit))
                    #expect(await server.snapshot().first?.openCalls == wanted)
                }
                go.set()
            }
        }
    }

    @Test func `an address that cannot be reached says why, and when it is tried again`()
        async throws
    {
        let server = try RPCServer(
            SocketAddress(host: "127.0.0.1", port: 0), router: standardRouter(),
            configuration: ServerConfiguration(), group: group.get())
        let address = "\(server.localAddress)"
        await server.shutdown(grace: .zero)
        var client = ClientConfiguration()
        client.backoffFirst = .seconds(30)
        client.backoffMax = .seconds(30)
        client.random = { 0.5 }
        let channel = try RPCChannel(address, configuration: client, group: group.get())
        _ = await failure { try await channel.unary(echo, Blob()) as Blob }
        let snapshot = await channel.snapshot()
        let connection = try #require(snapshot.connections.first)
        #expect(connection.state == "backoff")
        let endpoint = try #require(connection.endpoint)
        #expect(endpoint.lastError?.reason == ErrorReason.connectRefused)
        #expect(endpoint.breaker == "closed")
        #expect(endpoint.latency == nil)
        let retryIn = try #require(endpoint.retryIn)
        #expect((.seconds(20)...Duration.seconds(30)).contains(retryIn))
        await channel.close()
    }

    @Test func `an address that mostly fails is shown with an open breaker`() async throws {
        var router = RPCRouter()
        router.unary(echo) { (_: Blob, _) -> Blob in throw RPCError(.unavailable, "no") }
        try await withServer(router: router) { channel, _ in
            for _ in 0..<CircuitBreaker.window {
                _ = await failure { try await channel.unary(echo, Blob()) as Blob }
            }
            let endpoint = await channel.snapshot().connections.first?.endpoint
            #expect(endpoint?.breaker != "closed")
        }
    }

    // MARK: Errors

    @Test func `a call whose connection ends says where it was, and what the server said last`()
        async throws
    {
        let server = RawServer { peer, _ in
            peer.welcome()
            _ = peer.frame()
            // GOAWAY up to the last id, "upgrade"; its confirmation; then the line is cut.
            let header: [UInt8] =
                [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x1A, 7] + Array("upgrade".utf8)
            peer.send(rawFrame(9, 0, 0, header: header))
            _ = peer.frame()
        }
        let channel = try RPCChannel("\(server.address)", group: group.get())
        let error = await failure { try await channel.unary(echo, Blob()) as Blob }
        #expect(error?.code == .unavailable)
        #expect(error?.reason == ErrorReason.connectionReset)
        #expect(error?.facts["goaway"] == "upgrade")
        #expect(error?.facts["phase"] == "waiting for the server")
        #expect(error?.facts["peer"] == "\(server.address)")
        #expect(error?.facts["local"]?.hasPrefix("127.0.0.1:") == true)
        #expect(error?.facts["age_ms"].flatMap { Int($0) }.map { $0 >= 0 } == true)
        await channel.close()
    }

    @Test func `a deadline says at which address the call waited, and how old the way was`()
        async throws
    {
        let heard = Signal()
        let server = RawServer { peer, _ in
            peer.welcome()
            _ = peer.frame()
            // It never answers; the client gives up and says so.
            _ = peer.frame()
            heard.set()
        }
        let channel = try RPCChannel("\(server.address)", group: group.get())
        let options = CallOptions(timeout: .milliseconds(50))
        let error = await failure {
            try await channel.unary(echo, Blob(), options: options) as Blob
        }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.facts["phase"] == "waiting for the server")
        #expect(error?.facts["peer"] == "\(server.address)")
        #expect(error?.facts["local"]?.hasPrefix("127.0.0.1:") == true)
        #expect(error?.facts["age_ms"].flatMap { Int($0) } != nil)
        await heard.wait()
        await channel.close()
    }

    // MARK: Meters

    @Test func `bytes of both sides are the same`() async throws {
        let (theirs, ours) = (ConnectionMeter(), ConnectionMeter())
        var (server, client) = (ServerConfiguration(), ClientConfiguration())
        (server.meter, client.meter) = (theirs, ours)
        try await withServer(server: server, client: client) { channel, _ in
            let _: Blob = try await channel.unary(echo, Blob(count: 100_000))
            await channel.close()
            while theirs.counts.goAwaysReceived.isEmpty { await Task.yield() }
        }
        #expect(ours.counts.sentBytes > 100_000)
        #expect(ours.counts.receivedBytes > 100_000)
        #expect(theirs.counts.receivedBytes == ours.counts.sentBytes)
        // The server's farewell at its end may find nobody.
        #expect(ours.counts.receivedBytes <= theirs.counts.sentBytes)
        #expect(theirs.counts.goAwaysReceived == [.noError: 1])
        #expect(ours.counts.goAwaysSent == [.noError: 1])
    }

    @Test func `a sender that waits for credit is a stall of the window`() async throws {
        let meter = ConnectionMeter()
        var server = ServerConfiguration()
        server.meter = meter
        var client = ClientConfiguration()
        client.hello.limits.windowBytes = 64 * 1024
        let stuck = Signal()
        var router = RPCRouter()
        router.serverStreaming(count) { (_: Blob, writer: RPCWriter<Blob>, _) in
            for number in 0..<3 {
                if number == 2 { stuck.set() }
                try await writer.send(Blob(count: 60_000))
            }
        }
        try await withServer(router: router, server: server, client: client) { channel, _ in
            try await channel.serverStreaming(count, Blob()) { (reader: RPCReader<Blob>) in
                await stuck.wait()
                while meter.counts.windowStalls == 0 { await Task.yield() }
                var messages = 0
                for try await _ in reader { messages += 1 }
                #expect(messages == 3)
            }
        }
        #expect(meter.counts.windowStalls == 1)
        #expect(meter.counts.outboundStalls == 0)
    }

    @Test func `calls that no handler saw are counted by the reason`() async throws {
        struct Refusing: ArrivalInterceptor {
            func begin(_ call: CallContext) throws(RPCError) {
                if call.method == "/test.Test/Echo" { throw RPCError(.permissionDenied, "no") }
            }
        }
        let meter = ConnectionMeter()
        var server = ServerConfiguration()
        server.meter = meter
        server.interceptors = [Refusing()]
        try await withServer(server: server) { channel, _ in
            _ = await failure { try await channel.unary(echo, Blob()) as Blob }
            _ = await failure { try await channel.unary(Self.missing, Blob()) as Blob }
            let _: Blob = try await channel.unary(sized, Blob())
        }
        #expect(meter.counts.refusals == ["PERMISSION_DENIED": 1, "UNKNOWN_METHOD": 1])
    }

    @Test(arguments: [-1, 0, 1])
    func `reasons made up by peers do not grow without end`(beyond: Int) {
        let meter = ConnectionMeter()
        for number in 0..<(ConnectionMeter.reasonsMax + beyond) { meter.refused("R\(number)") }
        let refusals = meter.counts.refusals
        #expect(refusals.count == ConnectionMeter.reasonsMax + beyond)
        #expect(refusals.values.reduce(0, +) == UInt64(ConnectionMeter.reasonsMax + beyond))
        #expect((refusals[ConnectionMeter.otherReasons] != nil) == (beyond > 0))
    }

    @Test func `RPC-52 peers built from other message definitions are counted`() async throws {
        let (theirs, ours) = (ConnectionMeter(), ConnectionMeter())
        var server = ServerConfiguration(
            hello: Hello(agent: "server", schemaDigest: [UInt8](repeating: 1, count: 32)))
        var client = ClientConfiguration(
            hello: Hello(agent: "client", schemaDigest: [UInt8](repeating: 2, count: 32)))
        (server.meter, client.meter) = (theirs, ours)
        try await withServer(server: server, client: client) { channel, _ in
            let _: Blob = try await channel.unary(echo, Blob())
        }
        #expect([theirs.counts.otherSchemas, ours.counts.otherSchemas] == [1, 1])
    }

    @Test func `a call that waits for its method's turn is told with the wait`() async throws {
        let waits = Mutex<[Duration]>([])
        let limits = MethodLimits(["/test.Test/Echo": .fixed(1)])
        var server = ServerConfiguration()
        server.interceptors = [
            Ending { call in waits.withLock { $0.append(call.queued) } }, limits,
        ]
        let (began, go) = (Signal(), Signal())
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            began.set()
            await go.wait()
            return request
        }
        try await withServer(router: router, server: server) { channel, _ in
            async let first: Blob = channel.unary(echo, Blob())
            await began.wait()
            async let second: Blob = channel.unary(echo, Blob())
            while limits.snapshot["/test.Test/Echo"]?.waiting != 1 { await Task.yield() }
            #expect(
                limits.snapshot["/test.Test/Echo"] == .init(limit: 1, running: 1, waiting: 1))
            go.set()
            _ = try await (first, second)
        }
        #expect(waits.withLock { $0 }.count == 2)
        #expect(waits.withLock { $0 }.first == .zero)
        #expect(waits.withLock { $0.last.map { $0 > .zero } } == true)
    }

    @Test(arguments: [false, true])
    func `what a service behind did not process, the one before it did`(
        limited: Bool
    ) async throws {
        var behind = ServerConfiguration()
        behind.interceptors = [MethodLimits(["/test.Test/Echo": .fixed(1)], queued: 0)]
        let (began, go) = (Signal(), Signal())
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            began.set()
            await go.wait()
            return request
        }
        try await withServer(router: router, server: behind) { deep, _ in
            let seen = Atomic<Int>.Box()
            var front = RPCRouter()
            front.unary(echo) { (request: Blob, context) in
                seen.value.add(1, ordering: .relaxed)
                return try await deep.unary(echo, request, options: context.options()) as Blob
            }
            var server = ServerConfiguration()
            // With an interceptor around handlers, and without.
            if limited { server.interceptors = [MethodLimits(["/test.Test/Echo": .fixed(9)])] }
            try await withServer(router: front, server: server) { channel, _ in
                async let first: Blob = channel.unary(echo, Blob())
                await began.wait()
                let error = await failure { try await channel.unary(echo, Blob()) as Blob }
                #expect(error?.reason == ErrorReason.queueFull)
                #expect(error?.isUnprocessed == false)
                #expect(seen.value.load(ordering: .relaxed) == 2)
                go.set()
                _ = try await first
            }
        }
    }
}
