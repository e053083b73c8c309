import Testing

@testable import RPCCore

@Suite struct ListingTests {
    @Test func `a capture is told frame by frame, with its offsets`() {
        let request = Frame.encoded(
            .request, .end, stream: 1, header: CallHeader(method: "/a.B/C").encoded(), body: [1, 2])
        let status = Frame.encoded(
            .status, [.end, .noMessage], stream: 1,
            header: StatusBlock(RPCError(.notFound, "no such thing")).encoded())
        let listing = WireListing(Preface.bytes + request + status)
        #expect(listing.fault == nil)
        #expect(listing.entries.map(\.offset) == [0, 8, 8 + request.count])
        #expect(listing.entries.map(\.type) == ["PREFACE", "REQUEST", "STATUS"])
        #expect(listing.entries[1].header.hasPrefix("/a.B/C timeout_us=0"))
        #expect(listing.entries[1].messageBytes == 2)
        #expect(listing.entries[2].flags == ["END", "NO_MESSAGE"])
        #expect(listing.entries[2].header == "NOT_FOUND no such thing")
    }

    @Test func `a capture that is cut says where, and shows what came before`() {
        let ping = Frame.encoded(.ping, body: [UInt8](repeating: 0, count: 8))
        let listing = WireListing(ping + ping.dropLast())
        #expect(listing.entries.count == 1)
        #expect(listing.fault == "at 20: the capture ends 1 bytes too early")
    }

    // MARK: What is no capture

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "the capture is HTTP, no Tally RPC"),
            ("HTTP/1.1 200 OK\r\n\r\n", "the capture is HTTP, no Tally RPC"),
            (
                "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}",
                "the capture is TLS: what is inside cannot be read without its keys"
            ),
            ("{\"a\": 1234}", "the capture is no Tally RPC: it begins with 7b2261223a203132"),
        ])
    func `what is no Tally RPC is told by its first bytes`(text: String, fault: String) {
        let listing = WireListing(Array(text.utf8))
        #expect(listing.fault == fault)
        #expect(listing.entries.isEmpty)
    }

    @Test(arguments: [
        (0, nil), (5, "the capture ends in the preface: 5 of 8 bytes"),
        (7, "the capture ends in the preface: 7 of 8 bytes"), (8, nil),
        (9, "at 8: the capture ends in a frame's head"),
    ])
    func `a capture that ends in the preface says so`(bytes: Int, fault: String?) {
        #expect(WireListing(Array((Preface.bytes + [0]).prefix(bytes))).fault == fault)
    }

    @Test(arguments: [(1 << 24 - 2, true), (1 << 24 - 1, true), (1 << 24, false)])
    func `no length is believed that no frame has`(length: UInt32, isBelieved: Bool) {
        var bytes = Frame.encoded(.message, stream: 1)
        FrameHead.setLength(length, in: &bytes, at: 0)
        // Behind other frames: at the start the first byte tells already.
        let ping = Frame.encoded(.ping, body: [UInt8](repeating: 0, count: 8))
        let fault = WireListing(ping + bytes).fault
        let early = "at 20: the capture ends \(length) bytes too early"
        let refused = "at 20: frame of 16777216 bytes; at most 16777215"
        #expect(fault == (isBelieved ? early : refused))
    }

    @Test func `a header that cannot be read is a fault, and what follows is shown`() {
        let broken = Frame.encoded(.status, .end, stream: 1, header: [0xFF])
        let ping = Frame.encoded(.ping, body: [UInt8](repeating: 0, count: 8))
        let listing = WireListing(broken + ping)
        #expect(listing.entries.map(\.type) == ["STATUS", "PING"])
        #expect(listing.entries[0].header == "unreadable")
        #expect(listing.fault == "at 0: the header of STATUS cannot be read")
    }

    // MARK: What headers hold

    private func words(_ type: FrameType, _ header: [UInt8]) -> String? {
        let stream: UInt32 = type.isForConnection ? 0 : 1
        return WireListing(Frame.encoded(type, stream: stream, header: header)).entries.first?
            .header
    }

    private static let metadata = Metadata([.init(key: "a", value: .text("secret"))])

    @Test func `a request is shown with its trace, its encoding and the keys of its metadata`() {
        var header = CallHeader(method: "/a.B/C")
        header.trace = TraceContext(high: 1, low: 2, span: 3)
        header.encoding = "zstd"
        header.metadata = Self.metadata
        #expect(
            self.words(.request, header.encoded())
                == "/a.B/C timeout_us=0 attempt=0 trace=00000000000000010000000000000002 "
                + "encoding=zstd metadata=a")
    }

    @Test func `a status is shown with its reason, its details and the pause that it asks for`() {
        var status = StatusBlock(
            RPCError(
                .unavailable, "busy", reason: "BUSY",
                details: [RPCError.Detail(typeURL: "type.tally/x", value: [1])],
                retryAfter: .milliseconds(250)))
        status.trailers = Self.metadata
        status.initial = Self.metadata
        #expect(
            self.words(.status, status.encoded())
                == "UNAVAILABLE busy reason=BUSY details=type.tally/tally.rpc.ErrorInfo,"
                + "type.tally/x retry_after_ms=250 trailers=a initial=a")
    }

    @Test func `a cancellation is shown with its reason, and an unknown code as its number`() {
        let block = CancelBlock(code: .deadlineExceeded, reason: "too late")
        #expect(self.words(.cancel, block.encoded()) == "DEADLINE_EXCEEDED too late")
        #expect(self.words(.cancel, [0x08, 99]) == "99")
        #expect(self.words(.cancel, []) == "CANCELLED")
    }

    @Test func `reply headers are shown by the keys of their metadata`() {
        #expect(
            self.words(.headers, ReplyHeader(metadata: Self.metadata).encoded()) == "metadata=a")
    }

    @Test func `a farewell is shown with its grace, and an unknown code as its number`() {
        let farewell = GoAway(
            lastStream: 7, code: .timeout, reason: "idle", graceMilliseconds: 500)
        #expect(
            self.words(.goAway, farewell.encoded()) == "timeout last_stream=7 grace_ms=500 idle")
        #expect(self.words(.goAway, [0x10, 99]) == "99 last_stream=0 grace_ms=0")
    }

    @Test func `an introduction is shown with all its limits and its digest`() {
        let hello = Hello(agent: "a/1", instance: "h:1:2", schemaDigest: [0x0A, 0xFF])
        #expect(
            self.words(.hello, hello.encoded())
                == "a/1 h:1:2 max_frame=65536 max_header=16384 max_message=4194304 "
                + "max_streams=256 window=262144 ping_ms=5000 idle_ms=900000 digest=0aff")
    }

    @Test func `the flags of an extension are shown as they are`() {
        var bytes = Frame.encoded(.ping, stream: 3, body: [1, 2])
        (bytes[4], bytes[5]) = (0x20, 0x41)
        let entry = WireListing(bytes).entries.first
        #expect(entry?.type == "EXTENSION 0x20")
        #expect(entry?.flags == ["0x41"])
    }
}
