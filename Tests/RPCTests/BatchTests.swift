import RPCCore
import Sockets
import Synchronization
import Testing

@testable import RPC

/// Calls that come together: one task runs their handlers, one after the other, and what becomes of
/// one of them is nobody else's.
@Suite(.timeLimit(.minutes(1))) struct BatchTests {
    /// Echoes, but fails what begins with 1 or 2, and waits for the signal with what begins with 3.
    private func router(_ signal: Signal) -> RPCRouter {
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            switch request.bytes.first {
            case 1: throw RPCError(.notFound, "none")
            case 2: throw CancellationError()
            case 3: await signal.wait()
            case _: break
            }
            return request
        }
        router.unary(sized) { (request: Blob, _) in Blob(request.bytes + [0x55]) }
        return router
    }

    private struct Around: HandlerInterceptor {
        nonisolated(nonsending) func intercept<Reply: Sendable>(
            _ context: CallContext,
            _ next: nonisolated(nonsending) @Sendable () async throws -> Reply
        ) async throws -> Reply { try await next() }
    }

    /// Turns every call away that brings metadata.
    private struct Gate: ArrivalInterceptor {
        func begin(_ call: CallContext) throws(RPCError) {
            if !call.metadata.entries.isEmpty { throw RPCError(.permissionDenied, "no") }
        }
    }

    private struct Answer: Equatable {
        let code: StatusCode
        var bytes: [UInt8] = []
    }

    private struct Call {
        let method: MethodDescriptor
        let request: [UInt8]
        var isTurnedAway = false
        let answer: Answer

        /// Whether its handler waits for the signal.
        var waits: Bool { self.request.first == 3 }

        func frame(_ stream: UInt32) -> [UInt8] {
            let path = Array(self.method.path.utf8)
            // One entry: key k, text v.
            let metadata = self.isTurnedAway ? hex("32 06 0a01 6b 1201 76") : []
            return rawFrame(
                2, 1, stream, header: [0x0A, UInt8(path.count)] + path + metadata,
                body: self.request)
        }
    }

    private static let calls: [Call] = {
        func fine(_ request: UInt8...) -> Call {
            Call(method: echo, request: request, answer: Answer(code: .ok, bytes: request))
        }
        func other(_ request: UInt8) -> Call {
            Call(
                method: sized, request: [request],
                answer: Answer(code: .ok, bytes: [request, 0x55])
            )
        }
        let away = Call(
            method: echo, request: [9], isTurnedAway: true,
            answer: Answer(code: .permissionDenied))
        let failing = Call(method: echo, request: [1], answer: Answer(code: .notFound))
        let broken = Call(method: echo, request: [2], answer: Answer(code: .cancelled))
        return [
            fine(), fine(10), failing, fine(11), other(12), other(13), fine(14), away, other(15),
            fine(16), away, away, fine(3, 3), fine(17), broken, fine(18), fine(3, 4), other(19),
            fine(20), away,
        ]
    }()

    /// Sends all calls in one segment, and gives the signal when those have their answers that do
    /// not wait for it.
    private func answers(
        from address: SocketAddress, _ signal: Signal
    ) async -> [(stream: Int, answer: Answer)] {
        await withCheckedContinuation { continuation in
            onThread {
                let peer = RawPeer(connectingTo: address)
                peer.greet()
                let frames = Self.calls.enumerated().map { $1.frame(UInt32($0 + 1)) }
                peer.send(Array(frames.joined()))
                let atOnce = Self.calls.count { !$0.waits }
                var answers: [(stream: Int, answer: Answer)] = []
                while answers.count < Self.calls.count, let frame = peer.frame() {
                    let code = frame.header.isEmpty ? 0 : Int32(frame.header[1])
                    answers.append(
                        (
                            Int(frame.stream),
                            Answer(code: StatusCode(rawValue: code) ?? .unknown, bytes: frame.body)
                        ))
                    if answers.count == atOnce { signal.set() }
                }
                continuation.resume(returning: answers)
            }
        }
    }

    @Test(arguments: [false, true])
    func `each of the calls that come together has its own answer, end and time`(
        around: Bool
    ) async throws {
        let signal = Signal()
        let ended = Mutex<[StatusCode]>([])
        var configuration = ServerConfiguration()
        configuration.interceptors = [
            Gate(), Ending { call in ended.withLock { $0.append(call.code) } },
        ]
        if around { configuration.interceptors.append(Around()) }
        try await withServer(router: self.router(signal), server: configuration) { _, server in
            let answers = await self.answers(from: server.localAddress, signal)
            #expect(answers.count == Self.calls.count)
            for (stream, answer) in answers { #expect(answer == Self.calls[stream - 1].answer) }
            // Who does not wait is answered in turn, and not behind one who does.
            let order = answers.map(\.stream)
            let numbers = Array(1...Self.calls.count)
            #expect(
                order == numbers.filter { !Self.calls[$0 - 1].waits }
                    + numbers.filter { Self.calls[$0 - 1].waits })
            #expect(await server.callsInFlight == 0)
        }
        let codes = ended.withLock { $0 }.map(\.rawValue).sorted()
        #expect(codes == Self.calls.map(\.answer.code.rawValue).sorted())
    }

    @Test func `RPC-32 calls that are over in the read that brought them end as their callers say`()
        async throws
    {
        let ended = AsyncStream<String>.makeStream()
        var router = self.router(Signal())
        let began = Mutex<[Blob]>([])
        router.bidirectional(chat) { (reader: RPCReader<Blob>, _: RPCWriter<Blob>, _) in
            for try await _ in reader {}
        }
        router.unary(method("Noted", .unary)) { (request: Blob, _) in
            began.withLock { $0.append(request) }
            return request
        }
        var configuration = ServerConfiguration()
        configuration.interceptors = [
            Ending { ended.continuation.yield("\($0.method.suffix(4)) \($0.code.name)") }
        ]
        try await withServer(router: router, server: configuration) { _, server in
            await played(to: server.localAddress) { peer in
                func request(_ stream: UInt32, _ name: String, _ flags: UInt8) -> [UInt8] {
                    let path = Array("/test.Test/\(name)".utf8)
                    return rawFrame(
                        2, flags, stream, header: [0x0A, UInt8(path.count)] + path)
                }
                // A stream whose caller's time is over, a call that is given up, a stream that
                // breaks, and one call that does not.
                peer.send(
                    request(1, "Chat", 0x08) + rawFrame(6, 0, 1, header: [0x08, 4])
                        + request(2, "Noted", 1) + rawFrame(6, 0, 2, header: [0x08, 1])
                        + request(3, "Chat", 0x08) + rawFrame(3, 0x04, 3, body: [1])
                        + echoRequest(4))
                var answered: Set<UInt32> = []
                while answered.count < 2, let frame = peer.frame() {
                    answered.insert(frame.stream)
                }
                #expect(answered == [3, 4])
            }
            var ends: Set<String> = []
            for await end in ended.stream {
                ends.insert(end)
                if ends.count == 4 { break }
            }
            #expect(
                ends == ["Chat DEADLINE_EXCEEDED", "oted CANCELLED", "Chat INTERNAL", "Echo OK"])
        }
        #expect(began.withLock { $0 } == [])
    }

    @Test func `RPC-72 requests that nobody reads any more leave the budget with their call`()
        async throws
    {
        let path = Array("/test.Test/Early".utf8)
        var configuration = ServerConfiguration()
        let budget = AssemblyBudget(bytesMax: 300_000)
        configuration.assembly = budget
        var router = RPCRouter()
        router.clientStreaming(method("Early", .clientStreaming)) { (_: RPCReader<Blob>, _) in
            Blob([1])
        }
        try await withServer(router: router, server: configuration) { _, server in
            await played(to: server.localAddress) { peer in
                peer.send(
                    rawFrame(2, 0x08, 1, header: [0x0A, UInt8(path.count)] + path)
                        + rawFrame(3, 0, 1, body: [UInt8](repeating: 1, count: 30_000)))
                #expect(peer.frame()?.body == [1])
                // Nothing more comes on the connection, which stays.
                while budget.room < 300_000 { pause(milliseconds: 5) }
            }
        }
    }

    @Test func `a handler that is cancelled while it waits takes no other with it`()
        async throws
    {
        let (signal, ended) = (Signal(), Signal())
        let cancelled = Mutex<[[UInt8]]>([])
        var router = RPCRouter()
        router.unary(echo) { (request: Blob, _) in
            if request.bytes == [3] { await signal.wait() }
            if Task.isCancelled { cancelled.withLock { $0.append(request.bytes) } }
            if request.bytes == [3] { ended.set() }
            return request
        }
        try await withServer(router: router) { channel, server in
            await played(to: server.localAddress) { peer in
                peer.send(echoRequest(1) + echoRequest(2, body: [3]) + echoRequest(3))
                for stream in [1, 3] as [UInt32] { #expect(peer.frame()?.stream == stream) }
                peer.send(rawFrame(6, 0, 2) + echoRequest(4))
                #expect(peer.frame()?.stream == 4)
                signal.set()
            }
            await ended.wait()
            let reply: Blob = try await channel.unary(echo, Blob([5]))
            #expect(reply == Blob([5]))
        }
        #expect(cancelled.withLock { $0 } == [[3]])
    }
}
