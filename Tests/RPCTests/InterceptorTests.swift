import RPCCore
import Synchronization
import Testing

@testable import RPC

/// What runs around handlers, and how many of them run.
@Suite(.timeLimit(.minutes(1))) struct InterceptorTests {
    /// Writes down what passes.
    private final class Diary: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { self.lines.withLock { $0.append(line) } }
        var all: [String] { self.lines.withLock { $0 } }
    }

    private struct Noting: ArrivalInterceptor, HandlerInterceptor, EndInterceptor {
        let name: String
        let diary: Diary

        func begin(_ call: CallContext) { self.diary.add("\(self.name) begins") }

        func ended(_ call: FinishedCall) {
            self.diary.add("\(self.name) ended \(call.code.name)")
        }

        nonisolated(nonsending) func intercept<Reply: Sendable>(
            _ context: CallContext,
            _ next: nonisolated(nonsending) @Sendable () async throws -> Reply
        ) async throws -> Reply {
            self.diary.add("\(self.name) before \(context.method)")
            defer { self.diary.add("\(self.name) behind") }
            return try await next()
        }
    }

    private struct Refusing: ArrivalInterceptor {
        func begin(_ call: CallContext) throws(RPCError) {
            throw RPCError(.permissionDenied, "not you")
        }
    }

    private func configuration(_ interceptors: [any ServerInterceptor]) -> ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.interceptors = interceptors
        return configuration
    }

    @Test(arguments: Joint.allCases)
    func `interceptors run around all four kinds of call, the first outermost`(
        joint: Joint
    ) async throws {
        let diary = Diary()
        let pair = ["outer", "inner"].map { Noting(name: $0, diary: diary) }
        try await withServer(joint, server: self.configuration(pair)) { channel, _ in
            try await self.callAllKinds(channel)
        }
        #expect(
            diary.all
                == ["Echo", "Count", "Sum", "Chat"].flatMap {
                    [
                        "outer begins", "inner begins",
                        "outer before /test.Test/\($0)", "inner before /test.Test/\($0)",
                        "inner behind", "outer behind", "outer ended OK", "inner ended OK",
                    ]
                })
    }

    private struct Hearing: EndInterceptor {
        let codes: AsyncStream<StatusCode>.Continuation
        func ended(_ call: FinishedCall) { self.codes.yield(call.code) }
    }

    private struct Late: HandlerInterceptor {
        nonisolated(nonsending) func intercept<Reply: Sendable>(
            _ context: CallContext,
            _ next: nonisolated(nonsending) @Sendable () async throws -> Reply
        ) async throws -> Reply {
            _ = try await next()
            throw RPCError(.aborted, "on second thoughts")
        }
    }

    @Test(arguments: Joint.allCases)
    func `what an interceptor throws behind a handler is what the caller hears`(
        joint: Joint
    ) async throws {
        let (codes, heard) = AsyncStream<StatusCode>.makeStream()
        let interceptors: [any ServerInterceptor] = [Late(), Hearing(codes: heard)]
        try await withServer(joint, server: self.configuration(interceptors)) { channel, _ in
            var ends = codes.makeAsyncIterator()
            for number in 0..<3 {
                let error = await failure {
                    try await channel.unary(echo, Blob([UInt8(number)])) as Blob
                }
                #expect(error?.code == .aborted)
                #expect(await ends.next() == .aborted)
            }
            let read = Mutex(0)
            let error = await failure {
                try await channel.serverStreaming(count, blob(5)) { (reader: RPCReader<Blob>) in
                    for try await _ in reader { read.withLock { $0 += 1 } }
                }
            }
            #expect(error?.code == .aborted)
            #expect(read.withLock { $0 } == 1)
        }
    }

    @Test func `a reply that the caller does not take is heard of as the error that it reads`()
        async throws
    {
        let (codes, heard) = AsyncStream<StatusCode>.makeStream()
        var limits = Limits()
        limits.messageBytesMax = 64 * 1024
        let narrow = ClientConfiguration(hello: Hello(agent: "test", limits: limits))
        try await withServer(
            server: self.configuration([Hearing(codes: heard)]), client: narrow
        ) { channel, _ in
            let error = await failure { try await channel.unary(sized, Blob()) as Blob }
            #expect(error?.code == .resourceExhausted)
            var ends = codes.makeAsyncIterator()
            #expect(await ends.next() == .resourceExhausted)
        }
    }

    private func callAllKinds(_ channel: RPCChannel) async throws {
        let _: Blob = try await channel.unary(echo, Blob())
        try await channel.serverStreaming(count, Blob()) { (reader: RPCReader<Blob>) in
            while try await reader.next() != nil {}
        }
        let _: Blob = try await channel.clientStreaming(sum) { (_: RPCWriter<Blob>) in }
        try await channel.bidirectional(chat) {
            (writer: RequestWriter<Blob>, reader: RPCReader<Blob>) in
            await writer.finish()
            while try await reader.next() != nil {}
        }
    }

    @Test(arguments: CallKind.allCases)
    func `a refused call of any kind ends at once, and all interceptors hear of it`(
        kind: CallKind
    ) async throws {
        let diary = Diary()
        let first = Noting(name: "first", diary: diary)
        let last = Noting(name: "last", diary: diary)
        let chain = self.configuration([first, Refusing(), last])
        try await withServer(server: chain) { channel, _ in
            let error = await failure {
                switch kind {
                case .unary: _ = try await channel.unary(echo, Blob()) as Blob
                case .serverStreaming:
                    try await channel.serverStreaming(count, blob(3)) {
                        (reader: RPCReader<Blob>) in _ = try await reader.next()
                    }
                case .clientStreaming:
                    let _: Blob = try await channel.clientStreaming(sum) {
                        for number in 0..<3 { try await $0.send(blob(number)) }
                    }
                case .bidirectional:
                    try await channel.bidirectional(chat) {
                        (_: RequestWriter<Blob>, reader: RPCReader<Blob>) in
                        _ = try await reader.next()
                    }
                }
            }
            #expect(error?.code == .permissionDenied)
            #expect(error?.message == "not you")
        }
        #expect(
            diary.all == [
                "first begins", "first ended PERMISSION_DENIED", "last ended PERMISSION_DENIED",
            ])
    }

    /// What a handler is told of its deadline, with callers that name one or none.
    @Test(
        arguments: [
            (nil, 40), (30, 30), (50, 40),
        ] as [(Int?, Int)])
    func `an interceptor may shorten a call's time, never lengthen it`(
        asked: Int?, seconds: Int
    ) async throws {
        struct Limiting: ArrivalInterceptor {
            func begin(_ call: CallContext) { call.limit(to: .seconds(40)) }
        }
        let left = Mutex<Duration?>(nil)
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, context) in
            left.withLock { $0 = context.remaining }
            return request
        }
        try await withServer(router: router, server: self.configuration([Limiting()])) {
            channel, _ in
            let options = CallOptions(timeout: asked.map { .seconds($0) })
            let _: Blob = try await channel.unary(echo, Blob(), options: options)
            let left = try #require(left.withLock { $0 })
            #expect(left <= .seconds(seconds) && left > .seconds(seconds - 10))
        }
    }

    @Test func `a deadline that an interceptor set ends the call`() async throws {
        let go = Signal()
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            await go.wait()
            return request
        }
        let chain = self.configuration([DefaultDeadline(.milliseconds(20))])
        try await withServer(router: router, server: chain) { channel, _ in
            let error = await failure {
                try await channel.unary(echo, Blob(), options: CallOptions(timeout: nil)) as Blob
            }
            #expect(error?.code == .deadlineExceeded)
            go.set()
        }
    }

    @Test func `an interceptor that throws keeps the handler from running`() async throws {
        let ran = Signal()
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            ran.set()
            return request
        }
        try await withServer(router: router, server: self.configuration([Refusing()])) {
            channel, _ in
            let error = await failure { try await channel.unary(echo, Blob()) as Blob }
            #expect(error?.code == .permissionDenied)
            #expect(!ran.isSet)
        }
    }

    @Test(arguments: [(1, 0), (2, 1), (3, 2)])
    func `above a fixed limit calls wait, above the queue they are refused`(
        calls: Int, waiting: Int
    ) async throws {
        let go = Signal()
        let most = Peak()
        let count = Running(most)
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            count.enter()
            await go.wait()
            count.leave()
            return request
        }
        let limits = MethodLimits([echo.path: .fixed(1)], queued: 1)
        try await withServer(router: router, server: self.configuration([limits])) {
            channel, _ in
            let refusals = AsyncStream<RPCError>.makeStream()
            let tasks = (0..<calls).map { number in
                Task {
                    do throws(RPCError) {
                        return try await channel.unary(echo, blob(number)) as Blob
                    } catch {
                        refusals.continuation.yield(error)
                        throw error
                    }
                }
            }
            if calls == 3 {
                // One runs, one waits, and one of the three is told that there is no place.
                var errors = refusals.stream.makeAsyncIterator()
                let refused = await errors.next()
                #expect(refused?.code == .resourceExhausted)
                #expect(refused?.reason == ErrorReason.queueFull)
            }
            go.set()
            var done = 0
            for task in tasks where (try? await task.value) != nil { done += 1 }
            #expect(done == min(calls, 2))
            #expect(most.value == 1)
        }
    }

    private final class Peak: Sendable {
        private let state = Mutex(0)
        var value: Int { self.state.withLock { $0 } }
        func see(_ number: Int) { self.state.withLock { $0 = max($0, number) } }
    }

    private final class Running: Sendable {
        private let state = Mutex(0)
        private let most: Peak
        init(_ most: Peak) { self.most = most }
        func enter() {
            self.most.see(
                self.state.withLock { state in
                    state += 1
                    return state
                })
        }
        func leave() { self.state.withLock { $0 -= 1 } }
    }

    @Test func `a limit learns from latency: steady calls keep it, queueing shrinks it`() {
        let start = ContinuousClock.now
        var limit = AdaptiveLimit(now: start)
        // 64 calls of 10 ms in 64 ms: 1,000 a second × (2.3 × 10 ms − 10 ms) = 13.
        for number in 1...64 {
            limit.ended(after: .milliseconds(10), now: start + .milliseconds(number))
        }
        #expect(limit.limit == 13)
        // The same rate at 20 ms each: 1,000 × (23 − 20) ms = 3, which is below the smallest.
        for number in 65...128 {
            limit.ended(after: .milliseconds(20), now: start + .milliseconds(number))
        }
        #expect(limit.limit == AdaptiveLimit.smallest)
    }

    @Test func `a call that cannot be in time is refused while others run`() async throws {
        let (began, go) = (Signal(), Signal())
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            if request.bytes.isEmpty {
                await turns(of: .milliseconds(600))
            } else {
                began.set()
                await go.wait()
            }
            return request
        }
        let limits = MethodLimits([echo.path: .fixed(1)])
        try await withServer(router: router, server: self.configuration([limits])) {
            channel, _ in
            let _: Blob = try await channel.unary(echo, Blob())
            let long = Task { try await channel.unary(echo, Blob([1])) as Blob }
            await began.wait()
            let error = await failure {
                try await channel.unary(
                    echo, Blob([2]), options: CallOptions(timeout: .milliseconds(500))) as Blob
            }
            #expect(error?.code == .resourceExhausted)
            #expect(error?.reason == ErrorReason.limit)
            go.set()
            _ = try await long.value
        }
    }
}
