import Testing

@testable import RPCCore

/// What the two machines do at the edges of their rules (rpc.md 1.5 to 1.11).
@Suite struct EdgeTests {
    private let start = ContinuousClock.now

    // MARK: The server

    private func server(peer limits: Limits = Limits()) -> ServerConnection {
        var server = ServerConnection(
            own: Hello(agent: "s"), methods: ["/a/Echo": .unary, "/a/Bidi": .bidirectional],
            now: self.start)
        self.feed(&server, Preface.bytes + self.hello(limits))
        _ = server.takeActions()
        _ = server.takeOutput(upTo: .max)
        return server
    }

    private func hello(_ limits: Limits) -> [UInt8] {
        Frame.encoded(.hello, header: Hello(agent: "c", limits: limits).encoded())
    }

    private func feed(_ server: inout ServerConnection, _ bytes: [UInt8], at time: Duration = .zero)
    {
        bytes.withUnsafeBytes { server.receive($0, now: self.start + time) }
    }

    private func request(
        _ stream: UInt32, _ flags: FrameFlags, timeout: Duration? = nil, _ path: String = "/a/Echo"
    ) -> [UInt8] {
        var header = CallHeader(method: path)
        header.timeoutMicroseconds = UInt64(timeout?.microseconds ?? 0)
        return Frame.encoded(
            .request, flags, stream: stream, header: header.encoded(),
            body: flags.contains(.noMessage) ? [] : [1])
    }

    /// The code of the first STATUS in some output; nil without one.
    private func status(_ output: [UInt8]) throws -> StatusCode? {
        guard output.count >= FrameHead.byteCount, output[4] == FrameType.status.rawValue else {
            return nil
        }
        let count = Int(output[6]) << 8 | Int(output[7])
        let header = Array(output.dropFirst(FrameHead.byteCount).prefix(count))
        if header.isEmpty { return .ok }
        let block = try header.withUnsafeBytes { try StatusBlock(decoding: $0) }
        return StatusCode(rawValue: block.code)
    }

