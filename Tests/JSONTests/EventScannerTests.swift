import Foundation
import JSON
import Testing

@Suite struct EventScannerTests {
    private func read(_ line: String, wanted: Set<Int64> = []) throws -> EventScanner.Line {
        let scanner = try #require(EventScanner(wanted: wanted))
        let bytes = Array(line.utf8)
        let padded = bytes + [UInt8](repeating: 0, count: EventScanner.padding)
        return padded.withUnsafeBytes { scanner.read($0, 0..<bytes.count) }
    }

    private func event(_ line: String) throws -> EventFields {
        guard case .event(let fields) = try self.read(line) else {
            Issue.record("no event: \(line)")
            return EventFields()
        }
        return fields
    }

    private static let push = """
        {"id":"1","type":"PushEvent","actor":{"id":7,"login":"ann"},\
        "repo":{"id":42,"name":"o/n"},"payload":{"size":3,"distinct_size":2,"commits":[]},\
        "public":true,"created_at":"2024-05-01T10:00:00Z"}
        """

    @Test func `a push says who, where, when and how many`() throws {
        let fields = try self.event(Self.push)
        #expect(fields.type == "PushEvent")
        #expect(fields.id == "1")
        #expect((fields.actorID, fields.login) == (7, "ann"))
        #expect((fields.repositoryID, fields.repository) == (42, "o/n"))
        #expect((fields.size, fields.distinctSize) == (3, 2))
        #expect(fields.createdAt == "2024-05-01T10:00:00Z")
        #expect(fields.action == nil && fields.number == nil && fields.isMerged == nil)
    }

    @Test func `a merge says its number, its lines and its author`() throws {
        let fields = try self.event(
            """
            {"id":"2","type":"PullRequestEvent","actor":{"id":7,"login":"ann"},\
            "repo":{"id":42,"name":"o/n"},"payload":{"action":"closed","number":5,\
            "pull_request":{"merged":true,"additions":10,"deletions":4,\
            "user":{"id":9,"login":"bob","type":"User"}}},"created_at":"2024-05-01T10:00:00Z"}
            """)
        #expect(fields.action == "closed")
        #expect(fields.number == 5)
        #expect(fields.isMerged == true)
        #expect((fields.additions, fields.deletions) == (10, 4))
        #expect((fields.authorID, fields.authorLogin, fields.authorType) == (9, "bob", "User"))
    }

    @Test func `what an event does not say stays unknown and is not zero`() throws {
        let fields = try self.event(
            """
            {"id":"3","type":"PushEvent","actor":{"id":7,"login":"ann"},\
            "repo":{"id":42,"name":"o/n"},"payload":{},"created_at":"2025-11-01T10:00:00Z"}
            """)
        #expect(fields.size == nil && fields.distinctSize == nil)
        #expect(fields.additions == nil && fields.authorID == nil)
    }

    @Test func `an event of another repository is left alone`() throws {
        #expect(try self.read(Self.push, wanted: [41, 43]) == .other)
        #expect(try self.read(Self.push, wanted: [41, 42]) != .other)
    }

    @Test func `SRC-06 a line glued together inside of its head is no event of another`() throws {
        let head = try #require(Self.push.range(of: "\"repo\":{\"id\":")).upperBound
        for end in Self.push.indices where end < head && end > Self.push.startIndex {
            let line = String(Self.push[..<end]) + Self.push
            #expect(try self.read(line, wanted: [41]) == .malformed, "cut at \(Self.push[..<end])")
        }
    }

    @Test(arguments: [
        "{\"repo\":{\"name\":\"o/n\",\"id\":42},\"type\":\"PushEvent\",\"payload\":{},"
            + "\"actor\":{},\"created_at\":\"2012-02-15T00:00:00Z\"}",
        "{ \"id\": \"1\", \"type\": \"PushEvent\", \"actor\": {}, \"repo\": {\"id\": 42},"
            + " \"payload\": {}, \"created_at\": \"2012-02-15T00:00:00Z\" }",
        "{\"id\":\"1\",\"type\":\"PushEvent\",\"actor\":{\"plan\":{\"id\":41}},"
            + "\"repo\":{\"id\":42},\"payload\":{},\"created_at\":\"2012-02-15T00:00:00Z\"}",
    ])
    func `SRC-02 a head of another form is read all the same`(line: String) throws {
        #expect(try self.read(line, wanted: [41]) == .other)
        guard case .event(let fields) = try self.read(line, wanted: [42]) else {
            Issue.record("no event")
            return
        }
        #expect(fields.repositoryID == 42)
    }

    @Test func `every wanted repository is found, however many are wanted`() throws {
        for count in [1, 50, 1000, 20_000] {
            let wanted = Set((1...Int64(count)).map { $0 &* 7919 })
            let scanner = try #require(EventScanner(wanted: wanted))
            for id in wanted.sorted().prefix(1000) {
                let line = Self.push.replacing("\"id\":42", with: "\"id\":\(id)")
                let padded = Array(line.utf8) + [UInt8](repeating: 0, count: EventScanner.padding)
                let read = padded.withUnsafeBytes { scanner.read($0, 0..<line.utf8.count) }
                guard case .event(let fields) = read, fields.repositoryID == id else {
                    Issue.record("\(id) of \(count) was not found")
                    return
                }
            }
        }
    }

    @Test(arguments: [
        ("\"id\":\"1\"", "\"id\":\"1\",\"id\":\"1\""), ("\"login\"", "\"login\":\"x\",\"login\""),
        ("\"name\"", "\"name\":\"x\",\"name\""), ("\"size\"", "\"size\":1,\"size\""),
    ])
    func `SRC-06 a key that stands twice where fields are taken from is no event`(
        part: String, twice: String
    ) throws {
        #expect(try self.read(Self.push.replacing(part, with: twice)) == .malformed)
    }

    @Test(arguments: ["{", "[]", "null", "{}", "not json", "{\"type\":\"PushEvent\"}", "\"x\""])
    func `SRC a line that is no event is reported`(line: String) throws {
        #expect(try self.read(line) == .malformed)
    }

    @Test func `a scanner goes on behind a broken line`() throws {
        let scanner = try #require(EventScanner(wanted: []))
        for line in ["{\"id\":", Self.push, "}", Self.push] {
            let bytes = Array(line.utf8)
            let padded = bytes + [UInt8](repeating: 0, count: EventScanner.padding)
            let result = padded.withUnsafeBytes { scanner.read($0, 0..<bytes.count) }
            if case .event = result {
                #expect(line == Self.push)
            } else {
                #expect(line != Self.push)
            }
        }
    }

    @Test func `a line cut at any byte is no event and no crash`() throws {
        let text = Array(Self.push.utf8)
        let scanner = try #require(EventScanner(wanted: []))
        for end in 0..<text.count {
            let padded = Array(text[..<end]) + [UInt8](repeating: 0, count: EventScanner.padding)
            let result = padded.withUnsafeBytes { scanner.read($0, 0..<end) }
            if case .event = result { Issue.record("cut at \(end) it was taken") }
        }
    }
}
