import Testing

@testable import RPCCore

/// rpc.md 1.11: what a farewell may overtake, and that it is told to whoever counts.
@Suite struct FarewellTests {
    private let now = ContinuousClock.now

    private func feed(_ client: inout ClientConnection, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { client.receive($0, now: self.now) }
    }

    private func greeted() -> ClientConnection {
        var client = ClientConnection(own: Hello(agent: "c"), now: self.now)
        self.feed(
            &client,
            Preface.bytes + Frame.encoded(.hello, header: Hello(agent: "s").encoded()))
        _ = client.takeActions()
        _ = client.takeOutput(upTo: .max)
        return client
    }

    private static func goAway(_ code: GoAway.Code, last: UInt32 = Limits.streamMax) -> [UInt8] {
        Frame.encoded(.goAway, header: GoAway(lastStream: last, code: code).encoded())
    }

    /// Types and streams of the frames in some output.
    private func frames(_ bytes: [UInt8]) -> [(type: UInt8, stream: UInt32)] {
        var (frames, rest): ([(type: UInt8, stream: UInt32)], ArraySlice<UInt8>) = ([], bytes[...])
        while rest.count >= FrameHead.byteCount {
            let head = rest.withUnsafeBytes { FrameHead($0) }
            frames.append((head.type, head.stream))
            rest = rest.dropFirst(FrameHead.byteCount + Int(head.length))
        }
        return frames
    }

    /// Requests of several frames, so that those behind them wait for their turns.
    private func withRequestsThatWait() throws -> ClientConnection {
        var client = self.greeted()
        for _ in 1...3 {
            _ = try client.open(
                CallHeader(method: "/a/Echo"), .unary,
                request: [UInt8](repeating: 7, count: 200_000))
        }
        return client
    }

    @Test(arguments: [
        (GoAway.Code.noError, ErrorReason.draining), (.excessLoad, ErrorReason.excessLoad),
        (.protocolViolation, ErrorReason.protocolViolation),
    ])
    func `a call that a farewell leaves out hears its cause, and may go elsewhere`(
        code: GoAway.Code, reason: String
    ) throws {
        var client = self.greeted()
        let id = try client.open(CallHeader(method: "/a/Echo"), .unary, request: [1])
        self.feed(&client, Self.goAway(code, last: 0))
        var heard: RPCError?
        for case .failed(id, let error, _) in client.takeActions() { heard = error }
        #expect(heard?.reason == reason)
        #expect(heard?.isUnprocessed == true)
    }

    @Test func `RPC-75 the confirmation of a drain overtakes no request that waits`() throws {
        var client = try self.withRequestsThatWait()
        self.feed(&client, Self.goAway(.noError))
        let all = self.frames(client.takeOutput(upTo: .max))
        let confirmed = try #require(all.firstIndex { $0.type == FrameType.goAway.rawValue })
        let requests = all.indices.filter { all[$0].type == FrameType.request.rawValue }
        #expect(requests.count == 3)
        #expect(requests.allSatisfy { $0 < confirmed })
        // The messages that the requests begin need not have ended.
        #expect(all.count > 4)
        #expect(all.last?.type == FrameType.message.rawValue)
    }

    @Test func `the goodbye of a client overtakes no request that waits`() throws {
        var client = try self.withRequestsThatWait()
        client.sayGoodbye()
        let all = self.frames(client.takeOutput(upTo: .max))
        let goodbye = try #require(all.firstIndex { $0.type == FrameType.goAway.rawValue })
        let last = try #require(all.lastIndex { $0.type == FrameType.request.rawValue })
        #expect(last < goodbye)
    }

    @Test func `a confirmation with nothing before it leaves at once`() {
        var client = self.greeted()
        self.feed(&client, Self.goAway(.noError))
        #expect(self.frames(client.takeOutput(upTo: 1)).map(\.type) == [FrameType.goAway.rawValue])
        #expect(client.queuedBytes == 0)
    }

    private static func farewells(_ actions: consuming Fifo<ClientConnection.Action>) -> [String] {
        actions.compactMap { action in
            if case .farewell(let code, let isOwn) = action { "\(code) \(isOwn)" } else { nil }
        }
    }

    @Test func `a client tells of the farewells that it hears and says`() {
        var client = self.greeted()
        self.feed(&client, Self.goAway(.excessLoad))
        #expect(Self.farewells(client.takeActions()) == ["excessLoad false"])
        client = self.greeted()
        self.feed(&client, Frame.encoded(.request, stream: 1))
        #expect(Self.farewells(client.takeActions()) == ["protocolViolation true"])
        client = self.greeted()
        client.sayGoodbye()
        #expect(Self.farewells(client.takeActions()) == ["noError true"])
    }

    private func serverActions(_ bytes: [UInt8], drains: Bool = false) -> [String] {
        var server = ServerConnection(
            own: Hello(agent: "s"), methods: ["/a/Echo": .unary], now: self.now)
        let hello = Preface.bytes + Frame.encoded(.hello, header: Hello(agent: "c").encoded())
        hello.withUnsafeBytes { server.receive($0, now: self.now) }
        _ = server.takeActions()
        if drains { server.drain(graceMilliseconds: 1000) }
        bytes.withUnsafeBytes { server.receive($0, now: self.now) }
        return server.takeActions().compactMap { action in
            switch action {
            case .farewell(let code, let isOwn): "\(code) \(isOwn)"
            case .refused(let error): "refused \(error.reason ?? "")"
            default: nil
            }
        }
    }

    @Test func `a server tells of farewells, and of calls that no handler sees`() {
        #expect(self.serverActions(Self.goAway(.noError)) == ["noError false"])
        #expect(self.serverActions(Frame.encoded(.hello)) == ["handshake true"])
        #expect(self.serverActions([], drains: true) == ["noError true"])
        let unknown = Frame.encoded(
            .request, .end, stream: 1, header: [10, 7] + Array("/a/None".utf8))
        #expect(self.serverActions(unknown) == ["refused UNKNOWN_METHOD"])
    }
}
