import Testing

@testable import RPCCore

/// A call with all that belongs to it.
struct WholeCall {
    let start: CallStart
    let metadata: Metadata?
    let request: [UInt8]
}

extension ServerConnection {
    /// The call that is next to begin.
    mutating func takeCall() -> WholeCall? { self.nextCall().map { self.whole($0) } }

    /// All calls that wait to begin.
    mutating func takeCalls() -> [WholeCall] {
        var calls: [WholeCall] = []
        while let call = self.takeCall() { calls.append(call) }
        return calls
    }

    /// What belongs to a call, with it.
    mutating func whole(_ call: ArrivedCall) -> WholeCall {
        let (metadata, requests) = self.belongings(of: call)
        return WholeCall(
            start: call.start, metadata: metadata, request: Array(requests[call.place]))
    }
}

/// Calls between their arrival and the beginning of their handlers.
@Suite struct ArrivedCallsTests {
    private let now = ContinuousClock.now
    private static let methods: [String: CallKind] = [
        "/a/Chat": .bidirectional, "/a/Echo": .unary, "/a/Watch": .serverStreaming,
    ]

    private func server() -> ServerConnection {
        var server = ServerConnection(
            own: Hello(agent: "s"), methods: Self.methods, now: self.now)
        self.feed(
            &server, Preface.bytes + Frame.encoded(.hello, header: Hello(agent: "c").encoded()))
        _ = server.takeActions()
        return server
    }

    private func feed(_ server: inout ServerConnection, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { server.receive($0, now: self.now) }
    }

    private func request(
        _ stream: UInt32, _ body: [UInt8], _ path: String = "/a/Echo", flags: FrameFlags = .end,
        metadata: Metadata = Metadata()
    ) -> [UInt8] {
        var header = CallHeader(method: path)
        header.metadata = metadata
        return Frame.encoded(
            .request, flags, stream: stream, header: header.encoded(), body: body)
    }

    @Test func `calls of one read keep their order, their requests and their metadata`() {
        var server = self.server()
        var said = Metadata()
        said.add("k", "v")
        self.feed(
            &server,
            self.request(1, [1, 2, 3]) + self.request(2, [], "/a/Watch")
                + self.request(3, [4], metadata: said) + self.request(4, [5, 6]))
        let method = server.nextMethod
        #expect(method.map { server.methods.path(of: $0) } == "/a/Echo")
        let calls = server.takeCalls()
        #expect(calls.map(\.start.stream) == [1, 2, 3, 4])
        #expect(calls.map(\.request) == [[1, 2, 3], [], [4], [5, 6]])
        #expect(calls.map(\.metadata) == [nil, nil, said, nil])
        #expect(server.nextMethod == nil)
        let isDone = !server.hasArrived && !server.hasActions
        #expect(isDone)
    }

    @Test func `a call that is looked at late has its request all the same`() {
        var server = self.server()
        self.feed(&server, self.request(1, [1, 1]))
        let first = server.nextCall()
        let requests = first.map { server.belongings(of: $0).requests } ?? []
        for stream in 2...40 as ClosedRange<UInt32> {
            self.feed(&server, self.request(stream, [UInt8](repeating: 9, count: 100)))
        }
        #expect(first.map { requests[$0.place] } == [1, 1])
        server.trim()
        let others = server.takeCalls()
        #expect(others.count == 39)
        #expect(others.allSatisfy { $0.request == [UInt8](repeating: 9, count: 100) })
        #expect(first.map { requests[$0.place] } == [1, 1])
    }

    @Test func `memory of requests is used again when all calls have begun`() {
        var server = self.server()
        for round in 1...3 as ClosedRange<UInt32> {
            let streams = [2 * round - 1, 2 * round]
            for stream in streams { self.feed(&server, self.request(stream, [UInt8(stream), 7])) }
            for stream in streams {
                guard let call = server.nextCall() else {
                    Issue.record("two calls wait")
                    return
                }
                let requests = server.belongings(of: call).requests
                #expect(requests[call.place] == [UInt8(stream), 7])
                // Those of the round, and none of those before it.
                #expect(requests.count == 4)
            }
        }
    }

    @Test func `memory of a busier time is given back when no call waits`() {
        var server = self.server()
        for isTrimmed in [false, true] {
            let stream: UInt32 = isTrimmed ? 3 : 1
            self.feed(&server, self.request(stream, [UInt8](repeating: 7, count: 10_000)))
            _ = server.takeCalls()
            if isTrimmed { server.trim() }
            self.feed(&server, self.request(stream + 1, [7]))
            let requests = server.nextCall().map { server.belongings(of: $0).requests }
            #expect((requests?.capacity ?? 0 < 10_000) == isTrimmed)
        }
    }

