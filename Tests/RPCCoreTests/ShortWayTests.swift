import Testing

@testable import RPCCore

/// The usual unary call of a client: its request is encoded where it leaves, and its reply comes
/// whole in one frame. Both do what the general way does.
@Suite struct ShortWayTests {
    private let now = ContinuousClock.now
    private let method = MethodDescriptor(path: "/a/Unary", kind: .unary)
    private let header = CallHeader(method: "/a/Unary")

    private func feed(_ client: inout ClientConnection, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { client.receive($0, now: self.now) }
    }

    private func greeted(
        own: Limits = Limits(), peer: Limits = Limits()
    ) -> ClientConnection {
        var client = ClientConnection(own: Hello(agent: "c", limits: own), now: self.now)
        self.feed(
            &client,
            Preface.bytes + Frame.encoded(.hello, header: Hello(agent: "s", limits: peer).encoded())
        )
        _ = client.takeActions()
        _ = client.takeOutput(upTo: .max)
        return client
    }

    /// Sizes beyond the room that the server leaves: in the frame, in the header block, for the
    /// message.
    enum Edge: CaseIterable, Sendable { case frame, header, message }

    @Test(arguments: Edge.allCases, [-1, 0, 1])
    func `a request is encoded where it leaves when one frame takes it`(
        edge: Edge, beyond: Int
    ) throws {
        var peer = Limits()
        peer.frameBytesMax = 256 * 1024
        peer.headerBytesMax = 8 * 1024
        peer.messageBytesMax = edge == .frame ? 4 << 20 : 64 * 1024
        var client = self.greeted(peer: peer)
        var header = self.header
        let bare = header.encoded().count
        var size = 100
        switch edge {
        case .frame: size = Int(peer.frameBytesMax) - bare + beyond
        case .message: size = Int(peer.messageBytesMax) + beyond
        case .header:
            // The entry takes 1 + 2 bytes for itself, 3 for its key, 1 + 2 before its text.
            let count = Int(peer.headerBytesMax) - bare - 9 + beyond
            header.metadata.entries = [
                .init(key: "k", value: .text(String(repeating: "v", count: count)))
            ]
        }
        let request = [UInt8](repeating: 7, count: size)
        let id = client.open(
            self.method, timeoutMicroseconds: 0, metadata: header.metadata
        ) { $0 += request }
        #expect((id != nil) == (beyond <= 0))
        #expect(client.openCalls == (beyond <= 0 ? 1 : 0))
        let wanted =
            beyond > 0
            ? [] : Frame.encoded(.request, .end, stream: 1, header: header.encoded(), body: request)
        #expect(client.queuedBytes == wanted.count)
        // Compared here: a difference would be printed whole.
        let isWanted = client.takeOutput(upTo: .max) == wanted
        #expect(isWanted == true)
        // The number is not lost, and the general way has the last word.
        if edge == .frame {
            let next = try client.open(header, .unary, request: request)
            #expect(next == (beyond <= 0 ? 2 : 1))
        }
    }

    @Test func `both ways write the same bytes`() throws {
        var header = self.header
        header.trace = TraceContext(high: 7, low: 8, span: 9)
        header.metadata.entries = [.init(key: "k", value: .text("v"))]
        for microseconds in [0, 1, 127, 128, 10_000_000, UInt64.max] {
            var short = self.greeted()
            var long = self.greeted()
            _ = short.open(
                self.method, timeoutMicroseconds: microseconds, trace: header.trace,
                metadata: header.metadata
            ) { $0 += [1, 2, 3] }
            _ = try long.open(
                header, .unary, timeoutMicroseconds: microseconds, request: [1, 2, 3])
            #expect(short.takeOutput(upTo: .max) == long.takeOutput(upTo: .max))
        }
    }

    /// What a reply led to.
    enum End: Equatable, Sendable {
        case reply([UInt8])
        case failed(StatusCode)
        /// The call goes on.
        case none
    }

    private func end(_ client: inout ClientConnection, _ bytes: [UInt8]) throws -> End {
        self.feed(&client, bytes)
        var end = End.none
        for action in client.takeActions() {
            guard end == .none else {
                Issue.record("a second end")
                continue
            }
            switch action {
            case .succeeded(1, let reply?, _): end = .reply(reply)
            case .failed(1, let error, _): end = .failed(error.code)
            default: Issue.record("\(action)")
            }
        }
        #expect(client.openCalls == (end == .none ? 1 : 0))
        return end
    }

    private func called(own: Limits = Limits()) -> ClientConnection {
        var client = self.greeted(own: own)
        _ = client.open(self.method, timeoutMicroseconds: 0) { $0 += [1] }
        return client
    }

    @Test func `a reply in one frame is the reply in pieces`() throws {
        let reply = (0..<20).map(UInt8.init)
        for cut in 0...reply.count {
            var client = self.called()
            let status = Frame.encoded(.status, .end, stream: 1, body: reply[cut...])
            if cut > 0 {
                let piece = Frame.encoded(.message, .more, stream: 1, body: reply[..<cut])
                #expect(try self.end(&client, piece) == .none)
            }
            #expect(try self.end(&client, status) == .reply(reply), "cut at \(cut)")
        }
    }

    @Test func `a reply behind a whole message is one too many`() throws {
        var client = self.called()
        #expect(try self.end(&client, Frame.encoded(.message, stream: 1, body: [1])) == .none)
        let second = Frame.encoded(.status, .end, stream: 1, body: [2])
        #expect(try self.end(&client, second) == .failed(.unimplemented))
    }

    @Test(arguments: [-1, 0, 1])
    func `a reply in one frame is no larger than a message may be`(beyond: Int) throws {
        var own = Limits()
        own.frameBytesMax = 256 * 1024
        own.messageBytesMax = 64 * 1024
        var client = self.called(own: own)
        let reply = [UInt8](repeating: 7, count: Int(own.messageBytesMax) + beyond)
        let status = Frame.encoded(.status, .end, stream: 1, body: reply)
        let end = try self.end(&client, status)
        let isWanted = end == (beyond <= 0 ? .reply(reply) : .failed(.resourceExhausted))
        #expect(isWanted == true)
    }
}
