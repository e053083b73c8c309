import Testing

@testable import RPCCore

/// Every frame on every state of a stream and of the connection, as rpc.md 1.9 has it.
@Suite struct ServerTableTests {
    /// What a frame led to.
    enum Outcome: Equatable, Sendable {
        /// Not even a word.
        case nothing
        /// The owner was told something; the connection and the call go on.
        case action
        /// A frame came back that ends nothing.
        case answered
        /// STATUS with this code on the stream; the connection stays.
        case status(UInt8)
        /// GOAWAY with this code, and the connection closes.
        case closed(UInt8)
    }

    /// Where the stream is that the frame speaks of.
    enum Place: UInt32, CaseIterable, Sendable {
        case open = 1
        case halfClosed = 3
        case over = 5
        case neverOpened = 7
    }

    struct Row: Sendable, CustomStringConvertible {
        let name: String
        /// The frame on a stream.
        let frame: @Sendable (UInt32) -> [UInt8]
        /// For open, half-closed, over and never opened.
        let outcomes: [Outcome]

        var description: String { self.name }
    }

    private static let header = CallHeader(method: "/a/Bidi").encoded()
    private static let credit: [UInt8] = [0, 1, 0, 0]

    private static func row(
        _ name: String, _ type: FrameType, _ flags: FrameFlags = [], header: [UInt8] = [],
        body: [UInt8] = [], leadsTo outcomes: [Outcome]
    ) -> Row {
        Row(
            name: name,
            frame: { Frame.encoded(type, flags, stream: $0, header: header, body: body) },
            outcomes: outcomes)
    }

    private static let gone = Outcome.closed(1)
    static let rows: [Row] = [
        row("REQUEST", .request, header: header, leadsTo: [gone, gone, gone, .action]),
        row(
            "REQUEST whose header does not parse", .request, header: [0xFF],
            leadsTo: [gone, gone, gone, .status(13)]),
        row(
            "REQUEST of an unknown method", .request,
            header: CallHeader(method: "/a/None").encoded(),
            leadsTo: [gone, gone, gone, .status(12)]),
        row(
            "REQUEST with bad metadata", .request,
            header: {
                var header = CallHeader(method: "/a/Bidi")
                header.metadata.add("Upper", "x")
                return header.encoded()
            }(), leadsTo: [gone, gone, gone, .status(3)]),
        row("MESSAGE", .message, body: [1], leadsTo: [.action, .status(13), .nothing, gone]),
        row(
            "MESSAGE that goes on", .message, .more, body: [1],
            leadsTo: [.nothing, .status(13), .nothing, gone]),
        row(
            "last MESSAGE", .message, .end, body: [1],
            leadsTo: [.action, .status(13), .nothing, gone]),
        row(
            "half-close", .message, [.end, .noMessage],
            leadsTo: [.action, .status(13), .nothing, gone]),
        row(
            "MORE with END", .message, [.more, .end], body: [1],
            leadsTo: [.status(13), .status(13), .nothing, gone]),
        row(
            "NO_MESSAGE with bytes", .message, .noMessage, body: [1],
            leadsTo: [.status(13), .status(13), .nothing, gone]),
        row(
            "COMPRESSED MESSAGE", .message, .compressed, body: [1],
            leadsTo: [.status(13), .status(13), .nothing, gone]),
        row("CANCEL", .cancel, header: [8, 1], leadsTo: [.action, .action, .nothing, gone]),
        row(
            "CANCEL that does not parse", .cancel, header: [0xFF],
            leadsTo: [.action, .action, .nothing, gone]),
        row("WINDOW", .window, body: credit, leadsTo: [.nothing, .nothing, .nothing, gone]),
        row(
            "WINDOW of 0", .window, body: [0, 0, 0, 0],
            leadsTo: [.status(13), .status(13), .nothing, gone]),
        row(
            "WINDOW beyond all bounds", .window, body: [0x7F, 0xFF, 0xFF, 0xFF],
            leadsTo: [.closed(3), .closed(3), .nothing, gone]),
        row("STATUS", .status, .end, leadsTo: [gone, gone, gone, gone]),
        row("HEADERS", .headers, leadsTo: [gone, gone, gone, gone]),
    ]

    private let methods: [String: CallKind] = ["/a/Bidi": .bidirectional]
    private let now = ContinuousClock.now

    private func feed(_ server: inout ServerConnection, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { server.receive($0, now: self.now) }
    }

    private func drain(_ server: inout ServerConnection) {
        _ = server.takeActions()
        _ = server.takeOutput(upTo: .max)
    }

    /// A connection with one stream in each state.
    private func greeted() -> ServerConnection {
        var server = ServerConnection(
            own: Hello(agent: "s"), methods: self.methods, now: self.now)
        self.feed(
            &server,
            Preface.bytes + Frame.encoded(.hello, header: Hello(agent: "c").encoded()))
        for place in Place.allCases where place != .neverOpened {
            let flags: FrameFlags = place == .halfClosed ? [.end, .noMessage] : .noMessage
            self.feed(
                &server,
                Frame.encoded(.request, flags, stream: place.rawValue, header: Self.header))
        }
        server.finish(Place.over.rawValue, reply: nil)
        server.handlerEnded(Place.over.rawValue)
        self.drain(&server)
        return server
    }

