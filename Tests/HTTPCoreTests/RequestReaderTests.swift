import HTTPCore
import Testing

private let posting = "POST / HTTP/1.1\r\nHost: x\r\n"
private let chunks = posting + "Transfer-Encoding: chunked\r\n\r\n"

/// What a reader made of a byte stream.
struct ReadOutcome: Equatable {
    var requests: [HTTPRequest] = []
    var fault: Int?

    /// Reads a stream that comes in pieces.
    init(_ pieces: [[UInt8]], limits: HTTPLimits = HTTPLimits()) {
        var reader = HTTPRequestReader(limits: limits)
        do throws(HTTPFault) {
            for piece in pieces {
                piece.withUnsafeBytes { reader.append($0) }
                while let request = try reader.next() { self.requests.append(request) }
            }
        } catch { self.fault = error.status }
    }

    init(_ text: String, limits: HTTPLimits = HTTPLimits()) {
        self.init([Array(text.utf8)], limits: limits)
    }
}

@Suite struct RequestReaderTests {
    private static let get = "GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n"
    private static let post = "POST /p HTTP/1.1\r\nhost:x\r\nContent-Length: 5\r\n\r\nhello"
    private static let chunked =
        "PUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "5\r\nhello\r\nA\r\n, big word\r\n0\r\n\r\n"

    @Test func `a request without a body ends with its head`() {
        let outcome = ReadOutcome(Self.get)
        let request = outcome.requests.first
        #expect(outcome.requests.count == 1)
        #expect(request?.method == "GET")
        #expect(request?.path == "/a")
        #expect(request?.query == "b=c")
        #expect(request?["HOST"] == "x")
        #expect(request?.body == [])
        #expect(request?.keepsAlive == true)
    }

    @Test func `a length and chunks both make a body`() {
        #expect(ReadOutcome(Self.post).requests.first?.body == Array("hello".utf8))
        #expect(ReadOutcome(Self.chunked).requests.first?.body == Array("hello, big word".utf8))
    }

    @Test func `BAD-04 pipelined requests come out one by one, in order`() {
        let outcome = ReadOutcome(Self.get + Self.post + Self.chunked + Self.get)
        #expect(outcome.requests.map(\.path) == ["/a", "/p", "/c", "/a"])
        #expect(outcome.fault == nil)
    }

    @Test func `a stream cut anywhere gives the same requests`() {
        let bytes = Array((Self.get + Self.post + Self.chunked).utf8)
        let whole = ReadOutcome([bytes])
        for cut in 1..<bytes.count {
            #expect(ReadOutcome([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole)
        }
        #expect(ReadOutcome(bytes.map { [$0] }) == whole)
    }

    @Test func `an unfinished request is waited for`() {
        let bytes = Array(Self.post.utf8)
        for end in 0..<bytes.count {
            #expect(ReadOutcome([Array(bytes[..<end])]).requests.isEmpty)
            #expect(ReadOutcome([Array(bytes[..<end])]).fault == nil)
        }
    }

    @Test(arguments: [
        ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
        ("HTTP/1.1", "Connection: Keep-Alive, Close\r\n", false), ("HTTP/1.0", "", false),
        ("HTTP/1.0", "Connection: keep-alive\r\n", true),
    ])
    func `the connection stays as version and field say`(
        version: String, field: String, stays: Bool
    ) {
        let outcome = ReadOutcome("GET / \(version)\r\nHost: x\r\n\(field)\r\n")
        #expect(outcome.requests.first?.keepsAlive == stays)
    }

    /// Each leaves in doubt what was asked or where the request ends.
    @Test(arguments: [
        ("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("no Host", "GET / HTTP/1.1\r\nA: b\r\n\r\n"),
        ("a Host of two", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        ("a Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        ("two lengths", posting + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        ("a list of lengths", posting + "Content-Length: 1, 1\r\n\r\na"),
        ("a signed length", posting + "Content-Length: +1\r\n\r\na"),
        ("a negative length", posting + "Content-Length: -1\r\n\r\n"),
        ("a hexadecimal length", posting + "Content-Length: 0x1\r\n\r\na"),
        ("an empty length", posting + "Content-Length:\r\n\r\n"),
        (
            "a length beside chunks",
            posting + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        (
            "chunks in HTTP/1.0",
            "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        ("a blank before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n"),
        ("a folded field", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n"),
        ("a fold in the first field", "GET / HTTP/1.1\r\n Host: x\r\n\r\n"),
        ("a field without a name", "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"),
        ("a field without a colon", "GET / HTTP/1.1\r\nHost: x\r\nrubbish\r\n\r\n"),
        ("a bare CR", "GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n"),
        ("a bare LF", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n"),
        ("NUL in a value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{0}c\r\n\r\n"),
        ("DEL in a value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{7f}\r\n\r\n"),
        ("two blanks in the request line", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a tab in the request line", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("no version", "GET /\r\nHost: x\r\n\r\n"),
        ("a target without a slash", "GET a HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a fragment in the target", "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a target that is not ASCII", "GET /ü HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("CONNECT's authority", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a method that is no token", "G@T / HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a lower case version", "GET / http/1.1\r\nHost: x\r\n\r\n"),
        ("a chunk size with an extension", chunks + "1;a=b\r\nx\r\n0\r\n\r\n"),
        ("a signed chunk size", chunks + "+1\r\nx\r\n0\r\n\r\n"),
        ("a chunk size of nine digits", chunks + "000000001\r\nx\r\n0\r\n\r\n"),
        ("an empty chunk size", chunks + "\r\n"),
        ("a chunk longer than it says", chunks + "1\r\nxy\r\n0\r\n\r\n"),
        ("a chunk size that ends with LF", chunks + "1\nx\r\n0\r\n\r\n"),
        ("a trailer field", chunks + "0\r\nHost: y\r\n\r\n"),
    ])
    func `BAD-04 what leaves framing in doubt is refused with 400`(what: String, text: String) {
        let outcome = ReadOutcome(text)
        #expect(outcome.fault == 400, "\(what)")
        #expect(outcome.requests.isEmpty, "\(what)")
    }

    @Test(arguments: [
        ("gzip", 501), ("identity", 501), ("chunked, chunked", 501), ("gzip, chunked", 501),
        ("xchunked", 501),
    ])
    func `BAD-04 no other transfer coding is taken`(coding: String, status: Int) {
        let text = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \(coding)\r\n\r\n0\r\n\r\n"
        #expect(ReadOutcome(text).fault == status)
    }

    @Test(arguments: ["HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/9.9"])
    func `BAD-04 another version is refused with 505`(version: String) {
        #expect(ReadOutcome("GET / \(version)\r\nHost: x\r\n\r\n").fault == 505)
    }

    @Test func `BAD-04 a fault is final`() {
        var reader = HTTPRequestReader()
        Array("GET / HTTP/1.1\r\n\r\n".utf8).withUnsafeBytes { reader.append($0) }
        #expect(throws: HTTPFault.self) { try reader.next() }
        Array(Self.get.utf8).withUnsafeBytes { reader.append($0) }
        #expect(throws: HTTPFault.self) { try reader.next() }
    }

    @Test func `the absolute form is taken for its path`() {
        let outcome = ReadOutcome("GET http://x/a?b HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(outcome.requests.first?.path == "/a")
        #expect(outcome.requests.first?.query == "b")
        #expect(
            ReadOutcome("GET http://x HTTP/1.1\r\nHost: x\r\n\r\n").requests.first?.path == "/")
    }
}
