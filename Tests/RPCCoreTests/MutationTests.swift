import Testing

@testable import RPCCore

/// Sessions with bytes changed, lost, doubled and moved: nothing crashes, hangs or grows.
///
/// Invariants after every session: calls that began are few, what is held is bounded by the limits,
/// and what the machine writes is a stream of whole frames.
@Suite struct MutationTests {
    private static let methods: [String: CallKind] = [
        "/a.B/Unary": .unary, "/a.B/Server": .serverStreaming, "/a.B/Client": .clientStreaming,
        "/a.B/Bidi": .bidirectional,
    ]

    /// A number generator that the seed decides.
    struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let mixed = (self.state ^ (self.state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
            return mixed ^ (mixed >> 29)
        }
    }

    private static let limits: Limits = {
        var limits = Limits()
        limits.frameBytesMax = 16 * 1024
        limits.messageBytesMax = 64 * 1024
        limits.assemblyBytesMax = 256 * 1024
        limits.streamsMax = 32
        return limits
    }()

    /// A client's side of a good session.
    private func clientSession(_ dice: inout Dice) -> [[UInt8]] {
        var frames = [
            Preface.bytes + Frame.encoded(.hello, header: Hello(agent: "a").encoded())
        ]
        for id in 1...UInt32.random(in: 1...6, using: &dice) {
            let name = ["Unary", "Server", "Client", "Bidi", "None"].randomElement(using: &dice)
            let header = CallHeader(method: "/a.B/\(name ?? "")").encoded()
            let body = [UInt8](repeating: 7, count: Int.random(in: 0...300, using: &dice))
            frames.append(Frame.encoded(.request, .end, stream: id, header: header, body: body))
            if Bool.random(using: &dice) {
                frames.append(Frame.encoded(.message, [.end, .noMessage], stream: id))
            }
            if Bool.random(using: &dice) {
                frames.append(Frame.encoded(.cancel, stream: id, header: [8, 1]))
            }
        }
        frames.append(Frame.encoded(.ping, body: [UInt8](repeating: 1, count: 8)))
        return frames
    }