    @Test(arguments: [-1, 0, 1])
    func `RPC-31 a request in pieces has its deadline from its first piece`(beyond: Int) throws {
        var server = self.server()
        self.feed(&server, self.request(1, .more, timeout: .milliseconds(200)))
        #expect(
            server.takeActions().contains { if case .unfinished = $0 { true } else { false } })
        let now = self.start + .milliseconds(200) + .nanoseconds(beyond)
        let next = server.expireUnfinished(now: now)
        let status = try self.status(server.takeOutput(upTo: .max))
        #expect(status == (beyond < 0 ? nil : .deadlineExceeded))
        #expect((next == nil) == (beyond >= 0))
        #expect(server.isOpen(1) == (beyond < 0))
    }

    @Test(arguments: [-1, 0, 1])
    func `a request in pieces that names no time has a minute`(beyond: Int) throws {
        var server = self.server()
        self.feed(&server, self.request(1, .more))
        let limit = ServerConnection.unfinishedMax + .nanoseconds(beyond)
        _ = server.expireUnfinished(now: self.start + limit)
        #expect(server.isOpen(1) == (beyond < 0))
        #expect(server.heldBytes == (beyond < 0 ? 1 : 0))
    }

    @Test func `the handler of a request in pieces sees the time that is left`() {
        var server = self.server()
        self.feed(&server, self.request(1, .more, timeout: .milliseconds(200)))
        _ = server.takeActions()
        let rest = Frame.encoded(.message, .end, stream: 1, body: [2])
        self.feed(&server, rest, at: .milliseconds(150))
        var left: [UInt64] = []
        for call in server.takeCalls() { left.append(call.start.timeoutMicroseconds) }
        #expect(left == [50_000])
        #expect(server.expireUnfinished(now: self.start + .seconds(100)) == nil)
    }

    @Test func `a request whose last piece comes too late is not begun`() throws {
        var server = self.server()
        self.feed(&server, self.request(1, .more, timeout: .milliseconds(200)))
        _ = server.takeActions()
        self.feed(
            &server, Frame.encoded(.message, .end, stream: 1, body: [2]), at: .milliseconds(200))
        let hasArrived = server.hasArrived
        #expect(!hasArrived)
        #expect(try self.status(server.takeOutput(upTo: .max)) == .deadlineExceeded)
    }

    /// A caller that takes header blocks larger than its frames.
    private static let narrow = {
        var limits = Limits()
        limits.frameBytesMax = 16 * 1024
        limits.headerBytesMax = 65_535
        return limits
    }()

    @Test(arguments: [-1, 0, 1])
    func `RPC-17 metadata that no frame of the caller takes ends the call with words`(
        beyond: Int
    ) throws {
        // Two length bytes more than half of the frame each, so that the block is as long as said.
        let empty = self.trailers(bytes: 10_000)
        let own = self.encoded(empty).count - 10_000
        let size = 16 * 1024 - own + beyond
        var server = self.server(peer: Self.narrow)
        self.feed(&server, self.request(1, .end))
        server.finish(1, reply: [1], trailers: self.trailers(bytes: size))
        #expect(self.encoded(self.trailers(bytes: size)).count == 16 * 1024 + beyond)
        let status = try self.status(Array(server.takeOutput(upTo: .max).suffix(from: 0)))
        if beyond > 0 {
            #expect(status == .resourceExhausted)
        } else {
            // The reply comes first where it does not fit beside the block.
            #expect(status == nil || status == .ok)
        }
        var another = self.server(peer: Self.narrow)
        self.feed(&another, self.request(1, .end))
        another.sendHeaders(self.trailers(bytes: 20_000), 1)
        #expect(try self.status(another.takeOutput(upTo: .max)) == .resourceExhausted)
    }

    private func trailers(bytes: Int) -> Metadata {
        var metadata = Metadata()
        metadata.add("k", binary: [UInt8](repeating: 7, count: bytes))
        return metadata
    }

    private func encoded(_ trailers: Metadata) -> [UInt8] {
        var block = StatusBlock()
        block.trailers = trailers
        return block.encoded()
    }

    @Test func `RPC-64 an encoding that is none is no encoding`() {
        var server = self.server()
        var header = CallHeader(method: "/a/Echo")
        header.encoding = "identity"
        self.feed(&server, Frame.encoded(.request, .end, stream: 1, header: header.encoded()))
        let hasArrived = server.hasArrived
        #expect(hasArrived)
    }

    @Test func `a stranger that has shown no preface is told nothing when the server stops`() {
        var server = ServerConnection(own: Hello(agent: "s"), methods: [:], now: self.start)
        server.drain(graceMilliseconds: 1000)
        #expect(server.takeOutput(upTo: .max).isEmpty == true)
        #expect(server.takeActions().contains { if case .close = $0 { true } else { false } })
    }

    private static let idle: [(String, [UInt8], Int)] = [
        // The first GOAWAY costs nothing.
        ("GOAWAY", Frame.encoded(.goAway), ControlBudget.burst + 1),
        (
            "PING ACK", Frame.encoded(.ping, .ack, body: [1, 2, 3, 4, 5, 6, 7, 8]),
            ControlBudget.burst
        ),
        ("MESSAGE", Frame.encoded(.message, .noMessage, stream: 1), ControlBudget.burst),
        ("MESSAGE", Frame.encoded(.message, .more, stream: 1), ControlBudget.burst),
    ]

    @Test(arguments: Self.idle, [0, 1])
    func `RPC-69 frames that do no work are endured so often, on either side`(
        frame: (name: String, bytes: [UInt8], most: Int), beyond: Int
    ) throws {
        var server = self.server()
        self.feed(&server, self.request(1, .noMessage, "/a/Bidi"))
        _ = server.takeActions()
        for _ in 0..<frame.most + beyond { self.feed(&server, frame.bytes) }
        #expect(self.isRefused(server.takeActions(), frame.name) == (beyond > 0))
        var client = try self.client()
        _ = try client.open(CallHeader(method: "/a/Bidi"), .bidirectional, request: nil)
        _ = client.takeActions()
        for _ in 0..<frame.most + beyond { self.feed(&client, frame.bytes) }
        // A GOAWAY without a header ends every call, and nothing is left that could be refused but
        // the connection.
        var isRefused = false
        for case .farewell(let code, isOwn: true) in client.takeActions() {
            isRefused = code == .excessLoad
        }
        #expect(isRefused == (beyond > 0))
    }

    private func isRefused(_ actions: Fifo<ServerConnection.Action>, _ name: String) -> Bool {
        actions.contains { action in
            guard case .close(let reason, _) = action else { return false }
            return reason.contains("excessLoad") && reason.contains(name)
        }
    }

    /// In the numbers of the contract, which each side relies on.
    @Test func `RPC-69 four hundred frames that do no work are endured, and a hundred a second`() {
        var server = self.server()
        let ping = Frame.encoded(.ping, body: [1, 2, 3, 4, 5, 6, 7, 8])
        for (second, count) in [(0, 400), (1, 100), (3, 200)] {
            for _ in 0..<count { self.feed(&server, ping, at: .seconds(second)) }
            #expect(!self.isRefused(server.takeActions(), "PING"))
        }
        self.feed(&server, ping, at: .seconds(3))
        #expect(self.isRefused(server.takeActions(), "PING") == true)
    }

    @Test func `answers to our own pings cost nothing`() {
        var server = self.server()
        for _ in 0..<ControlBudget.burst * 2 {
            server.ping(7)
            self.feed(&server, Frame.encoded(.ping, .ack, body: [0, 0, 0, 0, 0, 0, 0, 7]))
        }
        #expect(!self.isRefused(server.takeActions(), "PING"))
    }

    @Test func `a status says what went wrong even where nothing has a name`() throws {
        let error = RPCError(.unknown, "odd", facts: ["phase": "x"])
        let bytes = StatusBlock(error).encoded()
        let block = try bytes.withUnsafeBytes { try StatusBlock(decoding: $0) }
        #expect(block.error(isUnprocessed: false)?.facts == ["phase": "x"])
        #expect(block.error(isUnprocessed: false)?.reason == nil)
        #expect(RPCError.late("x").reason == ErrorReason.deadline)
    }

    // MARK: The client

    private func client(peer limits: Limits = Limits()) throws -> ClientConnection {
        var client = ClientConnection(own: Hello(agent: "c"), now: self.start)
        self.feed(
            &client,
            Preface.bytes
                + Frame.encoded(.hello, header: Hello(agent: "s", limits: limits).encoded()))
        _ = client.takeActions()
        _ = client.takeOutput(upTo: .max)
        return client
    }

    private func feed(_ client: inout ClientConnection, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { client.receive($0, now: self.start) }
    }

    @Test(arguments: [-1, 0, 1], [0, 100])
    func `RPC-17 a call header that no frame of the server takes is refused here`(
        beyond: Int, message: Int
    ) throws {
        var client = try self.client(peer: Self.narrow)
        var header = CallHeader(method: "/a/Echo")
        header.metadata.add("k", binary: [UInt8](repeating: 7, count: 10_000))
        let own = header.encoded().count - 10_000
        header.metadata = Metadata()
        header.metadata.add(
            "k", binary: [UInt8](repeating: 7, count: 16 * 1024 - own + beyond))
        #expect(header.encoded().count == 16 * 1024 + beyond)
        let request = [UInt8](repeating: 1, count: message)
        var code: StatusCode?
        do throws(RPCError) {
            _ = try client.open(header, .unary, request: request)
        } catch { code = error.code }
        #expect(code == (beyond > 0 ? .resourceExhausted : nil))
        #expect(client.takeOutput(upTo: .max).isEmpty == (beyond > 0))
    }

    @Test func `a stream that ends inside a message has failed`() throws {
        var client = try self.client()
        _ = try client.open(CallHeader(method: "/a/List"), .serverStreaming, request: [1])
        self.feed(&client, Frame.encoded(.message, .more, stream: 1, body: [1]))
        self.feed(&client, Frame.encoded(.status, [.end, .noMessage], stream: 1))
        var codes: [StatusCode] = []
        for case .failed(_, let error, _) in client.takeActions() { codes.append(error.code) }
        #expect(codes == [.internalError])
    }

    @Test func `nothing comes before the server's HELLO, extensions neither`() {
        var client = ClientConnection(own: Hello(agent: "c"), now: self.start)
        self.feed(&client, Preface.bytes + [0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0])
        var codes: [GoAway.Code] = []
        for case .farewell(let code, isOwn: true) in client.takeActions() { codes.append(code) }
        #expect(codes == [.handshake])
    }
}
