import Testing

@testable import RPCCore

@Suite struct BlockTests {
    private func reread(_ error: RPCError) throws -> RPCError? {
        let block = try StatusBlock(error).encoded().withUnsafeBytes {
            try StatusBlock(decoding: $0)
        }
        return block.error(isUnprocessed: false)
    }

    @Test(arguments: StatusCode.allCases.dropFirst())
    func `RPC-19 every code travels with message, reason and facts`(code: StatusCode) throws {
        let error = RPCError(
            code, "what happened", reason: "LIMIT", facts: ["limit": "5", "peer": "x"],
            retryAfter: .milliseconds(1500))
        #expect(try self.reread(error) == error)
    }

    @Test(arguments: ["tab\tCR\rLF\n", "Grüße", "🦀 𝄞", ""])
    func `RPC-20 a message survives as it is`(text: String) throws {
        #expect(try self.reread(RPCError(.unknown, text))?.message == text)
    }

    @Test func `RPC-21 a long message is cut at a character and marked`() throws {
        let long = String(repeating: "ü", count: 2000)
        let message = try #require(self.reread(RPCError(.unknown, long))?.message)
        #expect(message.utf8.count <= RPCError.messageBytesMax)
        #expect(message.hasSuffix(" …"))
        #expect(message.dropLast(2).allSatisfy { $0 == "ü" })
        let fits = String(repeating: "x", count: RPCError.messageBytesMax)
        #expect(try self.reread(RPCError(.unknown, fits))?.message == fits)
    }

    @Test func `RPC-18 metadata keeps order and repeats`() throws {
        var error = RPCError(.aborted, "")
        error.trailers.add("k", "1")
        error.trailers.add("k", "2")
        error.trailers.add("a", binary: [0, 255])
        #expect(try self.reread(error)?.trailers == error.trailers)
    }

    @Test func `RPC-65 a number that is no code becomes UNKNOWN and is kept`() throws {
        var block = StatusBlock()
        block.code = 99
        let error = try #require(block.error(isUnprocessed: false))
        #expect(error.code == .unknown)
        #expect(error.facts["code"] == "99")
    }

    @Test(arguments: [nil, -1, 0, 1, 60_000] as [Int64?])
    func `a pause before the next attempt travels, negative ones as never`(milliseconds: Int64?)
        throws
    {
        let error = RPCError(.unavailable, "", retryAfter: milliseconds.map { .milliseconds($0) })
        #expect(try self.reread(error)?.retryAfter == milliseconds.map { .milliseconds($0) })
    }

    @Test func `RPC-63 unknown fields of a header are passed over`() throws {
        let bytes = CallHeader(method: "/a/b").encoded() + hex("fa0f 03 010203 f80f 05")
        let header = try bytes.withUnsafeBytes { try CallHeader(decoding: $0) }
        #expect(header == CallHeader(method: "/a/b"))
    }

    @Test(arguments: [
        "0a05 61", "08", "ffffffffffffffffffff01", "00", "0b", "0a01 ff", "0affffffff0f",
    ])
    func `RPC-63 a header that is no protobuf is refused`(bytes: String) {
        #expect(throws: WireReader.Malformed.self) {
            try hex(bytes).withUnsafeBytes { try CallHeader(decoding: $0) }
        }
    }

    @Test(arguments: [
        ("", false), ("k", true), (String(repeating: "k", count: 64), true),
        (String(repeating: "k", count: 65), false), ("Key", false), ("a b", false),
        ("tally-x", false), ("grpc-status", false), ("x-y_z.1", true), ("ü", false),
    ])
    func `RPC-23 a metadata key keeps its rules`(key: String, isFine: Bool) {
        #expect((Metadata([.init(key: key, value: .text(""))]).fault == nil) == isFine)
    }

    @Test(arguments: [(128, true), (129, false)])
    func `RPC-23 so many entries and no more`(count: Int, isFine: Bool) {
        let entries = (0..<count).map { Metadata.Entry(key: "k\($0)", value: .text("")) }
        #expect((Metadata(entries).fault == nil) == isFine)
    }

    @Test func `RPC-49 a HELLO below a floor is named`() {
        var hello = Hello(agent: "x")
        #expect(hello.fault == nil)
        hello.limits.streamsMax = 31
        #expect(hello.fault?.contains("max_streams 31") == true)
    }

    @Test func `a peer's numbers size nothing above the ceilings`() {
        var hello = Hello(agent: "x")
        hello.limits.messageBytesMax = .max
        hello.limits.windowBytes = .max
        hello.limits.pingIntervalMilliseconds = 0
        let limits = hello.clamped().limits
        #expect(limits.messageBytesMax == 64 << 20)
        #expect(limits.windowBytes == 16 << 20)
        #expect(limits.pingIntervalMilliseconds == 1000)
    }
}
