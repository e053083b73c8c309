import Testing

@testable import RPCCore

/// Every frame that a server may send, on every state of a call (rpc.md 1.9).
@Suite struct ClientTableTests {
    /// What a frame led to.
    enum Outcome: Equatable, Sendable {
        /// Not even a word.
        case nothing
        /// The owner was told something; the call goes on.
        case action
        /// The call ended with this code.
        case ended(StatusCode)
        /// The connection is over; what runs fails.
        case closed
    }

    enum Place: UInt32, CaseIterable, Sendable {
        case open = 1
        case over = 2
        case neverOpened = 3
    }

    struct Row: Sendable, CustomStringConvertible {
        let name: String
        let frame: @Sendable (UInt32) -> [UInt8]
        /// For open, over and never opened.
        let outcomes: [Outcome]

        var description: String { self.name }
    }

    private static func row(
        _ name: String, _ type: FrameType, _ flags: FrameFlags = [], header: [UInt8] = [],
        body: [UInt8] = [], leadsTo outcomes: [Outcome]
    ) -> Row {
        Row(
            name: name,
            frame: { Frame.encoded(type, flags, stream: $0, header: header, body: body) },
            outcomes: outcomes)
    }

    static let rows: [Row] = [
        row("MESSAGE", .message, body: [1], leadsTo: [.action, .nothing, .closed]),
        row(
            "MESSAGE that goes on", .message, .more, body: [1],
            leadsTo: [.nothing, .nothing, .closed]),
        row(
            "MESSAGE with END", .message, .end, body: [1],
            leadsTo: [.ended(.internalError), .nothing, .closed]),
        row(
            "COMPRESSED MESSAGE", .message, .compressed, body: [1],
            leadsTo: [.ended(.internalError), .nothing, .closed]),
        row("STATUS OK", .status, [.end, .noMessage], leadsTo: [.ended(.ok), .nothing, .closed]),
        row(
            "STATUS OK with a message", .status, .end, body: [1],
            leadsTo: [.ended(.ok), .nothing, .closed]),
        row(
            "STATUS NOT_FOUND", .status, [.end, .noMessage], header: [8, 5],
            leadsTo: [.ended(.notFound), .nothing, .closed]),
        row(
            "STATUS 99", .status, [.end, .noMessage], header: [8, 99],
            leadsTo: [.ended(.unknown), .nothing, .closed]),
        row(
            "STATUS without END", .status, .noMessage,
            leadsTo: [.ended(.internalError), .nothing, .closed]),
        row(
            "STATUS that does not parse", .status, [.end, .noMessage], header: [0xFF],
            leadsTo: [.ended(.internalError), .nothing, .closed]),
        row(
            "COMPRESSED STATUS", .status, [.end, .compressed], body: [1],
            leadsTo: [.ended(.internalError), .nothing, .closed]),
        row("HEADERS", .headers, leadsTo: [.action, .nothing, .closed]),
        row(
            "HEADERS that do not parse", .headers, header: [0xFF],
            leadsTo: [.ended(.internalError), .nothing, .closed]),
        row("WINDOW", .window, body: [0, 1, 0, 0], leadsTo: [.nothing, .nothing, .closed]),
        row(
            "WINDOW of 0", .window, body: [0, 0, 0, 0],
            leadsTo: [.ended(.internalError), .nothing, .closed]),
        row("REQUEST", .request, leadsTo: [.closed, .closed, .closed]),
        row("CANCEL", .cancel, leadsTo: [.closed, .closed, .closed]),
    ]

    private let now = ContinuousClock.now

    private func feed(_ client: inout ClientConnection, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { client.receive($0, now: self.now) }
    }

    /// A connection with an open call of many messages each way, and one that has ended.
    private func greeted() throws -> ClientConnection {
        var client = ClientConnection(own: Hello(agent: "c"), now: self.now)
        self.feed(
            &client,
            Preface.bytes + Frame.encoded(.hello, header: Hello(agent: "s").encoded()))
        for _ in 1...2 {
            _ = try client.open(CallHeader(method: "/a/Bidi"), .bidirectional, request: nil)
        }
        client.cancel(Place.over.rawValue, .cancelled)
        _ = client.takeActions()
        _ = client.takeOutput(upTo: .max)
        return client
    }

    private func outcome(of bytes: [UInt8], _ client: inout ClientConnection) -> Outcome {
        self.feed(&client, bytes)
        var outcome = Outcome.nothing
        for action in client.takeActions() {
            switch action {
            case .close: return .closed
            case .succeeded: outcome = .ended(.ok)
            case .failed(_, let error, _): outcome = .ended(error.code)
            case .greeted, .headers, .responses, .writable, .draining, .farewell, .pong:
                if outcome == .nothing { outcome = .action }
            }
        }
        return outcome
    }

    @Test(arguments: Self.rows)
    func `a frame on a call does what the table says`(row: Row) throws {
        for (place, expected) in zip(Place.allCases, row.outcomes) {
            var client = try self.greeted()
            #expect(
                self.outcome(of: row.frame(place.rawValue), &client) == expected,
                "\(row) on a call that is \(place)")
        }
    }

    @Test(arguments: Self.rows)
    func `before the HELLO no call is spoken of, and behind the end nothing is heard`(row: Row) {
        var client = ClientConnection(own: Hello(agent: "c"), now: self.now)
        self.feed(&client, Preface.bytes)
        #expect(self.outcome(of: row.frame(1), &client) == .closed)
        for place in Place.allCases {
            #expect(self.outcome(of: row.frame(place.rawValue), &client) == .nothing)
        }
    }

    @Test func `HEADERS come once, and before the first message`() throws {
        var client = try self.greeted()
        let headers = Frame.encoded(.headers, stream: 1)
        #expect(self.outcome(of: headers, &client) == .action)
        #expect(self.outcome(of: headers, &client) == .ended(.internalError))
        client = try self.greeted()
        #expect(self.outcome(of: Frame.encoded(.message, stream: 1), &client) == .action)
        #expect(self.outcome(of: headers, &client) == .ended(.internalError))
        // CANCEL 13 says so to the server.
        let output = client.takeOutput(upTo: .max)
        #expect(output[4] == FrameType.cancel.rawValue && output.suffix(2) == [8, 13])
    }

    @Test func `what its owner does out of turn changes nothing`() throws {
        var client = try self.greeted()
        for id in [Place.over.rawValue, Place.neverOpened.rawValue] {
            client.cancel(id, .cancelled)
            client.endRequests(id)
            client.taken(bytes: 1_000_000, id)
            #expect(client.send(id) { $0 += [1] } == .ended)
            #expect(client.isOpen(id) == false)
        }
        #expect(client.queuedBytes == 0)
        #expect(client.takeActions().isEmpty)
        #expect(client.openCalls == 1)
    }
}
