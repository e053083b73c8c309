import RPC
import RPCCore
import Sockets
import Synchronization
import Testing

/// rpc.md parts H and I: drain, restart, servers that are away.
@Suite struct LifeTests {
    @Test func `RPC-75 a drain behind two addresses fails no call`() async throws {
        let group = try group.get()
        let address = SocketAddress(host: "127.0.0.1", port: 0)
        let configuration = ServerConfiguration()
        let first = try RPCServer(
            address, router: standardRouter(), configuration: configuration, group: group)
        let second = try RPCServer(
            address, router: standardRouter(), configuration: configuration, group: group)
        let channel = try RPCChannel(
            "\(first.localAddress),\(second.localAddress)", group: group)
        let answered = try await withThrowingTaskGroup(of: Int.self) { tasks in
            for worker in 0..<50 {
                tasks.addTask {
                    for number in 0..<100 {
                        let expected = worker * 1000 + number
                        let reply: Blob = try await channel.unary(echo, blob(expected))
                        guard reply.number == expected else { return 0 }
                    }
                    return 100
                }
            }
            _ = try await tasks.next()
            await first.shutdown(grace: .seconds(10))
            return try await tasks.reduce(100, +)
        }
        #expect(answered == 5000)
        #expect(first.connections == 0)
        await channel.close()
        await second.shutdown(grace: .zero)
    }

    /// Each of them asks again as soon as it was answered, while one server after the other is
    /// replaced by a new one at its address.
    @Test
    func `RPC-75 servers that restart one after the other fail no call of 200 callers`()
        async throws
    {
        let group = try group.get()
        func server(at address: SocketAddress) throws -> RPCServer {
            try RPCServer(
                address, router: standardRouter(), configuration: ServerConfiguration(),
                group: group)
        }
        let anywhere = SocketAddress(host: "127.0.0.1", port: 0)
        var servers = [try server(at: anywhere), try server(at: anywhere)]
        let addresses = servers.map(\.localAddress)
        let channel = try RPCChannel(
            addresses.map(\.description).joined(separator: ","), group: group)
        let (answered, failed) = (Atomic<Int>.Box(), Atomic<Int>.Box())
        let done = Signal()
        let callers = Task {
            await withTaskGroup(of: Void.self) { tasks in
                for number in 0..<200 {
                    tasks.addTask {
                        while !done.isSet {
                            let reply = try? await channel.unary(echo, blob(number)) as Blob
                            let isRight = reply?.number == number
                            (isRight ? answered : failed).value.add(1, ordering: .relaxed)
                        }
                    }
                }
            }
        }
        func more(_ calls: Int) async {
            let goal = answered.value.load(ordering: .relaxed) + calls
            while answered.value.load(ordering: .relaxed) < goal,
                failed.value.load(ordering: .relaxed) == 0
            { await Task.yield() }
        }
        for index in [0, 1, 0, 1] {
            await more(1000)
            await servers[index].shutdown(grace: .seconds(10))
            await more(1000)
            servers[index] = try server(at: addresses[index])
            while servers[index].connections == 0, failed.value.load(ordering: .relaxed) == 0 {
                await more(100)
            }
        }
        done.set()
        await callers.value
        #expect(failed.value.load(ordering: .relaxed) == 0)
        #expect(answered.value.load(ordering: .relaxed) >= 8000)
        await channel.close()
        for server in servers { await server.shutdown(grace: .zero) }
    }

    @Test func `RPC-76 a stuck handler ends with the grace and UNAVAILABLE`() async throws {
        let began = Signal()
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            began.set()
            let never = AsyncStream<Void> { _ in }
            for await _ in never {}
            return request
        }
        try await withServer(router: router) { channel, server in
            let task = Task { await failure { try await channel.unary(echo, Blob()) as Blob } }
            await began.wait()
            await server.shutdown(grace: .milliseconds(50))
            let error = await task.value
            #expect(error?.code == .unavailable)
            #expect(error?.reason == ErrorReason.draining)
        }
    }

    @Test func `RPC-80 used up stream ids move the client to another connection`() async throws {
        var client = ClientConfiguration()
        client.firstStream = 0x7FFF_FFFF - 10
        try await withServer(client: client) { channel, _ in
            for number in 0..<40 {
                let reply: Blob = try await channel.unary(echo, blob(number))
                #expect(reply.number == number)
            }
        }
    }

    @Test func `RPC-82 a server that is away is named at once`() async throws {
        let port = SilentPort()
        let channel = try RPCChannel("\(port.address)", group: group.get())
        let error = await failure { try await channel.unary(echo, Blob()) as Blob }
        #expect(error?.code == .unavailable)
        #expect(error?.reason == ErrorReason.connectRefused)
        #expect(error?.message.contains("\(port.address)") == true)
        await channel.close()
    }

    @Test func `RPC-82 a call that waits for the server succeeds when it starts`() async throws {
        let group = try group.get()
        let port = SilentPort()
        let channel = try RPCChannel("\(port.address)", group: group)
        let refused = await failure { try await channel.unary(echo, Blob()) as Blob }
        #expect(refused?.code == .unavailable)
        async let reply: Blob = channel.unary(
            echo, Blob([5]), options: CallOptions(timeout: .seconds(30), waitForReady: true))
        let server = try RPCServer(
            port.address, router: standardRouter(), configuration: ServerConfiguration(),
            group: group)
        #expect(try await reply == Blob([5]))
        await channel.close()
        await server.shutdown(grace: .zero)
    }

    @Test func `RPC-84 a method that may be repeated is tried again`() async throws {
        let read = method("Read", .unary, .noSideEffects)
        let write = method("Write", .unary)
        var router = RPCRouter()
        for descriptor in [read, write] {
            router.unary(descriptor) { (_: Blob, context) -> Blob in
                guard context.attempt >= 2 else {
                    throw RPCError(.unavailable, "not yet", retryAfter: .milliseconds(1))
                }
                return blob(Int(context.attempt))
            }
        }
        try await withServer(router: router) { channel, _ in
            let reply: Blob = try await channel.unary(read, Blob())
            #expect(reply.number == 2)
            let error = await failure { try await channel.unary(write, Blob()) as Blob }
            #expect(error?.code == .unavailable)
        }
    }

    /// Tells when nobody holds it any more.
    private final class Token: Sendable {
        private let gone: AsyncStream<Void>.Continuation
        init(_ gone: AsyncStream<Void>.Continuation) { self.gone = gone }
        deinit { self.gone.finish() }
    }

    /// A configuration belongs to a server and its connections: who still holds what stands in it
    /// when the server is gone is a connection.
    @Test(.timeLimit(.minutes(1)), arguments: Joint.allCases)
    func `a connection that ended in the middle of a drain is held by nobody`(
        joint: Joint
    ) async throws {
        for _ in 0..<50 {
            let (ends, gone) = AsyncStream<Void>.makeStream()
            try await self.drain(joint, Token(gone))
            // The time limit ends the wait as well.
            for await _ in ends {}
            try Task.checkCancellation()
        }
    }

    private func drain(_ joint: Joint, _ token: consuming Token) async throws {
        let token = token
        var configuration = ServerConfiguration()
        configuration.connectionClosed = { _ in _ = token }
        try await withServer(joint, server: configuration) { channel, server in
            let _: Blob = try await channel.unary(echo, Blob())
            await server.shutdown(grace: .zero)
        }
    }
}