    /// The client takes frames of so many bytes.
    @Test(arguments: [(-1, true), (0, true), (1, false)])
    func `a reply is encoded where it leaves when one frame takes it`(
        beyond: Int, leaves: Bool
    ) throws {
        var server = self.greeted()
        let size = Int(Hello(agent: "c").clamped().limits.frameBytesMax) + beyond
        let id = Place.halfClosed.rawValue
        let calls = server.openCalls
        let answer = server.complete(id) { $0 += repeatElement(7, count: size) }
        switch answer {
        case .sent: #expect(leaves == true)
        case .larger(let reply): #expect(!leaves && reply.count == size)
        case .ended: Issue.record("the call was open")
        }
        let frame = leaves ? FrameHead.byteCount + size : 0
        #expect(server.takeOutput(upTo: .max).count == frame)
        #expect(server.isOpen(id) != leaves)
        // It does not count any more.
        #expect(server.openCalls == (leaves ? calls - 1 : calls))
    }

    @Test func `a reply to a call that is over is not even encoded`() {
        var server = self.greeted()
        let answer = server.complete(Place.over.rawValue) { _ in
            Issue.record("nobody would hear it")
        }
        guard case .ended = answer else {
            Issue.record("the call was over")
            return
        }
        #expect(server.takeOutput(upTo: .max).isEmpty == true)
    }

    private func outcome(of bytes: [UInt8], _ server: inout ServerConnection) -> Outcome {
        self.feed(&server, bytes)
        let actions = server.takeActions()
        let output = server.takeOutput(upTo: .max)
        let isClosing = actions.contains { if case .close = $0 { true } else { false } }
        guard !output.isEmpty else { return actions.isEmpty ? .nothing : .action }
        let header = output.dropFirst(FrameHead.byteCount)
        switch FrameType(rawValue: output[4]) {
        // Code 0 is absent from the block; field 1 of STATUS, field 2 of GOAWAY.
        case .status: return .status(header.first == 0x08 ? header.dropFirst().first ?? 0 : 0)
        case .goAway where isClosing: return .closed(Self.code(inGoAway: Array(header)))
        case _: return .answered
        }
    }

    private static func code(inGoAway block: [UInt8]) -> UInt8 {
        let farewell = block.withUnsafeBytes { try? GoAway(decoding: $0) }
        return UInt8(farewell?.code.rawValue ?? 255)
    }

    @Test(arguments: Self.rows)
    func `a frame on a stream does what the table says`(row: Row) {
        for (place, expected) in zip(Place.allCases, row.outcomes) {
            var server = self.greeted()
            let outcome = self.outcome(of: row.frame(place.rawValue), &server)
            #expect(outcome == expected, "\(row) on a stream that is \(place)")
            // Whatever befell one stream, the open one lives as long as the connection does.
            if place != .open, case .closed = expected {
            } else if place != .open {
                #expect(server.isOpen(Place.open.rawValue) == true)
            }
        }
    }

    @Test(
        arguments: [
            (
                "a second HELLO", Frame.encoded(.hello, header: Hello(agent: "c").encoded()),
                .closed(4)
            ),
            ("PING", Frame.encoded(.ping, body: [UInt8](repeating: 7, count: 8)), .answered),
            (
                "PING ACK", Frame.encoded(.ping, .ack, body: [UInt8](repeating: 7, count: 8)),
                .nothing
            ),
            ("GOAWAY", Frame.encoded(.goAway), .action),
            ("type 0", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], .closed(1)),
            ("an ignorable extension", [0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0], .nothing),
            ("a critical extension", [0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0], .closed(1)),
            ("PING of seven bytes", Frame.encoded(.ping, body: [1, 2, 3, 4, 5, 6, 7]), .closed(2)),
            (
                "PING on a stream", Frame.encoded(.ping, stream: 1, body: credit + credit),
                .closed(1)
            ),
            ("MESSAGE on stream 0", Frame.encoded(.message), .closed(1)),
            (
                "WINDOW of three bytes", Frame.encoded(.window, stream: 1, body: [1, 2, 3]),
                .closed(2)
            ),
        ] as [(String, [UInt8], Outcome)])
    func `a frame on the connection does what the table says`(
        name: String, bytes: [UInt8], expected: Outcome
    ) {
        var server = self.greeted()
        #expect(self.outcome(of: bytes, &server) == expected, "\(name)")
    }

    @Test(arguments: Self.rows)
    func `nothing but a HELLO comes first`(row: Row) {
        var server = ServerConnection(
            own: Hello(agent: "s"), methods: self.methods, now: self.now)
        self.feed(&server, Preface.bytes)
        self.drain(&server)
        #expect(self.outcome(of: row.frame(1), &server) == .closed(4))
    }

    @Test(arguments: Self.rows)
    func `behind its end a connection hears nothing`(row: Row) {
        var server = self.greeted()
        self.feed(&server, [0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0])
        self.drain(&server)
        for place in Place.allCases {
            #expect(self.outcome(of: row.frame(place.rawValue), &server) == .nothing)
        }
    }

    @Test func `what its owner does out of turn changes nothing`() {
        var server = self.greeted()
        for id in [Place.over.rawValue, Place.neverOpened.rawValue] {
            server.finish(id, reply: [1])
            server.finish(id, RPCError(.unknown, "late"))
            server.sendHeaders(Metadata(), id)
            #expect(server.send(id) { $0 += [1] } == .ended)
            server.taken(bytes: 1_000_000, id)
            server.handlerEnded(id)
        }
        server.handshakeTimedOut()
        server.refuseNewCalls(graceMilliseconds: 1)
        server.closeIfIdle()
        #expect(server.queuedBytes == 0)
        #expect(server.takeActions().isEmpty)
        #expect(server.openCalls == 2)
    }
}
