import Foundation
import Testing

@testable import RPCCore

/// A fenced block of `proto/PROTOCOL.md` that begins with "```golden NAME".
private func goldenLines(_ name: String) throws -> [String] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../proto/PROTOCOL.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let block = try #require(
        text.components(separatedBy: "```golden \(name)\n").dropFirst().first,
        "no golden block \(name)")
    return try #require(block.components(separatedBy: "\n```").first)
        .split(separator: "\n").map(String.init)
}

/// What one side writes at one moment, and what was said of it.
private struct Turn {
    var words = ""
    var client: [UInt8] = []
    var server: [UInt8] = []
}

private func session() throws -> [Turn] {
    var turns: [Turn] = []
    for line in try goldenLines("session") {
        if line.hasPrefix("# ") {
            turns.append(Turn(words: String(line.dropFirst(2))))
        } else if line.hasPrefix("client ") {
            turns[turns.count - 1].client += hex(String(line.dropFirst(7)))
        } else {
            turns[turns.count - 1].server += hex(String(line.dropFirst(7)))
        }
    }
    return turns
}

@Suite struct GoldenTests {
    private static let methods: [String: CallKind] = [
        "/tally.health.v1.Health/Check": .unary, "/tally.health.v1.Health/Watch": .serverStreaming,
        "/demo.v1.Sum/Add": .clientStreaming,
    ]

    private func hello(_ agent: String) -> Hello {
        var limits = Limits()
        limits.idleTimeoutMilliseconds = 0
        return Hello(agent: agent, limits: limits)
    }

    /// A server whose handlers do what the document says, and everything it writes.
    private struct Server: ~Copyable {
        var machine: ServerConnection
        var sum: [UInt8] = []
        var cancelled: [UInt32] = []

        mutating func feed(_ bytes: some Collection<UInt8>) -> [UInt8] {
            Array(bytes).withUnsafeBytes { self.machine.receive($0, now: .now) }
            for call in self.machine.takeCalls() { self.begin(call.start) }
            for action in self.machine.takeActions() { self.obey(action) }
            return self.machine.takeOutput(upTo: .max)
        }

        private mutating func begin(_ start: CallStart) {
            let (id, method) = (start.stream, self.machine.methods.path(of: start.method))
            if method.hasSuffix("Check") {
                self.machine.finish(id, reply: [8, 1])
                self.machine.handlerEnded(id)
            } else if method.hasSuffix("Watch") {
                #expect(self.machine.send(id) { $0 += [8, 1] } == .sent)
                #expect(self.machine.send(id) { $0 += [8, 2] } == .sent)
            }
        }

        private mutating func obey(_ action: ServerConnection.Action) {
            switch action {
            case .requests(_, let run): self.sum += run.joined()
            case .requestsEnded(let id):
                self.machine.finish(id, reply: self.sum)
                self.machine.handlerEnded(id)
            case .cancelled(let id, _):
                self.cancelled.append(id)
                self.machine.handlerEnded(id)
            case .begin, .withdrawn, .writable, .greeted, .peerDrained, .unfinished, .refused,
                .farewell:
                break
            case .close(let reason, _): Issue.record("the server closed: \(reason)")
            }
        }
    }

    private func server() -> Server {
        Server(
            machine: ServerConnection(
                own: self.hello("ranking/1.0"), methods: Self.methods, now: .now))
    }

    @Test func `every golden frame is read as what it is called and written as it stands`() throws {
        for line in try goldenLines("frames") {
            let (name, digits) = (line.prefix(while: { $0 != " " }), line.drop { $0 != " " })
            let bytes = hex(String(digits))
            var reader = FrameReader(limits: Limits())
            var again: [UInt8] = []
            try bytes.withUnsafeBytes { raw in
                try reader.read(raw) { step in
                    guard case .frame(let frame) = step else { return }
                    #expect("\(frame.type)".uppercased() == name)
                    again = Frame.encoded(
                        frame.type, frame.flags, stream: frame.stream, header: Array(frame.header),
                        body: Array(frame.body))
                }
            }
            #expect(again == bytes, "\(line)")
        }
    }

