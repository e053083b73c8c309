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
}
