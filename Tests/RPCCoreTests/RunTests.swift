import Testing

@testable import RPCCore

/// Messages of one stream that arrive together go one step together: what comes of them is the
/// same as if each had come alone.
@Suite struct RunTests {
    private let now = ContinuousClock.now

    private func message(_ stream: UInt32, _ body: [UInt8], _ flags: FrameFlags = []) -> [UInt8] {
        Frame.encoded(.message, flags, stream: stream, body: body)
    }

    /// Runs as they are offered, and the frames that are left.
    private func read(
        _ bytes: [UInt8], takes: Bool, limits: Limits = Limits()
    ) throws -> [String] {
        var reader = FrameReader(limits: limits)
        var seen: [String] = []
        try bytes.withUnsafeBytes { raw in
            try reader.read(
                raw,
                takesRun: { run in
                    seen.append("\(run.count) on \(run.stream), the last of \(run.lastBytes)")
                    return takes
                }
            ) { step in
                if case .frame(let frame) = step { seen.append("\(Array(frame.body))") }
            }
        }
        return seen
    }

    @Test func `a run is what follows each other on a stream and says nothing else`() throws {
        let bytes =
            self.message(1, [1]) + self.message(1, [2, 2]) + self.message(1, [])
            + self.message(3, [3]) + self.message(1, [4], .more) + self.message(1, [5])
            + self.message(1, [6]) + Frame.encoded(.ping, body: [0, 0, 0, 0, 0, 0, 0, 7])
            + self.message(1, [], .noMessage) + self.message(1, [8]) + [0, 0, 0, 2, 3, 0, 0, 0, 0]
        #expect(
            try self.read(bytes, takes: true) == [
                "3 on 1, the last of 0", "1 on 3, the last of 1", "[4]", "2 on 1, the last of 1",
                "[0, 0, 0, 0, 0, 0, 0, 7]", "[]", "1 on 1, the last of 1",
            ])
    }

    @Test func `a run that nobody takes comes frame by frame, and is offered once`() throws {
        let bytes = self.message(1, [1]) + self.message(1, [2]) + self.message(1, [3])
        #expect(
            try self.read(bytes, takes: false)
                == ["3 on 1, the last of 1", "[1]", "[2]", "[3]"])
    }

    @Test func `a run ends before a message of which a part is missing, or one too large`() throws {
        let whole = self.message(1, [1]) + self.message(1, [2, 2])
        #expect(
            try self.read(whole + self.message(1, [3, 3]).dropLast(), takes: true)
                == ["2 on 1, the last of 2"])
        var small = Limits()
        small.frameBytesMax = 16 * 1024
        let bytes = whole + self.message(1, [UInt8](repeating: 7, count: 16 * 1024 + 1))
        #expect(throws: ConnectionFault.self) {
            try self.read(bytes, takes: true, limits: small)
        }
    }

    @Test func `a run holds no more memory than a read`() throws {
        let one = self.message(1, [UInt8](repeating: 7, count: 20_000))
        #expect(
            try self.read(one + one + one + one, takes: true)
                == ["3 on 1, the last of 20000", "1 on 1, the last of 20000"])
    }

    @Test func `messages are taken from a run in order, empty ones as well`() {
        let bytes = self.message(1, [1, 2]) + self.message(1, []) + self.message(1, [3])
        let run = bytes.withUnsafeBytes {
            MessageRun(FrameRun(stream: 1, bytes: $0, count: 3, lastBytes: 1))
        }
        #expect(run.map(Array.init) == [[1, 2], [], [3]])
        #expect(MessageRun([1, 2]).map(Array.init) == [[1, 2]])
        #expect(MessageRun([]).map(Array.init) == [[]])
        #expect(MessageRun().isEmpty)
    }

    /// Frames of a peer that mostly keeps to the rules.
    private func frames(_ dice: inout MutationTests.Dice) -> [[UInt8]] {
        var stream: UInt32 = 2
        return (0..<Int.random(in: 1...60, using: &dice)).map { _ in
            if Int.random(in: 0..<4, using: &dice) == 0 {
                stream = UInt32.random(in: 1...4, using: &dice)
            }
            let most = Int.random(in: 0..<30, using: &dice) == 0 ? 80_000 : 3_000
            let body = [UInt8](
                repeating: UInt8.random(in: 0...255, using: &dice),
                count: Int.random(in: 0...most, using: &dice))
            switch Int.random(in: 0..<200, using: &dice) {
            case 0: return self.message(stream, body, .more)
            case 1: return self.message(stream, body, .end)
            case 2: return self.message(stream, [], .noMessage)
            default: return self.message(stream, body)
            }
        }
    }

    /// Gives the frames to `body` at once, or so that each one's last byte comes with the next one,
    /// which leaves nothing to be offered.
    private func feed(
        _ frames: [[UInt8]], atOnce: Bool, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        if atOnce { return frames.flatMap { $0 }.withUnsafeBytes(body) }
        var last: [UInt8] = []
        for frame in frames {
            (last + frame.dropLast()).withUnsafeBytes(body)
            last = Array(frame.suffix(1))
        }
        last.withUnsafeBytes(body)
    }

    private static let limits: Limits = {
        var limits = Limits()
        // A frame may be larger than a message may be.
        limits.frameBytesMax = 96 * 1024
        limits.messageBytesMax = 64 * 1024
        limits.windowBytes = 64 * 1024
        limits.assemblyBytesMax = 100 * 1024
        return limits
    }()

    private func greeting(_ agent: String) -> [UInt8] {
        let hello = Hello(agent: agent, limits: Self.limits)
        return Preface.bytes + Frame.encoded(.hello, header: hello.encoded())
    }

    /// What a client makes of responses: messages, ends, and what it writes.
    private func clientStory(_ frames: [[UInt8]], atOnce: Bool) throws -> [String] {
        var client = ClientConnection(
            own: Hello(agent: "c", limits: Self.limits), now: self.now)
        self.feed([self.greeting("s")], atOnce: true) { client.receive($0, now: self.now) }
        for kind in CallKind.allCases {
            let request = kind.streamsRequests ? nil : [UInt8(1)]
            _ = try client.open(CallHeader(method: "/a/M"), kind, request: request)
        }
        _ = (client.takeActions(), client.takeOutput(upTo: .max))
        self.feed(frames, atOnce: atOnce) { client.receive($0, now: self.now) }
        var story: [String] = []
        for action in client.takeActions() {
            if case .responses(let id, let run) = action {
                for message in run {
                    story.append("\(id): \(message.count) of \(message.first ?? 0)")
                    client.taken(bytes: message.count, id)
                }
            } else {
                story.append("\(action)")
            }
        }
        return story + ["\(client.takeOutput(upTo: .max))"]
    }

    /// The same of a server and requests.
    private func serverStory(_ frames: [[UInt8]], atOnce: Bool) -> [String] {
        let methods: [String: CallKind] = [
            "/a/U": .unary, "/a/S": .serverStreaming, "/a/C": .clientStreaming,
            "/a/B": .bidirectional,
        ]
        var server = ServerConnection(
            own: Hello(agent: "s", limits: Self.limits), methods: methods, now: self.now)
        self.feed([self.greeting("c")], atOnce: true) { server.receive($0, now: self.now) }
        for (index, path) in methods.keys.sorted().enumerated() {
            let header = CallHeader(method: path).encoded()
            let request = Frame.encoded(
                .request, .noMessage, stream: UInt32(index + 1), header: header)
            self.feed([request], atOnce: true) { server.receive($0, now: self.now) }
        }
        _ = (server.takeActions(), server.takeOutput(upTo: .max))
        self.feed(frames, atOnce: atOnce) { server.receive($0, now: self.now) }
        var story = ["held: \(server.heldBytes)"]
        for action in server.takeActions() {
            if case .requests(let id, let run) = action {
                for message in run {
                    story.append("\(id): \(message.count) of \(message.first ?? 0)")
                    server.taken(bytes: message.count, id)
                }
            } else {
                story.append("\(action)")
            }
        }
        return story + ["held: \(server.heldBytes)", "\(server.takeOutput(upTo: .max))"]
    }

    @Test func `together or each on its own, a client does the same`() throws {
        for seed in 0..<150 {
            var dice = MutationTests.Dice(state: UInt64(seed))
            let frames = self.frames(&dice)
            let isSame =
                try self.clientStory(frames, atOnce: true)
                == self.clientStory(frames, atOnce: false)
            #expect(isSame == true, "seed \(seed)")
        }
    }

    @Test func `together or each on its own, a server does the same`() {
        for seed in 0..<150 {
            var dice = MutationTests.Dice(state: UInt64(seed))
            let frames = self.frames(&dice)
            let isSame =
                self.serverStory(frames, atOnce: true) == self.serverStory(frames, atOnce: false)
            #expect(isSame == true, "seed \(seed)")
        }
    }

    @Test(arguments: [0, 1])
    func `a run beyond its credit ends the connection`(beyond: Int) throws {
        // Each costs 100 bytes; the last one begins when 0 or 36 bytes are left.
        let count = Int(Self.limits.windowBytes) / 100 + 1 + beyond
        let one = self.message(2, [UInt8](repeating: 1, count: 36))
        let story = try self.clientStory([[UInt8]](repeating: one, count: count), atOnce: true)
        #expect(story.contains { $0.contains("without credit") } == (beyond == 1))
    }

    @Test func `a window of small responses is one action`() throws {
        var client = ClientConnection(own: Hello(agent: "c"), now: self.now)
        self.feed([self.greeting("s")], atOnce: true) { client.receive($0, now: self.now) }
        let id = try client.open(CallHeader(method: "/a/S"), .serverStreaming, request: [])
        _ = client.takeActions()
        let frames = (0..<100).map { self.message(id, [$0]) }
        self.feed(frames, atOnce: true) { client.receive($0, now: self.now) }
        var actions = client.takeActions()
        guard case .responses(id, let run) = actions.popFirst() else {
            Issue.record("no responses")
            return
        }
        #expect(run.map(Array.init) == (0..<100).map { [$0] })
        #expect(actions.isEmpty)
    }
}
