import HTTPCore
import Testing

@Suite struct RequestPartsTests {
    private func request(_ path: String, _ query: String? = nil) -> HTTPRequest {
        HTTPRequest(method: "GET", path: path, query: query)
    }

    @Test(arguments: [
        ("/", []), ("/a/b", ["a", "b"]), ("/a/b/", ["a", "b"]), ("/a%20b", ["a b"]),
        ("/%C3%BC", ["ü"]), ("/a+b", ["a+b"]),
    ])
    func `a path has its segments decoded`(path: String, segments: [String]) {
        #expect(self.request(path).segments == segments)
    }

    @Test(arguments: [
        "/a//b", "/..", "/a/../b", "/.", "/%2e%2e/a", "/a%2Fb", "/%00", "/%zz", "/%2", "/%",
        "/%ff", "/%c0%af", "//",
    ])
    func `BAD-04 a path that tries to leave or hide is none`(path: String) {
        #expect(self.request(path).segments == nil)
    }

    @Test func `parameters keep order and repeats`() throws {
        let list = try #require(self.request("/", "a=1&b=%20x+y&a=2&c&d=").parameters)
        #expect(list.map(\.name) == ["a", "b", "a", "c", "d"])
        #expect(list.map(\.value) == ["1", " x y", "2", "", ""])
    }

    @Test(arguments: ["a=%", "%zz=1", "a=%ff", "a=%4"])
    func `BAD-06 parameters that do not decode are none`(query: String) {
        #expect(self.request("/", query).parameters == nil)
    }

    @Test func `no query has no parameters`() {
        #expect(self.request("/").parameters?.isEmpty == true)
        #expect(self.request("/", "").parameters?.isEmpty == true)
    }

    @Test(arguments: ["", "plain", "a b/c?d=e&f", "ü🦀", "100%", "~-._"])
    func `what is encoded decodes to itself`(text: String) {
        #expect(PercentCoding.decode(PercentCoding.encode(text)) == text)
    }

    @Test func `a head is written with its length or as chunks`() {
        let response = HTTPResponse(200, fields: [HTTPField("A", "b")])
        #expect(
            String(decoding: response.head(length: 3, keepsAlive: true), as: UTF8.self)
                == "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 3\r\n\r\n")
        #expect(
            String(decoding: response.head(length: nil, keepsAlive: false), as: UTF8.self)
                == "HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n"
                + "Connection: close\r\n\r\n")
    }

    @Test(arguments: [101, 204, 304])
    func `an answer that has no body says no length`(status: Int) {
        let head = HTTPResponse(status).head(length: 0, keepsAlive: true)
        #expect(!String(decoding: head, as: UTF8.self).contains("Content-Length"))
    }

    @Test(arguments: ["a\r\nSet-Cookie: x", "a\nb", "a\rb"])
    func `BAD-08 a value cannot add a field`(value: String) {
        let head = HTTPResponse(200, fields: [HTTPField("Location", value)])
            .head(length: 0, keepsAlive: true)
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { line in !line.unicodeScalars.contains { $0.value == 10 } })
    }
}
