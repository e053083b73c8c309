import HTTPCore
import Testing

@Suite struct RequestLimitTests {
    private func limits(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
        var limits = HTTPLimits()
        change(&limits)
        return limits
    }

    @Test(arguments: [(99, nil), (100, nil), (101, 431)] as [(Int, Int?)])
    func `BAD-04 a head holds so many fields and no more`(count: Int, fault: Int?) {
        let fields = (1..<count).map { "A\($0): b\r\n" }.joined()
        #expect(ReadOutcome("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n").fault == fault)
    }

    @Test(arguments: [(-1, nil), (0, nil), (1, 431)] as [(Int, Int?)])
    func `BAD-04 a head is taken to its limit`(over: Int, fault: Int?) {
        let limits = self.limits { $0.headBytesMax = 200 }
        let start = "GET / HTTP/1.1\r\nHost: x\r\nA: "
        let filler = String(repeating: "y", count: 200 - start.utf8.count + over)
        #expect(ReadOutcome(start + filler + "\r\n\r\n", limits: limits).fault == fault)
    }

    @Test func `BAD-04 a head without an end is refused as it comes`() {
        let limits = self.limits { $0.headBytesMax = 200 }
        let pieces = [[UInt8]](repeating: [65], count: 202)
        #expect(ReadOutcome(pieces, limits: limits).fault == 431)
    }

    @Test(arguments: [(0, nil), (1, 414)] as [(Int, Int?)])
    func `BAD-04 a target is taken to its limit`(over: Int, fault: Int?) {
        let limits = self.limits { $0.targetBytesMax = 50 }
        let target = "/" + String(repeating: "a", count: 49 + over)
        #expect(
            ReadOutcome("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n", limits: limits).fault == fault)
    }

    @Test(arguments: [(0, nil), (1, 413)] as [(Int, Int?)])
    func `BAD-05 a body is taken to its limit, before it is read`(over: Int, fault: Int?) {
        let limits = self.limits { $0.bodyBytesMax = 64 }
        let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(64 + over)\r\n\r\n"
        #expect(ReadOutcome(head, limits: limits).fault == fault)
    }

    @Test(arguments: [(0, nil), (1, 413)] as [(Int, Int?)])
    func `BAD-05 chunks add up to the same limit`(over: Int, fault: Int?) {
        let limits = self.limits { $0.bodyBytesMax = 64 }
        let piece = String(repeating: "x", count: 32)
        let last = String(repeating: "y", count: 32 + over)
        let size = String(32 + over, radix: 16)
        let text =
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "20\r\n\(piece)\r\n\(size)\r\n\(last)\r\n0\r\n\r\n"
        #expect(ReadOutcome(text, limits: limits).fault == fault)
    }

    @Test(arguments: ["FFFFFFFF", "ffffffff", "7fffffff"])
    func `BAD-05 a huge chunk is refused by its size alone`(size: String) {
        let text = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\(size)\r\n"
        #expect(ReadOutcome(text).fault == 413)
    }

    @Test(arguments: ["99999999999999999999", "9223372036854775808"])
    func `BAD-05 a length beyond all numbers is refused`(length: String) {
        let text = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n"
        #expect([400, 413].contains(ReadOutcome(text).fault))
    }
}
