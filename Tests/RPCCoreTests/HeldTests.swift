import Testing

@testable import RPCCore

/// What a server holds for calls that have not begun, and what it lets pass of those it refused
/// (rpc.md 1.5 and 1.9).
@Suite struct HeldTests {
    private static let limit = 3000
    private let now = ContinuousClock.now

    private func server(assemblyBytesMax: Int = Limits().assemblyBytesMax) -> ServerConnection {
        var limits = Limits()
        limits.assemblyBytesMax = assemblyBytesMax
        var server = ServerConnection(
            own: Hello(agent: "s", limits: limits),
            methods: ["/a/Echo": .unary, "/a/Sum": .clientStreaming], now: self.now)
        let hello = Frame.encoded(.hello, header: Hello(agent: "c").encoded())
        self.feed(&server, Preface.bytes + hello)
        _ = server.takeActions()
        return server
    }

    private func feed(_ server: inout ServerConnection, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { server.receive($0, now: self.now) }
    }

    private func request(
        _ stream: UInt32, _ flags: FrameFlags, bytes: Int, _ path: String = "/a/Echo"
    ) -> [UInt8] {
        Frame.encoded(
            .request, flags, stream: stream, header: CallHeader(method: path).encoded(),
            body: [UInt8](repeating: 1, count: bytes))
    }

    @Test(arguments: [-1, 0, 1])
    func `RPC-72 a whole request whose end has yet to come is held like an unfinished one`(
        beyond: Int
    ) {
        var server = self.server(assemblyBytesMax: Self.limit)
        for stream in 1...2 { self.feed(&server, self.request(UInt32(stream), [], bytes: 1000)) }
        self.feed(&server, self.request(3, [], bytes: Self.limit - 2000 + beyond))
        #expect(server.heldBytes == (beyond > 0 ? 2000 : Self.limit + beyond))
        #expect(server.isOpen(3) == (beyond <= 0))
    }

    /// A caller repeats what no handler saw.
    @Test(arguments: [("/a/Echo", true), ("/a/Sum", false)])
    func `RPC-72 a call beyond the budget hears whether a handler saw it`(
        path: String, isUnprocessed: Bool
    ) {
        var server = self.server(assemblyBytesMax: Self.limit)
        _ = server.takeOutput(upTo: .max)
        self.feed(&server, self.request(1, .more, bytes: Self.limit + 1, path))
        let status = server.takeOutput(upTo: .max)
        #expect(status.dropFirst(4).first == FrameType.status.rawValue)
        let flags = FrameFlags(rawValue: status.dropFirst(5).first ?? 0)
        #expect(flags.contains(.unprocessed) == isUnprocessed)
    }

    @Test func `RPC-72 a request that begins, or whose call is over, is held no longer`() {
        var server = self.server()
        for stream in 1...3 as ClosedRange<UInt32> {
            self.feed(&server, self.request(stream, [], bytes: 1000))
        }
        self.feed(&server, Frame.encoded(.message, [.end, .noMessage], stream: 1))
        #expect(server.heldBytes == 2000)
        self.feed(
            &server,
            Frame.encoded(.cancel, stream: 2, header: CancelBlock(code: .cancelled).encoded()))
        #expect(server.heldBytes == 1000)
        // One message too many ends the call.
        self.feed(&server, Frame.encoded(.message, stream: 3, body: [1]))
        #expect(server.heldBytes == 0)
        let begun = server.takeCalls().map(\.request)
        #expect(begun == [[UInt8](repeating: 1, count: 1000)])
    }

    private func isClosed(_ server: inout ServerConnection) -> Bool {
        server.takeActions().contains { if case .close = $0 { true } else { false } }
    }

    /// The largest message in pieces, as a caller sends it that has not heard of the refusal.
    private func pieces(_ stream: UInt32) -> [UInt8] {
        let size = 64 * 1024
        let count = Int(Limits().messageBytesMax) / size
        let piece = Frame.encoded(
            .message, .more, stream: stream, body: [UInt8](repeating: 1, count: size))
        return (1..<count).flatMap { _ in piece }
    }

    @Test func `RPC-66 what was under way for refused calls costs the connection nothing`() {
        var server = self.server()
        // More frames than the budget has credit for.
        for stream in 1...10 as ClosedRange<UInt32> {
            self.feed(&server, self.request(stream, .more, bytes: 32 * 1024, "/a/None"))
            self.feed(&server, self.pieces(stream))
        }
        let isClosed = self.isClosed(&server)
        #expect(!isClosed)
    }

    @Test func `RPC-69 what cannot have been under way for a refused call costs`() {
        var server = self.server()
        self.feed(&server, self.request(1, .more, bytes: 32 * 1024, "/a/None"))
        for _ in 0..<2 { self.feed(&server, self.pieces(1)) }
        let isEarly = self.isClosed(&server)
        #expect(!isEarly)
        let more = Frame.encoded(.message, .more, stream: 1, body: [1])
        self.feed(&server, (0..<500).flatMap { _ in more })
        let isClosed = self.isClosed(&server)
        #expect(isClosed)
    }
}
