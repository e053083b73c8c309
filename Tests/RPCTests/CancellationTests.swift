import RPC
import RPCCore
import Testing

/// rpc.md part C: deadlines and cancellation reach the handler.
@Suite struct CancellationTests {
    /// A router whose handlers say when they begin and when they are cancelled.
    private func sleeper(began: Signal, cancelled: Signal) -> RPCRouter {
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            began.set()
            try await Self.untilCancelled(cancelled)
            return request
        }
        router.serverStreaming(count) { (_: Blob, writer: RPCWriter<Blob>, _) in
            try await writer.send(Blob([1]))
            began.set()
            try await Self.untilCancelled(cancelled)
        }
        router.bidirectional(chat) { (reader: RPCReader<Blob>, writer: RPCWriter<Blob>, _) in
            began.set()
            do {
                while let message = try await reader.next() { try await writer.send(message) }
                try await Self.untilCancelled(cancelled)
            } catch {
                cancelled.set()
                throw error
            }
        }
        return router
    }

    private static func untilCancelled(_ cancelled: Signal) async throws {
        let never = AsyncStream<Void> { _ in }
        for await _ in never {}
        cancelled.set()
        throw CancellationError()
    }

    @Test(arguments: Joint.allCases)
    func `RPC-28 a deadline ends the call and cancels its handler`(joint: Joint) async throws {
        let (began, cancelled) = (Signal(), Signal())
        let router = self.sleeper(began: began, cancelled: cancelled)
        try await withServer(joint, router: router) { channel, _ in
            _ = try await channel.ping()
            let error = await failure {
                try await channel.unary(
                    echo, Blob(), options: CallOptions(timeout: .milliseconds(1))) as Blob
            }
            #expect(error?.code == .deadlineExceeded)
            // The request may not even have left; when it did, the handler hears of the end.
            var timeout = Duration.milliseconds(20)
            while !began.isSet {
                let again = await failure {
                    try await channel.unary(
                        echo, Blob(), options: CallOptions(timeout: timeout)) as Blob
                }
                #expect(again?.code == .deadlineExceeded)
                timeout *= 2
            }
            await cancelled.wait()
        }
    }

    @Test func `RPC-29 a deadline that is not reached changes nothing`() async throws {
        try await withServer { channel, _ in
            let reply: Blob = try await channel.unary(
                echo, Blob([1]), options: CallOptions(timeout: .seconds(60)))
            #expect(reply == Blob([1]))
        }
    }

    @Test func `RPC-30 a deadline in the past fails before anything is sent`() async throws {
        try await withServer { channel, server in
            let error = await failure {
                try await channel.unary(
                    echo, Blob(), options: CallOptions(timeout: .zero)) as Blob
            }
            #expect(error?.code == .deadlineExceeded)
            #expect(server.connections == 0)
        }
    }

    @Test func `RPC-31 the handler sees the time left, and less is passed on`() async throws {
        var router = RPCRouter()
        router.unary(echo) { (_: Blob, context) in
            let left = context.remaining ?? .zero
            let inner = context.options(timeout: .seconds(100)).timeout ?? .zero
            #expect(inner <= left)
            return blob(Int(left / .milliseconds(1)))
        }
        try await withServer(router: router) { channel, _ in
            let start = ContinuousClock.now
            let reply: Blob = try await channel.unary(
                echo, Blob(), options: CallOptions(timeout: .seconds(30)))
            // What is missing went by between the two looks at the clock.
            let passed = Int((ContinuousClock.now - start) / .milliseconds(1))
            #expect((30_000 - passed - 5...30_000).contains(reply.number))
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-32 a call cancelled before it starts is not sent`(joint: Joint) async throws {
        try await withServer(joint) { channel, server in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await failure { try await channel.unary(echo, Blob()) as Blob }
            }
            #expect(await task.value?.code == .cancelled)
            #expect(server.connections == 0)
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-32 a unary call cancelled while it runs cancels its handler`(
        joint: Joint
    ) async throws {
        let (began, cancelled) = (Signal(), Signal())
        let router = self.sleeper(began: began, cancelled: cancelled)
        try await withServer(joint, router: router) { channel, _ in
            let task = Task {
                await failure { try await channel.unary(echo, Blob()) as Blob }
            }
            await began.wait()
            task.cancel()
            #expect(await task.value?.code == .cancelled)
            await cancelled.wait()
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-32 a stream left after its first response cancels its handler`(
        joint: Joint
    ) async throws {
        let (began, cancelled) = (Signal(), Signal())
        let router = self.sleeper(began: began, cancelled: cancelled)
        try await withServer(joint, router: router) { channel, _ in
            let first = try await channel.serverStreaming(count, Blob()) {
                (reader: RPCReader<Blob>) in try await reader.next()
            }
            #expect(first == Blob([1]))
            await cancelled.wait()
        }
    }

    @Test(arguments: Joint.allCases, [0, 1, 2])
    func `RPC-32 a conversation cancelled at any point cancels its handler`(
        joint: Joint, step: Int
    ) async throws {
        let (began, cancelled, reached) = (Signal(), Signal(), Signal())
        let router = self.sleeper(began: began, cancelled: cancelled)
        try await withServer(joint, router: router) { channel, _ in
            let task = Task {
                await failure {
                    try await channel.bidirectional(chat) {
                        (writer: RequestWriter<Blob>, reader: RPCReader<Blob>) in
                        if step > 0 { try await writer.send(Blob([1])) }
                        if step > 0 { _ = try await reader.next() }
                        if step > 1 { await writer.finish() }
                        reached.set()
                        _ = try await reader.next()
                    }
                }
            }
            await began.wait()
            await reached.wait()
            task.cancel()
            #expect(await task.value?.code == .cancelled)
            await cancelled.wait()
        }
    }
}