    private func mutated(_ frames: [[UInt8]], _ dice: inout Dice) -> [UInt8] {
        var frames = frames
        for _ in 0..<Int.random(in: 0...3, using: &dice) where !frames.isEmpty {
            let index = Int.random(in: 0..<frames.count, using: &dice)
            switch Int.random(in: 0..<5, using: &dice) {
            case 0: frames.remove(at: index)
            case 1: frames.insert(frames[index], at: index)
            case 2: frames.swapAt(index, Int.random(in: 0..<frames.count, using: &dice))
            case 3: frames[index] = Array(frames[index].dropLast())
            default: break
            }
        }
        var bytes = frames.flatMap { $0 }
        for _ in 0..<Int.random(in: 0...6, using: &dice) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &dice)
            bytes[place] = UInt8.random(in: 0...255, using: &dice)
        }
        return bytes
    }

    /// Feeds a stream in segments of any size.
    private func feed(
        _ bytes: [UInt8], _ dice: inout Dice, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let size = Int.random(in: 1...max(1, rest.count), using: &dice)
            Array(rest.prefix(size)).withUnsafeBytes(body)
            rest = rest.dropFirst(size)
        }
    }

    private func isWholeFrames(_ bytes: [UInt8]) -> Bool {
        if bytes.isEmpty || bytes.starts(with: Array("HTTP/1.1".utf8)) { return true }
        return WireListing(bytes).fault == nil
    }

    private func serverSurvives(_ seed: UInt64) -> Bool {
        var dice = Dice(state: seed)
        var server = ServerConnection(
            own: Hello(agent: "s", limits: Self.limits), methods: Self.methods, now: .now)
        var output: [UInt8] = []
        var running: [UInt32: CallKind] = [:]
        let bytes = self.mutated(self.clientSession(&dice), &dice)
        self.feed(bytes, &dice) { raw in
            server.receive(raw, now: .now)
            for call in server.takeCalls() { running[call.start.stream] = call.start.kind }
            for action in server.takeActions() {
                switch action {
                case .cancelled(let id, _):
                    running[id] = nil
                    server.handlerEnded(id)
                case .requests(let id, let run):
                    for message in run { server.taken(bytes: message.count, id) }
                case .begin, .withdrawn, .requestsEnded, .writable, .greeted, .peerDrained,
                    .unfinished,
                    .refused,
                    .farewell,
                    .close:
                    break
                }
            }
            for (id, kind) in running {
                if kind.streamsResponses, server.isOpen(id) { _ = server.send(id) { $0.append(1) } }
            }
            output += server.takeOutput(upTo: .max)
        }
        for id in running.keys.sorted() {
            server.finish(id, reply: [1, 2])
            server.handlerEnded(id)
        }
        server.connectionLost("over")
        for case .cancelled(let id, _) in server.takeActions() { server.handlerEnded(id) }
        output += server.takeOutput(upTo: .max)
        return server.openCalls == 0 && server.heldBytes == 0 && self.isWholeFrames(output)
    }

    private func serverAnswers(_ dice: inout Dice) -> [[UInt8]] {
        var frames = [
            Preface.bytes + Frame.encoded(.hello, header: Hello(agent: "s").encoded())
        ]
        for id in UInt32(1)...4 {
            if Bool.random(using: &dice) {
                frames.append(Frame.encoded(.message, stream: id, body: [1, 2, 3]))
            }
            if Bool.random(using: &dice) {
                frames.append(Frame.encoded(.window, stream: id, body: [0, 1, 0, 0]))
            }
            let status = StatusBlock(RPCError(.notFound, "no")).encoded()
            let isOK = Bool.random(using: &dice)
            frames.append(
                Frame.encoded(
                    .status, isOK ? .end : [.end, .noMessage], stream: id,
                    header: isOK ? [] : status, body: isOK ? [4] : []))
        }
        frames.append(
            Frame.encoded(.goAway, header: GoAway(lastStream: 4, code: .noError).encoded()))
        return frames
    }

    private func clientSurvives(_ seed: UInt64) -> Bool {
        var dice = Dice(state: seed)
        var client = ClientConnection(own: Hello(agent: "c", limits: Self.limits), now: .now)
        var ended: Set<UInt32> = []
        var opened: Set<UInt32> = []
        var twice = false
        for kind in CallKind.allCases {
            let request = kind.streamsRequests ? nil : [UInt8(1)]
            if let id = try? client.open(CallHeader(method: "/a.B/C"), kind, request: request) {
                opened.insert(id)
            }
        }
        var output = client.takeOutput(upTo: .max)
        func settle() {
            for action in client.takeActions() {
                switch action {
                case .succeeded(let id, _, _), .failed(let id, _, _):
                    twice = twice || !ended.insert(id).inserted
                case _: continue
                }
            }
        }
        let bytes = self.mutated(self.serverAnswers(&dice), &dice)
        self.feed(bytes, &dice) { raw in
            client.receive(raw, now: .now)
            settle()
            output += client.takeOutput(upTo: .max)
        }
        client.connectionLost(RPCError(.unavailable, "over"))
        settle()
        output += client.takeOutput(upTo: .max)
        return !twice && ended == opened && client.openCalls == 0 && self.isWholeFrames(output)
    }

    @Test func `RPC-67 mutated sessions leave a server whole and empty`() {
        let broken = (UInt64(1)...50_000).filter { !self.serverSurvives($0) }
        #expect(broken.isEmpty, "seeds")
    }

    @Test func `RPC-67 mutated answers end each call of a client exactly once`() {
        let broken = (UInt64(1)...50_000).filter { !self.clientSurvives($0) }
        #expect(broken.isEmpty, "seeds")
    }
}