    @Test func `the server writes the golden session byte by byte as it stands`() throws {
        var server = self.server()
        for turn in try session() {
            var written: [UInt8] = []
            if turn.words.hasPrefix("server: drains") {
                server.machine.drain(graceMilliseconds: 30_000)
                written = server.machine.takeOutput(upTo: .max)
            }
            written += server.feed(turn.client)
            #expect(written == turn.server, "\(turn.words)")
        }
        #expect(server.cancelled == [2])
        #expect(server.machine.openCalls == 0)
    }

    @Test func `the client writes the golden session byte by byte as it stands`() throws {
        var client = ClientConnection(own: self.hello("gateway/1.0"), now: .now)
        var ended: [UInt32] = []
        var responses: [[UInt8]] = []
        for turn in try session() {
            try self.act(turn.words, &client)
            var written = client.takeOutput(upTo: .max)
            turn.server.withUnsafeBytes { client.receive($0, now: .now) }
            for action in client.takeActions() {
                switch action {
                case .succeeded(let id, let reply, _):
                    ended.append(id)
                    if let reply { responses.append(reply) }
                case .responses(_, let run): responses += run.map(Array.init)
                case _: break
                }
            }
            written += client.takeOutput(upTo: .max)
            #expect(written == turn.client, "\(turn.words)")
        }
        #expect(ended == [1, 3])
        #expect(responses == [[8, 1], [8, 1], [8, 2], [8, 0x1B]])
        #expect(client.isDraining == true)
    }

    /// What the document's words make a client do.
    private func act(_ words: String, _ client: inout ClientConnection) throws {
        switch words.prefix(while: { !",;".contains($0) }) {
        case "client: greets", "server: drains": break
        case "client: calls Health/Check":
            var header = CallHeader(method: "/tally.health.v1.Health/Check")
            header.timeoutMicroseconds = 1_000_000
            #expect(try client.open(header, .unary, request: []) == 1)
        case "client: calls Health/Watch":
            let header = CallHeader(method: "/tally.health.v1.Health/Watch")
            #expect(try client.open(header, .serverStreaming, request: []) == 2)
        case "client: gives Watch up": client.cancel(2, .cancelled)
        case "client: streams two numbers to Sum/Add":
            let header = CallHeader(method: "/demo.v1.Sum/Add")
            let id = try client.open(header, .clientStreaming, request: nil)
            #expect(client.send(id) { $0 += [8, 0x1B] } == .sent)
            #expect(client.send(id) { _ in } == .sent)
            client.endRequests(id)
        case let other: Issue.record("the document tells of \(other), which no test acts out")
        }
    }

    @Test(arguments: 1...40)
    func `RPC-66 the recorded session in segments of any size gives the same answers`(
        seed: UInt64
    ) throws {
        var random = SplitMix(state: seed)
        // The drain comes from the server itself; what the client says before does not.
        let turns = try session().filter { !$0.words.hasPrefix("server:") }
        var server = self.server()
        var written: [UInt8] = []
        let largest = Int.random(in: 1...64, using: &random)
        for turn in turns {
            // A cancellation in one segment with its call would take the answers back.
            var rest = turn.client[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...largest, using: &random)
                written += server.feed(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
        }
        #expect(try self.frames(written) == self.frames(turns.flatMap(\.server)))
        #expect(server.cancelled == [2])
    }

    private func frames(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var reader = FrameReader(limits: Limits())
        var frames: [[UInt8]] = []
        try bytes.dropFirst(Preface.bytes.count).withUnsafeBytes { raw in
            try reader.read(raw) { step in
                guard case .frame(let frame) = step else { return }
                frames.append(
                    [frame.type.rawValue, frame.flags.rawValue, UInt8(frame.stream)]
                        + Array(frame.header) + Array(frame.body))
            }
        }
        return frames
    }
}

/// A small generator of numbers that the seed decides.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
