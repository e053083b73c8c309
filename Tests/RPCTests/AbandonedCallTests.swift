import RPC
import RPCCore
import Synchronization
import Testing

/// rpc.md part C: calls that are given up while they wait, and handlers that do not listen.
@Suite(.timeLimit(.minutes(1))) struct AbandonedCallTests {
    /// Servers must take at least so many calls at once.
    private static let streams = 32

    private func narrow() -> ServerConfiguration {
        var limits = Limits()
        limits.streamsMax = UInt32(Self.streams)
        return ServerConfiguration(hello: Hello(agent: "test", limits: limits))
    }

    /// A router whose Echo waits for `go`; cancellation does not move it.
    private func stubborn(_ go: Signal, began: @escaping @Sendable () -> Void) -> RPCRouter {
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            began()
            await go.wait()
            return request
        }
        return router
    }

    private func code(of task: Task<Blob, any Error>) async -> StatusCode? {
        await failure { try await task.value }?.code
    }

    /// Counts up to a number and tells when it is there.
    private final class Countdown: Sendable {
        private let left: Mutex<Int>
        let reached = Signal()

        init(_ number: Int) { self.left = Mutex(number) }

        func callAsFunction() {
            let isLast = self.left.withLock { left in
                left -= 1
                return left == 0
            }
            if isLast { self.reached.set() }
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-33 a call queued for a stream is given up at once`(joint: Joint) async throws {
        let go = Signal()
        let began = Countdown(Self.streams)
        let router = self.stubborn(go) { began() }
        try await withServer(joint, router: router, server: self.narrow()) { channel, _ in
            let running = (0..<Self.streams).map { _ in
                Task { try await channel.unary(echo, Blob()) as Blob }
            }
            await began.reached.wait()
            let queued = Task { try await channel.unary(echo, Blob()) as Blob }
            queued.cancel()
            #expect(await self.code(of: queued) == .cancelled)
            go.set()
            for task in running { _ = try await task.value }
        }
    }

    @Test func `RPC-33 a call queued for a connection is given up at once`() async throws {
        let port = SilentPort()
        let channel = try RPCChannel("\(port.address)", group: group.get())
        let options = CallOptions(timeout: nil, waitForReady: true)
        let waiting = Task { try await channel.unary(echo, Blob(), options: options) as Blob }
        waiting.cancel()
        #expect(await self.code(of: waiting) == .cancelled)
        await channel.close()
    }

    @Test(arguments: Joint.allCases)
    func `RPC-33 a call behind a blocked writer is given up at once`(joint: Joint) async throws {
        let (full, go) = (Signal(), Signal())
        var router = RPCRouter()
        router.clientStreaming(sum) { (_: RPCReader<Blob>, _) in
            await go.wait()
            return Blob()
        }
        try await withServer(joint, router: router) { channel, _ in
            let sending = Task {
                try await channel.clientStreaming(sum) { (writer: RPCWriter<Blob>) in
                    // Two messages of half the window each use it up; the third one waits.
                    for number in 0..<3 {
                        if number == 2 { full.set() }
                        try await writer.send(Blob(count: 128 * 1024))
                    }
                } as Blob
            }
            await full.wait()
            sending.cancel()
            #expect(await self.code(of: sending) == .cancelled)
            go.set()
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-34 handlers that ignore cancellation count until they return`(
        joint: Joint
    ) async throws {
        let go = Signal()
        let began = Countdown(Self.streams)
        let router = self.stubborn(go) { began() }
        try await withServer(joint, router: router, server: self.narrow()) { channel, server in
            let running = (0..<Self.streams).map { _ in
                Task { try await channel.unary(echo, Blob()) as Blob }
            }
            await began.reached.wait()
            for task in running { task.cancel() }
            for task in running { #expect(await self.code(of: task) == .cancelled) }
            let refused = await failure { try await channel.unary(echo, Blob()) as Blob }
            #expect(refused?.code == .resourceExhausted)
            #expect(refused?.reason == ErrorReason.queueFull)
            #expect(await server.callsInFlight == Self.streams)
            go.set()
            while await server.callsInFlight > 0 { await Task.yield() }
            let reply: Blob = try await channel.unary(echo, Blob([3]))
            #expect(reply == Blob([3]))
        }
    }

    @Test func `RPC-35 five thousand calls that time out together leave nothing behind`()
        async throws
    {
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            let never = AsyncStream<Void> { _ in }
            for await _ in never {}
            return request
        }
        try await withServer(router: router) { channel, server in
            let codes = await withTaskGroup(of: StatusCode?.self) { tasks in
                for _ in 0..<5000 {
                    tasks.addTask {
                        await failure {
                            try await channel.unary(
                                echo, Blob(), options: CallOptions(timeout: .milliseconds(300)))
                                as Blob
                        }?.code
                    }
                }
                return await tasks.reduce(into: [StatusCode?: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(codes == [.deadlineExceeded: 5000])
            while await server.callsInFlight > 0 { await Task.yield() }
            #expect(await channel.snapshot().connections.map(\.openCalls) == [0])
        }
    }

    @Test(arguments: Joint.allCases)
    func `RPC-36 work that a call starts on its own outlives the call`(
        joint: Joint
    ) async throws {
        let (began, go, done) = (Signal(), Signal(), Signal())
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            Task {
                await go.wait()
                if !Task.isCancelled { done.set() }
            }
            began.set()
            let never = AsyncStream<Void> { _ in }
            for await _ in never {}
            return request
        }
        try await withServer(joint, router: router) { channel, _ in
            let call = Task { try await channel.unary(echo, Blob()) as Blob }
            await began.wait()
            call.cancel()
            #expect(await self.code(of: call) == .cancelled)
            go.set()
            await done.wait()
        }
    }

    @Test func `the first thing that ends a call is what is told of it`() async throws {
        let (go, closed, ended) = (Signal(), Signal(), Signal())
        let codes = Mutex<[StatusCode]>([])
        var configuration = ServerConfiguration()
        configuration.interceptors = [
            DefaultDeadline(.milliseconds(20)),
            Ending { call in
                codes.withLock { $0.append(call.code) }
                ended.set()
            },
        ]
        configuration.connectionClosed = { _ in closed.set() }
        let router = self.stubborn(go) {}
        try await withServer(router: router, server: configuration) { _, server in
            await played(to: server.localAddress) { peer in
                peer.send(echoRequest(1))
                // Its time is over, and then it is gone as well.
                _ = peer.frame()
            }
            await closed.wait()
            go.set()
            await ended.wait()
        }
        #expect(codes.withLock { $0 } == [.deadlineExceeded])
    }

    /// The usual HELLO with the largest window.
    private static let wide = rawFrame(
        1, 0, 0,
        header: hex(
            "0a0b676174657761792f312e30 18808004 20808001 2880808002 308002 3880808008 408827"))

    @Test func `a handler that loses its connection before it waits is told all the same`()
        async throws
    {
        let (go, told) = (Signal(), Signal())
        var router = RPCRouter()
        router.serverStreaming(count) { (_: Blob, writer: RPCWriter<Blob>, _) in
            // Until more waits than may, as nobody reads.
            while (try? await writer.send(Blob(count: 4096))) != nil {}
            await withTaskCancellationHandler {
                await go.wait()
            } onCancel: {
                told.set()
            }
        }
        var configuration = ServerConfiguration()
        configuration.outboundSoftBytes = 32 << 20
        configuration.outboundHardBytes = 512 << 10
        try await withServer(router: router, server: configuration) { _, server in
            let address = server.localAddress
            await withCheckedContinuation { continuation in
                onThread {
                    let peer = RawPeer(connectingTo: address, receiveBuffer: 4096)
                    peer.send(RawPeer.preface + Self.wide)
                    let path = Array(count.path.utf8)
                    peer.send(rawFrame(2, 1, 1, header: [0x0A, UInt8(path.count)] + path))
                    continuation.resume()
                }
            }
            await told.wait()
            go.set()
        }
    }
}
