import JSON
import Testing

/// The scanner walks lines by itself: it must take what simdjson's own parser takes, and nothing
/// else.
@Suite struct EventWalkTests {
    private func read(_ scanner: EventScanner, _ line: [UInt8]) -> EventScanner.Line {
        // What stands behind a line in the buffer is another one, or what is left of it.
        let behind = Array("}]}\"0,:".utf8) + [UInt8](repeating: 0x7d, count: EventScanner.padding)
        return (line + behind).withUnsafeBytes { scanner.read($0, 0..<line.count) }
    }

    private func read(_ line: String) throws -> EventScanner.Line {
        self.read(try #require(EventScanner(wanted: [])), Array(line.utf8))
    }

    /// A push whose payload has one more member, which is not needed of it.
    private func push(_ value: String, payload more: String = "") -> String {
        "{\"id\":\"1\",\"type\":\"PushEvent\",\"actor\":{\"id\":7,\"login\":\"ann\"},"
            + "\"repo\":{\"id\":42,\"name\":\"o/n\"},\"payload\":{\"x\":\(value)\(more)},"
            + "\"public\":true,\"created_at\":\"2024-05-01T10:00:00Z\"}"
    }

    private func isEvent(_ line: String) throws -> Bool {
        if case .event = try self.read(line) { return true }
        return false
    }

    @Test(arguments: [
        "0", "-0", "7", "-1", "123456789012345678", "1234567890123456789", "18446744073709551615",
        "-9223372036854775808", "0.5", "1e5", "1E-5", "1.5e+3", "1e-400", "true", "false", "null",
        "\"\"", "\"\\u00e9\"", "\"\\ud83e\\udd80\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "{}", "[]",
        "[ ]", "{ }", " 1 ", "[1 , 2]", "[[],[[]],{\"a\":[{}]}]", "{\"a\":1,\"a\":2}", "\"{[\"",
    ])
    func `a value that nobody needs may be any JSON`(value: String) throws {
        #expect(try self.isEvent(self.push(value)))
    }

    @Test(arguments: [
        "", "01", "00", "-", "-01", "+1", "1.", ".5", "1e", "1e400", "0x1", "1_0",
        "18446744073709551616", "-9223372036854775809", "tru", "truee", "True", "nul", "nullx",
        "NaN", "'x'", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud83e\"", "\"\\ud83ex\"",
        "\"\\ud83e\\u0041\"", "\"\\udd80\"", "\"\u{1}\"", "\"\t\"", "[1,]", "[,1]", "[1 2]", "[1",
        "1]", "[1}", "{\"a\":1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:2}",
        "{\"a\",1}", "{\"a\":1 \"b\":2}", "\"a\" \"b\"", "1\\n", "\\\"a\"", ":", ",", "}", "]",
        "\"a\"b", "1\"a\"",
    ])
    func `SRC-06 a value that nobody needs must be JSON all the same`(value: String) throws {
        #expect(try self.read(self.push(value)) == .malformed)
    }

    @Test(arguments: [(1022, true), (1023, true), (1024, false)])
    func `SRC-06 nesting is taken to the limit and no level further`(
        levels: Int, isTaken: Bool
    ) throws {
        // The event and its payload are two of the levels; a level has something in it.
        let count = levels - 2
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let value =
                String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
            #expect(try self.isEvent(self.push(value)) == isTaken)
        }
    }

    @Test(arguments: [(999, true), (1000, true), (1001, false)])
    func `SRC-06 an object that fields are taken from has at most a thousand keys`(
        keys: Int, isTaken: Bool
    ) throws {
        let more = (2...keys).map { ",\"k\($0)\":0" }.joined()
        #expect(try self.isEvent(self.push("0", payload: more)) == isTaken)
        // Of others nothing is remembered.
        #expect(try self.isEvent(self.push("{\"k1\":0\(more)}")))
    }

    @Test func `SRC-06 a key that stands twice is found, whatever the lines before looked like`()
        throws
    {
        let scanner = try #require(EventScanner(wanted: []))
        let good = [("", true), (",\"size\":1", true), (",\"size\":1,\"distinct_size\":1", true)]
        let twice = [
            ",\"x\":1", ",\"size\":1,\"size\":1", ",\"size\":1,\"x\":2", ",\"\\u0078\":1",
            ",\"\\u0073ize\":1,\"size\":1", ",\"size\":1,\"si\\u007ae\":1",
            ",\"a-key-of-seventeen\":1,\"a-key-of-seventeen\":1",
        ].map { ($0, false) }
        let others = [
            // Alike but for a letter in the middle.
            (",\"a-key-of-eighteen!\":1,\"a-key-of+eighteen!\":1", true),
            // A backslash and an n; then a line feed, written in two ways.
            (",\"a\\\\n\":1", true), (",\"a\\n\":1", true), (",\"a\\n\":1,\"a\\u000a\":1", false),
        ]
        for (more, isTaken) in good + twice + good.reversed() + twice + others + others {
            let line = Array(self.push("0", payload: more).utf8)
            let result = self.read(scanner, line)
            #expect((result != .malformed) == isTaken, "\(more)")
        }
    }

