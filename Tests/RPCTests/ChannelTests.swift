import RPCCore
import Sockets
import Synchronization
import Testing

@testable import RPC

/// rpc.md part I: which address, which attempt.
@Suite(.timeLimit(.minutes(1))) struct ChannelTests {
    private static let read = method("Read", .unary, .noSideEffects)

    /// A server that counts its calls, and answers when it is let.
    private final class Counted: Sendable {
        let server: RPCServer

        init(_ answer: @escaping @Sendable (Blob, CallContext) async throws -> Blob) throws {
            let counter = Counter()
            var router = RPCRouter()
            router.unary(ChannelTests.read) { (request: Blob, context) in
                counter.add()
                return try await answer(request, context)
            }
            self.counter = counter
            self.server = try RPCServer(
                SocketAddress(host: "127.0.0.1", port: 0), router: router,
                configuration: ServerConfiguration(), group: group.get())
        }

        let counter: Counter
        var count: Int { self.counter.count }
    }

    private final class Counter: Sendable {
        private let value = Mutex(0)
        func add() { self.value.withLock { $0 += 1 } }
        var count: Int { self.value.withLock { $0 } }
    }

    @Test(arguments: [Balancing.pickFirst, .roundRobin])
    func `RPC-86 the first address gets all, or each its turn`(balancing: Balancing) async throws {
        let servers = try (0..<2).map { _ in try Counted { request, _ in request } }
        var client = ClientConfiguration()
        client.balancing = balancing
        let addresses = servers.map { "\($0.server.localAddress)" }.joined(separator: ",")
        let channel = try RPCChannel(addresses, configuration: client, group: group.get())
        for _ in 0..<100 { let _: Blob = try await channel.unary(Self.read, Blob()) }
        // Until both are connected the first that is ready gets what there is.
        while servers[1].count == 0, balancing == .roundRobin {
            let _: Blob = try await channel.unary(Self.read, Blob())
        }
        #expect(servers.map(\.count).reduce(0, +) >= 100)
        if balancing == .pickFirst { #expect(servers.map(\.count).contains(0)) }
        await channel.close()
        for server in servers { await server.server.shutdown(grace: .zero) }
    }

    @Test func `RPC-86 of two addresses the quicker one gets most`() async throws {
        let slow = try Counted { request, _ in
            await turns(of: .milliseconds(200))
            return request
        }
        let quick = try Counted { request, _ in request }
        var client = ClientConfiguration()
        client.balancing = .powerOfTwo
        let channel = try RPCChannel(
            "\(slow.server.localAddress),\(quick.server.localAddress)", configuration: client,
            group: group.get())
        while quick.count < 200 { let _: Blob = try await channel.unary(Self.read, Blob()) }
        #expect(slow.count < 20)
        await channel.close()
        for server in [slow, quick] { await server.server.shutdown(grace: .zero) }
    }

    @Test func `RPC-86 a slow moment is believed half as much each second`() {
        let load = EndpointLoad()
        let start = Moment(sinceZero: 1_000_000_000)
        load.began()
        load.ended(nil, seconds: 0.8, at: start)
        let costs = (0...3).map { load.cost(at: start + .seconds($0)) }
        #expect(costs == [0.8, 0.4, 0.2, 0.1])
        // A call that is open counts as long as those that ended took.
        load.began()
        #expect(load.cost(at: start) == 1.6)
        // The loop's clock may be a moment behind.
        #expect(load.cost(at: start + .seconds(-1)) == 1.6)
    }

    @Test func `RPC-86 a name's new address gets calls, the removed one none`() async throws {
        let (old, new) = (try Counted { r, _ in r }, try Counted { r, _ in r })
        let holder = Answer()
        holder.set([old.server.localAddress])
        var client = ClientConfiguration()
        client.resolveInterval = .milliseconds(20)
        client.resolve = { _ throws(SocketError) in holder.value }
        let channel = try RPCChannel("tally.test:1", configuration: client, group: group.get())
        let _: Blob = try await channel.unary(Self.read, Blob())
        holder.set([new.server.localAddress])
        while new.count == 0 { let _: Blob = try await channel.unary(Self.read, Blob()) }
        let before = old.count
        // An empty answer is not believed: the last good one is kept.
        holder.set([])
        for _ in 0..<50 { let _: Blob = try await channel.unary(Self.read, Blob()) }
        #expect(old.count == before)
        await channel.close()
        for server in [old, new] { await server.server.shutdown(grace: .zero) }
    }

    private final class Answer: Sendable {
        private let state = Mutex<[SocketAddress]>([])
        var value: [SocketAddress] { self.state.withLock { $0 } }
        func set(_ addresses: [SocketAddress]) { self.state.withLock { $0 = addresses } }
    }

    @Test func `FLT-39 a name without an address is named`() async throws {
        var client = ClientConfiguration()
        client.resolve = { name throws(SocketError) in
            throw SocketError(.nameNotFound, "\(name): no such name")
        }
        let channel = try RPCChannel("tally.test:1", configuration: client, group: group.get())
        let error = await failure { try await channel.unary(Self.read, Blob()) as Blob }
        #expect(error?.code == .unavailable)
        #expect(error?.reason == ErrorReason.dnsFailed)
        #expect(error?.message.contains("tally.test:1") == true)
        await channel.close()
    }

    @Test func `RPC-85 a slow replica's call is answered by the other, and given up there`()
        async throws
    {
        let (go, cancelled) = (Signal(), Signal())
        let hung = Counter()
        let slow = try Counted { request, _ in
            if go.isSet, hung.count == 0 {
                hung.add()
                await withTaskCancellationHandler {
                    let never = AsyncStream<Void> { _ in }
                    for await _ in never {}
                } onCancel: {
                    cancelled.set()
                }
            }
            return request
        }
        let quick = try Counted { request, _ in request }
        var client = ClientConfiguration()
        client.hedges = true
        client.balancing = .pickFirst
        let channel = try RPCChannel(
            "\(slow.server.localAddress),\(quick.server.localAddress)", configuration: client,
            group: group.get())
        let options = CallOptions(timeout: .seconds(30))
        for _ in 0..<200 {
            let _: Blob = try await channel.unary(Self.read, Blob(), options: options)
        }
        // A busy machine may have needed all hedges by now.
        while !channel.hedging.withLock({ $0.allowsHedge }) {
            let _: Blob = try await channel.unary(Self.read, Blob(), options: options)
        }
        go.set()
        while hung.count == 0 {
            let reply: Blob = try await channel.unary(Self.read, Blob([8]), options: options)
            #expect(reply == Blob([8]))
        }
        await cancelled.wait()
        await channel.close()
        for server in [slow, quick] { await server.server.shutdown(grace: .zero) }
    }

    @Test func `RPC-85 one call in ten may be hedged, and none before enough is known`() {
        var meter = HedgingMeter()
        for _ in 0..<19 { meter.succeeded(after: .milliseconds(1)) }
        #expect(meter.delay == nil)
        for number in 1...81 { meter.succeeded(after: .milliseconds(number)) }
        // The 96th of a hundred in order: nineteen ones and then 1, 2, 3 …
        #expect(meter.delay == .milliseconds(77))
        let taken = (0..<20).map { _ in meter.takeHedge() }
        #expect(taken.count { $0 } == 10)
    }

    /// Between a look and the wait an attempt may fail: who waited for the next change then waited
    /// for the whole pause, although nobody listens.
    @Test func `a change between the look and the wait is not waited for`() async throws {
        var client = ClientConfiguration()
        client.backoffFirst = .seconds(60)
        client.backoffMax = .seconds(60)
        let endpoint = Endpoint(
            name: "nowhere", loop: try group.get().next(), configuration: client
        ) { _, _ throws(SocketError) in throw SocketError(.refused, "nobody listens") }
        let seen = endpoint.load.changes
        await endpoint.wake()
        while endpoint.load.phase != .backoff { await Task.yield() }
        await endpoint.waitForChange(since: seen, until: nil)
        // What was seen is waited for, at most until the deadline.
        let deadline = ContinuousClock.now + .milliseconds(30)
        await endpoint.waitForChange(since: endpoint.load.changes, until: deadline)
        #expect(ContinuousClock.now >= deadline)
        await endpoint.shutdown()
    }

    @Test func `RPC-84 pushback is obeyed, and a negative one ends the attempts`() async throws {
        let counter = Counter()
        var router = RPCRouter()
        router.unary(Self.read) { (_: Blob, _) -> Blob in
            counter.add()
            throw RPCError(.unavailable, "never again", retryAfter: .milliseconds(-1))
        }
        try await withServer(router: router) { channel, _ in
            let error = await failure { try await channel.unary(Self.read, Blob()) as Blob }
            #expect(error?.code == .unavailable)
            #expect(counter.count == 1)
        }
    }

    @Test func `RPC-84 an empty budget allows no further attempt`() {
        var budget = RetryBudget()
        for _ in 0..<50 { budget.failed() }
        #expect(budget.allowsRetry)
        budget.failed()
        #expect(!budget.allowsRetry)
        // A tenth of a token for each success: ten of them pay for one failure.
        for _ in 0..<10 { budget.succeeded() }
        #expect(budget.allowsRetry)
    }

    @Test func `an address that mostly fails is left alone, then asked once`() {
        let start = Moment(.now)
        var breaker = CircuitBreaker()
        for number in 0..<20 { breaker.ended(failed: number % 2 == 0, at: start) }
        func admitted(_ milliseconds: Int...) -> [Bool] {
            milliseconds.map { breaker.admits(at: start + .milliseconds($0)) }
        }
        // After the pause one call may go, and no second one beside it.
        #expect(admitted(0, 99, 100, 100) == [false, false, true, false])
        breaker.ended(failed: true, at: start + .milliseconds(100))
        #expect(admitted(299, 300) == [false, true])
        breaker.ended(failed: false, at: start + .milliseconds(300))
        #expect(breaker.state == .closed)
    }

    @Test func `a breaker's pause doubles up to half a minute, and is short again after a success`()
    {
        var now = Moment(sinceZero: 0)
        var breaker = CircuitBreaker()
        func fail() { for _ in 0..<20 { breaker.ended(failed: true, at: now) } }
        func isAskedAfter(_ milliseconds: Int) -> Bool {
            let isEarly = breaker.admits(at: now + .milliseconds(milliseconds - 1))
            now = now + .milliseconds(milliseconds)
            return !isEarly && breaker.admits(at: now)
        }
        fail()
        for pause in (0..<9).map({ 100 << $0 }) + [30_000, 30_000] {
            #expect(isAskedAfter(pause), "\(pause) ms")
            breaker.ended(failed: true, at: now)
        }
        #expect(isAskedAfter(30_000))
        breaker.ended(failed: false, at: now)
        fail()
        #expect(isAskedAfter(100))
    }

    @Test func `a probe that is never heard of keeps nobody out for ever`() {
        let start = Moment(.now)
        var breaker = CircuitBreaker()
        for _ in 0..<20 { breaker.ended(failed: true, at: start) }
        // The first pause is 100 ms, the one behind it 200.
        let admitted = [100, 299, 300, 301].map { breaker.admits(at: start + .milliseconds($0)) }
        #expect(admitted == [true, false, true, false])
        breaker.ended(failed: false, at: start + .milliseconds(302))
        #expect(breaker.state == .closed)
    }

    @Test func `no attempt is waited for that would come behind the deadline`() async throws {
        let counter = Counter()
        var router = RPCRouter()
        router.unary(Self.read) { (_: Blob, _) -> Blob in
            counter.add()
            throw RPCError(.unavailable, "later", retryAfter: .seconds(4))
        }
        try await withServer(router: router) { channel, _ in
            let error = await failure {
                try await channel.unary(
                    Self.read, Blob(), options: CallOptions(timeout: .seconds(3))) as Blob
            }
            // What the server said, not that time ran out while nobody did anything.
            #expect(error?.code == .unavailable)
            #expect(error?.retryAfter == .seconds(4))
            #expect(counter.count == 1)
        }
    }

    @Test(arguments: [(9, true), (10, false)])
    func `below half of twenty failures nothing opens`(failures: Int, admits: Bool) {
        var breaker = CircuitBreaker()
        for number in 0..<20 { breaker.ended(failed: number < failures, at: Moment(.now)) }
        let admitted = breaker.admits(at: Moment(.now))
        #expect(admitted == admits)
    }

    @Test func `failures that twenty calls went by are forgotten`() {
        var breaker = CircuitBreaker()
        for number in 0..<60 {
            breaker.ended(failed: (0..<9).contains(number % 29), at: Moment(.now))
        }
        #expect(breaker.state == .closed)
    }

    @Test func `calls to an address that mostly fails get BREAKER_OPEN`() async throws {
        let failing = method("Fail", .unary)
        var router = RPCRouter()
        router.unary(failing) { (_: Blob, _) -> Blob in throw RPCError(.unavailable, "away") }
        try await withServer(router: router) { channel, _ in
            var reasons: Set<String?> = []
            for _ in 0..<40 {
                let error = await failure { try await channel.unary(failing, Blob()) as Blob }
                reasons.insert(error?.reason)
            }
            #expect(reasons.contains(ErrorReason.breakerOpen))
        }
    }
}
