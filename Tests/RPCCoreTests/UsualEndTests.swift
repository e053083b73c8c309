import Testing

@testable import RPCCore

/// The usual end of a call at a server: its reply is encoded where it leaves. The call counts,
/// earns and ends a drain as with any other end.
@Suite struct UsualEndTests {
    private let now = ContinuousClock.now

    /// Calls of both forms in which a server keeps them.
    private static let paths = ["/a/Echo", "/a/Sum"]

    private func feed(_ server: inout ServerConnection, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { server.receive($0, now: self.now) }
    }

    private func server(peer limits: Limits = Limits()) -> ServerConnection {
        var server = ServerConnection(
            own: Hello(agent: "s"), methods: ["/a/Echo": .unary, "/a/Sum": .clientStreaming],
            now: self.now)
        let hello = Hello(agent: "c", limits: limits)
        self.feed(&server, Preface.bytes + Frame.encoded(.hello, header: hello.encoded()))
        _ = server.takeActions()
        _ = server.takeOutput(upTo: .max)
        return server
    }

    private func call(_ server: inout ServerConnection, _ path: String, _ stream: UInt32 = 1) {
        self.feed(
            &server,
            Frame.encoded(
                .request, .end, stream: stream, header: CallHeader(method: path).encoded(),
                body: [1]))
        #expect(server.takeCalls().map(\.start.stream) == [stream])
        _ = server.takeActions()
    }

    private func reply(
        _ server: inout ServerConnection, bytes: Int = 1
    ) -> ServerConnection.Answer {
        server.complete(1) { $0 += repeatElement(7, count: bytes) }
    }

    private func isSent(_ answer: ServerConnection.Answer) -> Bool {
        if case .sent = answer { true } else { false }
    }

    @Test(arguments: Self.paths)
    func `RPC-34 a call that has its reply does not count any more`(path: String) {
        var server = self.server()
        self.call(&server, path)
        #expect(self.isSent(self.reply(&server)))
        #expect(server.openCalls == 0)
        let isOpen = server.isOpen(1)
        #expect(!isOpen)
    }

    @Test(arguments: Self.paths)
    func `RPC-68 a call that ends with its reply earns a frame that does no work`(path: String) {
        for isAnswered in [false, true] {
            var server = self.server()
            let ping = Frame.encoded(.ping, body: [UInt8](repeating: 0, count: 8))
            for _ in 0..<ControlBudget.burst { self.feed(&server, ping) }
            self.call(&server, path)
            if isAnswered { #expect(self.isSent(self.reply(&server))) }
            self.feed(&server, ping)
            let isRefused = server.takeActions().contains { action in
                if case .close = action { true } else { false }
            }
            #expect(isRefused != isAnswered)
        }
    }

    @Test(arguments: Self.paths)
    func `RPC-75 the last call of a drain ends the connection`(path: String) {
        var server = self.server()
        self.call(&server, path)
        server.drain(graceMilliseconds: 1000)
        self.feed(
            &server,
            Frame.encoded(.goAway, .ack, header: GoAway(lastStream: 1, code: .noError).encoded()))
        server.closeIfIdle()
        _ = server.takeActions()
        #expect(self.isSent(self.reply(&server)))
        #expect(self.orderlyEnds(&server) == 1)
    }

    @Test func `RPC-75 a handler that outlives its call holds the drain until it ends`() {
        var server = self.server()
        self.call(&server, "/a/Echo")
        server.finish(1, RPCError.late("the handler still ran"))
        server.drain(graceMilliseconds: 1000)
        self.feed(
            &server,
            Frame.encoded(.goAway, .ack, header: GoAway(lastStream: 1, code: .noError).encoded()))
        server.closeIfIdle()
        #expect(self.orderlyEnds(&server) == 0)
        server.handlerEnded(1)
        #expect(self.orderlyEnds(&server) == 1)
    }

    private func orderlyEnds(_ server: inout ServerConnection) -> Int {
        server.takeActions().count { action in
            if case .close(_, isOrderly: true) = action { true } else { false }
        }
    }

    @Test(arguments: [-1, 0, 1])
    func `RPC-04 a reply in one frame is no larger than the caller takes`(beyond: Int) {
        var limits = Limits()
        limits.frameBytesMax = 256 * 1024
        limits.messageBytesMax = 64 * 1024
        var server = self.server(peer: limits)
        self.call(&server, "/a/Echo")
        let size = Int(limits.messageBytesMax) + beyond
        let answer = self.reply(&server, bytes: size)
        guard case .larger(let reply) = answer else {
            return #expect(beyond <= 0 && self.isSent(answer))
        }
        #expect(beyond > 0 && reply.count == size)
        // The call is as it was, and ends with words.
        server.complete(1, reply: reply, trailers: Metadata())
        let output = server.takeOutput(upTo: .max)
        #expect(output.dropFirst(4).first == FrameType.status.rawValue)
        #expect(output.count < 1024)
        #expect(server.openCalls == 0)
    }
}