    @Test func `a call without a request holds nothing of the others`() {
        var server = self.server()
        self.feed(
            &server,
            self.request(1, [7]) + self.request(2, [], "/a/Chat", flags: .noMessage)
                + self.request(3, []))
        var held: [Int] = []
        while let call = server.nextCall() {
            held.append(server.belongings(of: call).requests.count)
        }
        #expect(held == [1, 0, 0])
    }

    @Test func `requests in pieces stand between whole ones, with their metadata`() {
        var server = self.server()
        var said = Metadata()
        said.add("k", binary: [0])
        self.feed(
            &server,
            self.request(1, [1], flags: .more, metadata: said) + self.request(2, [2])
                + Frame.encoded(.message, .end, stream: 1, body: [11]) + self.request(3, [3]))
        let calls = server.takeCalls()
        #expect(calls.map(\.start.stream) == [2, 1, 3])
        #expect(calls.map(\.request) == [[2], [1, 11], [3]])
        #expect(calls.map(\.metadata) == [nil, said, nil])
    }

    @Test(arguments: [1, 2, 3] as [UInt32])
    func `a call that is withdrawn does not begin, and the others keep what is theirs`(
        gone: UInt32
    ) {
        var server = self.server()
        var said = Metadata()
        said.add("k", "2")
        self.feed(
            &server,
            self.request(1, [1]) + self.request(2, [2, 2], metadata: said)
                + self.request(3, [3, 3, 3])
                + Frame.encoded(
                    .cancel, stream: gone, header: CancelBlock(code: .cancelled).encoded()))
        #expect(self.ends(&server) == ["withdrawn \(gone) \(gone == 2 ? "2" : "nil")"])
        #expect(server.openCalls == 2)
        let calls = server.takeCalls()
        #expect(calls.map(\.start.stream) == [1, 2, 3].filter { $0 != gone })
        for call in calls { #expect(call.request.allSatisfy { $0 == UInt8(call.start.stream) }) }
    }

    /// What is said of calls that are over, with their metadata.
    private func ends(_ server: inout ServerConnection) -> [String] {
        server.takeActions().compactMap { action in
            switch action {
            case .withdrawn(let start, let metadata, _):
                "withdrawn \(start.stream) \(metadata?["k"] ?? "nil")"
            case .cancelled(let id, _): "cancelled \(id)"
            case .begin: "begin"
            case _: nil
            }
        }
    }

    @Test func `behind a stream of requests, too, a call that is over does not begin`() {
        var server = self.server()
        let cancel = CancelBlock(code: .cancelled).encoded()
        self.feed(
            &server,
            self.request(1, [], "/a/Chat", flags: .noMessage) + self.request(2, [2])
                + self.request(3, [3]) + Frame.encoded(.cancel, stream: 2, header: cancel))
        #expect(self.ends(&server) == ["begin", "withdrawn 2 nil"])
        #expect(server.takeCalls().map(\.start.stream) == [1, 3])
        #expect(server.openCalls == 2)
    }

    @Test func `nothing begins any more when the connection is broken`() {
        var server = self.server()
        self.feed(&server, self.request(1, [1]))
        #expect(server.takeCalls().count == 1)
        self.feed(
            &server,
            self.request(2, [2]) + self.request(3, [], "/a/Chat", flags: .noMessage)
                + [UInt8](repeating: 0, count: FrameHead.byteCount))
        let hasArrived = server.hasArrived
        #expect(!hasArrived)
        #expect(
            self.ends(&server) == ["begin", "cancelled 1", "withdrawn 2 nil", "withdrawn 3 nil"])
        // The handler of the first still runs.
        #expect(server.openCalls == 1)
    }

    @Test func `a stream of requests is told before the first of them`() {
        var server = self.server()
        self.feed(
            &server,
            self.request(1, [7]) + self.request(2, [], "/a/Chat", flags: .noMessage)
                + Frame.encoded(.message, stream: 2, body: [8]))
        let order = server.takeActions().map { action in
            switch action {
            case .begin: "begin"
            case .requests(let id, _): "requests \(id)"
            case _: "other"
            }
        }
        #expect(order == ["begin", "requests 2"])
        #expect(server.takeCalls().map(\.start.stream) == [1, 2])
    }
}