    @Test func `keys of other depths and of other objects are not taken for an event's own`()
        throws
    {
        let line = """
            {"payload":{"x":{"action":"no","number":1,"pull_request":{"number":2}},"user":{"id":3},\
            "pull_request":{"head":{"user":{"id":4,"login":"no"},"number":5,"merged":false},\
            "user":{"plan":{"id":6,"login":"no"},"id":8,"login":"eig\\u0068t"},"number":9,\
            "merged":true,"base":{"repo":{"id":10,"name":"no/no"}}},"action":"clo\\u0073ed"},\
            "org":{"id":11,"login":"no","type":"no"},"x":{"type":"no","repo":{"id":12}},\
            "repo":{"owner":{"id":13,"name":"no"},"name":"o\\/n","id":42},\
            "actor":{"site":{"login":"no","id":14},"login":"日本-\\u00e9","id":7},\
            "created_at":"2024-05-01T10:00:00Z","type":"PullRequestEvent","id":"1"}
            """
        guard case .event(let fields) = try self.read(line) else {
            Issue.record("no event")
            return
        }
        #expect((fields.type, fields.id, fields.action) == ("PullRequestEvent", "1", "closed"))
        #expect((fields.repositoryID, fields.repository) == (42, "o/n"))
        #expect((fields.actorID, fields.login) == (7, "日本-é"))
        #expect((fields.number, fields.isMerged) == (9, true))
        #expect((fields.authorID, fields.authorLogin) == (8, "eight"))
    }

    @Test func `lines that were changed at random are taken as simdjson itself takes them`() throws
    {
        let scanner = try #require(EventScanner(wanted: []))
        var chance = Mutator()
        var taken = 0
        for _ in 0..<20_000 {
            let line = chance.line()
            let result = self.read(scanner, line)
            do throws(JSONError) {
                let expected = EventExpectation(try JSONReader.read(line)).fields
                #expect(result == expected.map { .event($0) } ?? .malformed)
                taken += expected == nil ? 0 : 1
            } catch {
                if error.code == .malformed { #expect(result == .malformed) }
            }
        }
        #expect(taken > 2000 && taken < 18_000)
    }
}

/// Lines with some bytes changed, the same in every run.
private struct Mutator {
    private var state: UInt64 = 1

    private static let lines = [
        """
        {"id":"2","type":"PullRequestEvent","actor":{"id":7,"login":"ann"},"repo":{"id":42,"name":\
        "o/n"},"payload":{"action":"closed","number":5,"pull_request":{"merged":true,"additions":\
        10,"deletions":4,"user":{"id":9,"login":"bob","type":"User"}}},"created_at":"2024"}
        """,
        """
        {"repo":{"name":"o\\/n","id":42},"payload":{"size":3,"x":[1,2,{"a":null},[],{}],"f":-1.5},\
        "type":"PushEvent","actor":{},"created_at":"2012"}
        """,
        """
        { "id": "1", "type": "Issues\\u0045vent", "actor": {"id" : 3 , "login":"a\\n\\ud83d\\ude00"\
        }, "repo": {"id": 42 }, "payload": {"action": "opened" ,"a":[ ]}, "created_at": "2012" }
        """,
    ].map { Array($0.utf8) }

    private static let snippets = [
        "\\u", "\\ud83d\\ude00", "\\\\", "\"", "{", "}", "[", "]", ":", ",", "-0", "00", "1.5",
        "9223372036854775808", "true", "null", " ", "\n", "\u{1}", "é", "\"id\":1,", "{}", "[]",
        "\"\\u0069d\":7,", "\"merged\":true,", "1E5", "\"type\":\"PushEvent\",",
    ].map { Array($0.utf8) }

    /// A number below a bound (Knuth's generator).
    private mutating func below(_ bound: Int) -> Int {
        self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(self.state >> 33) % bound
    }

    mutating func line() -> [UInt8] {
        var line = Self.lines[self.below(Self.lines.count)]
        for _ in 0..<self.below(3) {
            let place = self.below(line.count)
            let snippet = Self.snippets[self.below(Self.snippets.count)]
            switch self.below(4) {
            case 0: line[place] = UInt8(self.below(256))
            case 1: line.insert(contentsOf: snippet, at: place)
            case 2: line.removeSubrange(place..<min(place + self.below(9), line.count))
            case _:
                line.replaceSubrange(place..<min(place + snippet.count, line.count), with: snippet)
            }
            if line.isEmpty { return Self.lines[0] }
        }
        return line
    }
}
