import Testing

@testable import RPCCore

@Suite struct FlowTests {
    @Test func `RPC-39 a message larger than the window may start while credit is above zero`()
        throws
    {
        var out = OutboundDirection(isStreaming: true, window: 100)
        #expect(out.mayStart)
        out.started(bytes: 1_000_000)
        #expect(!out.mayStart)
        #expect(try out.granted(1_000_000 + 64 - 100) == false)
        #expect(try out.granted(1) == true)
        #expect(out.mayStart)
    }

    @Test func `RPC-40 an empty message costs credit, too`() {
        var out = OutboundDirection(isStreaming: true, window: 640)
        var sent = 0
        while out.mayStart {
            out.started(bytes: 0)
            sent += 1
        }
        #expect(sent == 10)
    }

    @Test func `a single message needs no credit`() {
        var out = OutboundDirection(isStreaming: false, window: 0)
        out.started(bytes: 1_000_000)
        #expect(out.mayStart)
    }

    @Test func `RPC-44 a grant of zero, on a unary call, or beyond all bounds is refused`() {
        var unary = OutboundDirection(isStreaming: false, window: 100)
        #expect(throws: DirectionFault.self) { try unary.granted(5) }
        var streaming = OutboundDirection(isStreaming: true, window: 100)
        #expect(throws: DirectionFault.self) { try streaming.granted(0) }
        #expect(throws: DirectionFault.self) { try streaming.granted(.max) }
    }

    @Test func `credit goes back when half the window is owed`() {
        var inbound = InboundDirection(isStreaming: true, window: 1000)
        let grants = [435, 0, 0].map { inbound.taken(bytes: $0, messages: 1) }
        #expect(grants == [nil, 435 + 128, nil])
    }

    @Test func `RPC-41 an ended direction gives no credit back`() throws {
        var inbound = InboundDirection(isStreaming: true, window: 100)
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        let end = Frame(
            type: .message, flags: [.end, .noMessage], stream: 1, header: nothing, body: nothing)
        #expect(try inbound.receive(end, messageBytesMax: 100) == nil)
        #expect(inbound.taken(bytes: 1000, messages: 1) == nil)
    }

    private func bytes(of frames: [[UInt8]]) -> [UInt8] { frames.flatMap { $0.dropFirst(12) } }

    @Test(arguments: [0, 1, 99, 100, 101, 1000])
    func `RPC-02 a message is cut into frames that fit, and none when it fits`(size: Int) {
        let message = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        let frames = Fragments.frames(
            .request, stream: 3, header: [1, 2], message: message, last: .end, frameBytesMax: 100)
        #expect(frames.allSatisfy { $0.count <= 112 })
        #expect(self.bytes(of: frames) == [1, 2] + message)
        #expect(frames.dropLast().allSatisfy { $0[5] == FrameFlags.more.rawValue })
        #expect(frames.last?[5] == FrameFlags.end.rawValue)
        #expect(frames.count == (size + 2 <= 100 ? 1 : (size + 2 + 99) / 100))
    }

    @Test func `a reply's last piece goes in its STATUS`() {
        let frames = Fragments.frames(
            .status, stream: 3, header: [], message: [UInt8](repeating: 1, count: 250), last: .end,
            lastType: .status, frameBytesMax: 100)
        #expect(frames.map { $0[4] } == [3, 3, 4])
    }

    @Test func `control frames jump the queue, streams take turns`() {
        var queue = OutboundQueue()
        func frame(_ stream: UInt32, _ mark: UInt8) -> [UInt8] {
            Frame.encoded(.message, stream: stream, body: [mark])
        }
        queue.append([frame(1, 1), frame(1, 2), frame(1, 3)], stream: 1)
        queue.append([frame(3, 9)], stream: 3)
        queue.append(control: Frame.encoded(.ping, body: [UInt8](repeating: 0, count: 8)))
        var marks: [UInt8] = []
        while !queue.isEmpty {
            let bytes = queue.take(upTo: 1)
            marks.append(bytes[4] == FrameType.ping.rawValue ? 0 : bytes[12])
        }
        #expect(marks == [0, 1, 9, 2, 3])
    }

    @Test func `what is dropped is no longer counted, and tells whether the call was sent`() {
        var queue = OutboundQueue()
        queue.append([Frame.encoded(.request, stream: 1)], stream: 1)
        queue.append([Frame.encoded(.message, stream: 3)], stream: 3)
        #expect(queue.drop(1) == true)
        #expect(queue.drop(3) == false)
        #expect(queue.isEmpty == true)
    }

    @Test func `RPC-69 the budget ends, refills with time and with calls that end`() throws {
        let start = ContinuousClock.now
        var budget = ControlBudget(now: start)
        for _ in 0..<ControlBudget.burst { try budget.spend(on: "PING", now: start) }
        #expect(throws: ConnectionFault(.excessLoad, "too many PING frames")) {
            try budget.spend(on: "PING", now: start)
        }
        budget.callEnded()
        try budget.spend(on: "PING", now: start)
        let later = start.advanced(by: .milliseconds(50))
        for _ in 0..<5 { try budget.spend(on: "PING", now: later) }
        #expect(throws: ConnectionFault.self) { try budget.spend(on: "PING", now: later) }
    }

    @Test(arguments: [0, 1, 399])
    func `RPC-69 a quiet time makes the budget full and not fuller, whatever was spent before`(
        before: Int
    ) throws {
        let start = ContinuousClock.now
        var budget = ControlBudget(now: start)
        for _ in 0..<before { try budget.spend(on: "PING", now: start) }
        let later = start.advanced(by: .seconds(60))
        for _ in 0..<ControlBudget.burst { try budget.spend(on: "PING", now: later) }
        #expect(throws: ConnectionFault.self) { try budget.spend(on: "PING", now: later) }
    }

    @Test func `RPC-69 parts of a token add up`() throws {
        let start = ContinuousClock.now
        var budget = ControlBudget(now: start)
        for _ in 0..<ControlBudget.burst { try budget.spend(on: "PING", now: start) }
        // A token in 10 ms; looks at the clock in between take nothing from it.
        for milliseconds in [3, 6, 9] {
            let now = start.advanced(by: .milliseconds(milliseconds))
            #expect(throws: ConnectionFault.self) { try budget.spend(on: "PING", now: now) }
        }
        try budget.spend(on: "PING", now: start.advanced(by: .milliseconds(10)))
        try budget.spend(on: "PING", now: start.advanced(by: .milliseconds(29)))
        try budget.spend(on: "PING", now: start.advanced(by: .milliseconds(30)))
    }
}
