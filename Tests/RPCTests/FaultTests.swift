import RPCCore
import Sockets
import Synchronization
import TestKit
import Testing

@testable import RPC

/// rpc.md parts G to I behind a proxy that spoils the line, and before servers that come and go.
@Suite(.timeLimit(.minutes(1))) struct FaultTests {
    private func server(
        _ configuration: ServerConfiguration = ServerConfiguration(),
        at address: SocketAddress = SocketAddress(host: "127.0.0.1", port: 0),
        router: RPCRouter = standardRouter()
    ) throws -> RPCServer {
        try RPCServer(address, router: router, configuration: configuration, group: group.get())
    }

    @Test func `RPC-74 a peer that vanished is noticed by keepalive`() async throws {
        var limits = Limits()
        limits.pingIntervalMilliseconds = 1000
        let server = try self.server(ServerConfiguration(hello: Hello(agent: "s", limits: limits)))
        let proxy = FaultProxy(to: server.localAddress.port ?? 0)
        var client = ClientConfiguration()
        client.keepalive = .milliseconds(100)
        client.keepaliveTimeout = .milliseconds(100)
        let channel = try RPCChannel(proxy.address, configuration: client, group: group.get())
        let _: Blob = try await channel.unary(echo, Blob())
        proxy.mode = .swallow
        let error = await failure {
            try await channel.unary(echo, Blob(), options: CallOptions(timeout: nil)) as Blob
        }
        #expect(error?.code == .unavailable)
        #expect(error?.reason == ErrorReason.keepaliveTimeout)
        await channel.close()
        proxy.stop()
        await server.shutdown(grace: .zero)
    }

    @Test func `RPC-62 a cut line fails the calls on it, and the next call has a new line`()
        async throws
    {
        let began = Signal()
        var router = standardRouter()
        router.unary(method("Hang", .unary)) { (request: Blob, _) in
            began.set()
            let never = AsyncStream<Void> { _ in }
            for await _ in never {}
            return request
        }
        let server = try self.server(router: router)
        let proxy = FaultProxy(to: server.localAddress.port ?? 0)
        let channel = try RPCChannel(proxy.address, group: group.get())
        let hanging = Task {
            await failure { try await channel.unary(method("Hang", .unary), Blob()) as Blob }
        }
        await began.wait()
        proxy.cut()
        let error = await hanging.value
        #expect(error?.code == .unavailable)
        #expect(error?.reason == ErrorReason.connectionReset)
        let reply: Blob = try await channel.unary(echo, Blob([4]))
        #expect(reply == Blob([4]))
        await channel.close()
        proxy.stop()
        await server.shutdown(grace: .zero)
    }

    @Test func `RPC-77 a call above the last id of a GOAWAY is made once more elsewhere`()
        async throws
    {
        let server = RawServer { peer, number in
            peer.welcome()
            guard let stream = peer.request() else { return }
            if number == 0 {
                // last_stream 0 (absent), NO_ERROR: the call was never looked at.
                peer.send(rawFrame(9, 0, 0, header: [0x1A, 1, 0x78]))
            } else {
                peer.send(rawFrame(4, 1, stream, body: [0x2A]))
            }
            _ = peer.rest()
        }
        let channel = try RPCChannel("\(server.address)", group: group.get())
        let reply: Blob = try await channel.unary(method("Write", .unary), Blob())
        #expect(reply == Blob([0x2A]))
        #expect(server.connections == 2)
        await channel.close()
    }

    @Test(arguments: ["server", "client"])
    func `RPC-78 an idle close never costs a call`(side: String) async throws {
        var (server, client) = (ServerConfiguration(), ClientConfiguration())
        if side == "server" {
            server.idleTimeout = .milliseconds(100)
        } else {
            client.idleTimeout = .milliseconds(100)
        }
        let closed = Mutex(0)
        server.connectionClosed = { _ in closed.withLock { $0 += 1 } }
        try await withServer(server: server, client: client) { channel, _ in
            var calls = 0
            // Pauses around the timeout, until idle closes have happened a few times.
            while closed.withLock({ $0 }) < 5 {
                let reply: Blob = try await channel.unary(echo, blob(calls))
                #expect(reply.number == calls)
                calls += 1
                await turns(of: .milliseconds(97 + calls % 12))
            }
        }
    }

    @Test func `RPC-78 a connection whose calls all end between two looks is in use`() async throws
    {
        let idle = Duration.milliseconds(400)
        var configuration = ServerConfiguration()
        configuration.idleTimeout = idle
        let closed = Mutex(0)
        configuration.connectionClosed = { _ in closed.withLock { $0 += 1 } }
        try await withServer(server: configuration) { channel, _ in
            let start = ContinuousClock.now
            var (last, longest) = (start, Duration.zero)
            while last - start < idle * 2 {
                let _: Blob = try await channel.unary(echo, Blob())
                let now = ContinuousClock.now
                longest = max(longest, now - last)
                last = now
            }
            // A machine that stood still for so long proves nothing.
            #expect(closed.withLock { $0 } == 0 || longest > idle / 2)
        }
    }

    /// HELLO and GOAWAY in one segment; a few times, a connection is made anew without a word.
    @Test(arguments: [-1, 0])
    func `a server that sends everybody away is asked a few times, with pauses, and not for ever`(
        beyond: Int
    ) async throws {
        let timesSentAway = Endpoint.timesSentAwayMax + beyond
        let server = RawServer { peer, number in
            let goodbye = rawFrame(9, 0, 0, header: [0x1A, 1, 0x78])
            let isAway = number < timesSentAway
            peer.send(RawPeer.preface + RawPeer.hello + (isAway ? goodbye : []))
            guard !isAway else { return _ = peer.rest() }
            _ = peer.read(8)
            while let frame = peer.frame() {
                if frame.type == 2 { peer.send(rawFrame(4, 1, frame.stream, body: [0x2A])) }
            }
        }
        var client = ClientConfiguration()
        client.backoffFirst = .milliseconds(200)
        let channel = try RPCChannel("\(server.address)", configuration: client, group: group.get())
        let start = ContinuousClock.now
        let error = await failure {
            try await channel.unary(echo, Blob(), options: CallOptions(timeout: nil)) as Blob
        }
        // Before the second one at least 160 ms, before the third one 256 ms.
        #expect(ContinuousClock.now - start >= .milliseconds(416))
        #expect(error?.reason == (beyond < 0 ? nil : ErrorReason.draining))
        #expect((error == nil) == (beyond < 0))
        if beyond < 0 { #expect(server.connections == timesSentAway + 1) }
        await channel.close()
    }

    /// A server that takes 32 calls at once, and answers only when it has as many.
    @Test func `RPC-15 all streams that come free at once are used at once`() async throws {
        let waves = 4
        let server = RawServer { peer, _ in
            // As the usual HELLO, but 32 streams (field 6).
            peer.send(RawPeer.preface + rawFrame(1, 0, 0, header: [0x30, 32]))
            _ = peer.read(8)
            for _ in 0..<waves {
                var answers: [UInt8] = []
                var count = 0
                while count < 32, let frame = peer.frame() {
                    guard frame.type == 2 else { continue }
                    answers += rawFrame(4, 1, frame.stream, body: [0x2A])
                    count += 1
                }
                peer.send(answers)
            }
            _ = peer.rest()
        }
        let channel = try RPCChannel("\(server.address)", group: group.get())
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<32 * waves {
                tasks.addTask {
                    let reply: Blob = try await channel.unary(
                        echo, Blob(), options: CallOptions(timeout: .seconds(8)))
                    #expect(reply == Blob([0x2A]))
                }
            }
            try await tasks.waitForAll()
        }
        await channel.close()
    }

    @Test func `a ping that nobody answers ends with its deadline, or when it is given up`()
        async throws
    {
        let over = Signal()
        let server = RawServer { peer, _ in
            peer.send(RawPeer.preface + RawPeer.hello)
            _ = peer.rest()
            over.set()
        }
        let channel = try RPCChannel("\(server.address)", group: group.get())
        let late = await failure {
            _ = try await channel.ping(options: CallOptions(timeout: .milliseconds(300)))
        }
        #expect(late?.code == .deadlineExceeded)
        // It was the deadline, and not the connection's end.
        #expect(over.isSet == false)
        let task = Task {
            await failure { _ = try await channel.ping(options: CallOptions(timeout: nil)) }
        }
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        await channel.close()
    }

    @Test func `RPC-79 a connection that reached its age is replaced, and no call fails`()
        async throws
    {
        let closed = Mutex(0)
        var server = ServerConfiguration()
        // A connection that ends while the machine is busy elsewhere was of no use to anybody.
        server.ageMax = .milliseconds(300)
        server.connectionClosed = { _ in closed.withLock { $0 += 1 } }
        try await withServer(server: server) { channel, _ in
            var calls = 0
            while closed.withLock({ $0 }) < 5 {
                let reply: Blob = try await channel.unary(echo, blob(calls))
                #expect(reply.number == calls)
                calls += 1
            }
        }
    }

    @Test func `RPC-81 a client that waits for its next attempt is shut down at once`()
        async throws
    {
        var client = ClientConfiguration()
        client.backoffFirst = .seconds(1000)
        client.backoffMax = .seconds(1000)
        let port = SilentPort()
        let channel = try RPCChannel("\(port.address)", configuration: client, group: group.get())
        _ = await failure { try await channel.unary(echo, Blob()) as Blob }
        // Ends with the suite's limit when it waits for the pause.
        await channel.close()
    }

    /// A program that another test starts has all descriptors for a moment, that of the last server
    /// among them: its port is taken until then.
    private func restarted(at address: SocketAddress) async throws -> RPCServer {
        for _ in 0..<200 {
            if let server = try? self.server(at: address) { return server }
            await turns(of: .milliseconds(5))
        }
        return try self.server(at: address)
    }

    @Test func `RPC-81 a client outlives a thousand restarts of its server`() async throws {
        let port = SilentPort()
        var client = ClientConfiguration()
        client.backoffFirst = .milliseconds(1)
        client.backoffMax = .milliseconds(2)
        let channel = try RPCChannel("\(port.address)", configuration: client, group: group.get())
        let options = CallOptions(timeout: .seconds(20), waitForReady: true)
        for number in 0..<1000 {
            let server = try await self.restarted(at: port.address)
            let reply: Blob = try await channel.unary(echo, blob(number), options: options)
            #expect(reply.number == number)
            await server.shutdown(grace: .zero)
        }
        await channel.close()
    }

    @Test func `RPC-83 pauses grow although TCP connects, until a HELLO came`() async throws {
        let server = RawServer { _, _ in }
        var client = ClientConfiguration()
        client.backoffFirst = .milliseconds(20)
        client.random = { 0.5 }
        let channel = try RPCChannel("\(server.address)", configuration: client, group: group.get())
        let options = CallOptions(timeout: .milliseconds(400), waitForReady: true)
        let error = await failure {
            try await channel.unary(echo, Blob(), options: options) as Blob
        }
        #expect(error?.code == .deadlineExceeded)
        // 20, 32, 51, 82, 131 ms: six attempts fit 400 ms; a pause that never grows gives 20.
        #expect(server.connections <= 7)
        await channel.close()
    }

    @Test func `RPC-83 behind a HELLO the pauses begin anew`() async throws {
        let (first, fails, done) = (Duration.milliseconds(20), 6, Signal())
        let server = RawServer { peer, number in
            switch number {
            case fails:
                peer.welcome()
                _ = peer.request()
            case ..<(fails + 2): break
            case _: while !done.isSet { pause(milliseconds: 5) }
            }
        }
        var client = ClientConfiguration()
        client.backoffFirst = first
        client.random = { 0.5 }
        let channel = try RPCChannel("\(server.address)", configuration: client, group: group.get())
        let options = CallOptions(timeout: nil, waitForReady: true)
        // It waits for the HELLO, and is lost with its connection.
        let error = await failure {
            try await channel.unary(echo, Blob(), options: options) as Blob
        }
        #expect(error?.code == .unavailable)
        let waiting = Task { try? await channel.unary(echo, Blob(), options: options) as Blob }
        // The next attempt fails, the one behind it is held. Without the HELLO the pause between
        // them would be 335 ms.
        var longest = Duration.zero
        while server.connections < fails + 3 {
            let pause = await channel.snapshot().connections.first?.endpoint?.retryIn
            longest = max(longest, pause ?? .zero)
            await Task.yield()
        }
        #expect(longest <= first)
        waiting.cancel()
        _ = await waiting.value
        await channel.close()
        done.set()
    }
}

/// Lets a loop's clock go on for so long.
func turns(of duration: Duration) async {
    await withCheckedContinuation { continuation in
        do {
            try group.get().next().schedule(after: duration) { continuation.resume() }
        } catch {
            continuation.resume()
        }
    }
}
