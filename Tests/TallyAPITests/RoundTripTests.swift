import RPCCore
import TallyAPI
import Testing

/// A message through its bytes and back.
func reread<Message: RPCMessage>(_ message: Message) throws -> Message {
    var bytes: [UInt8] = []
    message.encode(into: &bytes)
    return try decode(bytes)
}

func decode<Message: RPCMessage>(_ bytes: [UInt8]) throws -> Message {
    try bytes.withUnsafeBytes { try Message(decoding: $0) }
}

@Suite struct RoundTripTests {
    @Test func `RPC-01 the empty message is no bytes, and no bytes are the empty message`() throws {
        var bytes: [UInt8] = []
        GetJobRequest().encode(into: &bytes)
        #expect(bytes == [])
        #expect(try decode([]) as GetJobRequest == GetJobRequest())
    }

    @Test func `every kind of field comes back as it was`() throws {
        let block = ActivityBlock(
            contributors: [
                ContributorActivity(
                    contributorId: -42, login: "ann",
                    counters: Counters(commits: .max, linesAdded: 1, linesDeleted: 1 << 53)),
                ContributorActivity(),
            ])
        #expect(try reread(block) == block)
        let batch = ActivityBatch(
            rows: [ActivityRow(change: .max, repositoryId: 7, day: -3, block: [0, 255, 10])],
            caughtUp: true)
        #expect(try reread(batch) == batch)
        let note = CoverageSummary(percent: 71.4, reasons: ["", "ü🦀", "a\u{0}b"])
        #expect(try reread(note) == note)
    }

    @Test(arguments: [
        FollowRequest(), FollowRequest(kind: .start(FollowStart(follower: "scoring", cursor: 9))),
        FollowRequest(kind: .watermarks(Watermarks(applied: 5, published: 4))),
        FollowRequest(kind: .start(FollowStart())),
    ])
    func `a choice keeps which one it is, even when it is empty`(message: FollowRequest) throws {
        #expect(try reread(message) == message)
    }

    @Test func `RPC-73 text with NUL is kept whole`() throws {
        let request = GetJobRequest(id: "a\u{0}b")
        #expect(try reread(request).id == "a\u{0}b")
    }

    @Test func `an enum's unknown number is kept`() throws {
        let response: HealthCheckResponse = try decode([0x08, 0x63])
        #expect(response.status.rawValue == 99)
        #expect(try reread(response).status.rawValue == 99)
    }

    @Test func `FLT-33 fields of a later version are passed over`() throws {
        var bytes: [UInt8] = []
        GetJobRequest(id: "x").encode(into: &bytes)
        bytes += [0xFA, 0x3F, 0x03, 1, 2, 3]
        #expect(try decode(bytes) as GetJobRequest == GetJobRequest(id: "x"))
    }

    @Test(
        arguments: [
            [0x0A], [0x0A, 0x05, 0x61], [0xFF], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            [0x0B], [0x00, 0x00],
        ] as [[UInt8]])
    func `RPC-63 bytes that do not parse are refused`(bytes: [UInt8]) {
        let error = #expect(throws: RPCError.self) { try decode(bytes) as GetJobRequest }
        #expect(error?.code == .internalError)
    }

    @Test func `RPC-73 text that is no UTF-8 is refused`() {
        let error = #expect(throws: RPCError.self) {
            try decode([0x0A, 0x02, 0xC3, 0x28]) as GetJobRequest
        }
        #expect(error?.code == .internalError)
    }

    @Test func `BAD-03 a bomb of two-byte elements is refused within its budget`() {
        // Two bytes on the wire are a whole structure in memory, twenty times their size.
        let bomb = [[UInt8]](repeating: [0x12, 0x00], count: 1_000_000).flatMap { $0 }
        #expect(throws: RPCError.self) { try decode(bomb) as ActivityBatch }
    }

    @Test func `a list too dense for its bytes is read when the message has more of them`() throws {
        let dense = [[UInt8]](repeating: [0x12, 0x00], count: 2000).flatMap { $0 }
        // Field 1,000, unknown: 16,000 bytes.
        let room: [UInt8] = [0xC2, 0x3E, 0x80, 0x7D] + [UInt8](repeating: 0, count: 16_000)
        #expect(throws: RPCError.self) { try decode(dense) as ActivityBatch }
        #expect(try (decode(dense + room) as ActivityBatch).rows.count == 2000)
    }

    @Test func `an honest large message is within its budget`() throws {
        let rows = (0..<1000).map {
            ActivityRow(
                change: Int64($0), repositoryId: 7, day: 20_000,
                block: [UInt8](repeating: 1, count: 1000))
        }
        #expect(try reread(ActivityBatch(rows: rows)).rows.count == 1000)
    }

    @Test func `a message cut at any byte is refused or is a shorter one, never a crash`() throws {
        var bytes: [UInt8] = []
        ActivityBatch(rows: [ActivityRow(change: 5, repositoryId: 7, day: 3, block: [1, 2, 3])])
            .encode(into: &bytes)
        for end in 0..<bytes.count {
            let cut = Array(bytes[..<end])
            _ = try? decode(cut) as ActivityBatch
        }
        #expect(try decode(bytes) as ActivityBatch == decode(bytes))
    }
}
