import Archive
import GitHubData
import Testing

@Suite struct HourScanTests {
    private let good = line(id: "good")

    @Test(arguments: [
        "null", "[]", "not json", "{", "{}", "17", "\"text\"",
        line(repository: 7, payload: "[]"), line(at: "yesterday"), line(actor: "{}"),
        line(actor: "null"), "{\"id\":\"1\",\"type\":\"PushEvent\",\"repo\":{\"id\":7}}",
        line(payload: "{\"size\":1,\"size\":2}"), line(payload: "{\"x\":\"\\ud800\"}"),
        line(payload: "{\"size\":99999999999999999999999}"),
        line() + line(), String(line().prefix(80)) + line(),
        line(payload: String(repeating: "[", count: 10_000)),
        line(
            payload: "{\"a\":" + String(repeating: "[", count: 10_000)
                + String(repeating: "]", count: 10_000) + "}"),
    ])
    func `SRC-06 BAD-12 a line that is no event is skipped and counted, the rest is read`(
        bad: String
    ) throws {
        let scan = try #require(try scan([good, bad, good]))
        #expect(scan.events.count == 2)
        #expect(scan.linesSkipped == 1)
    }

    @Test func `SRC-06 bytes that are no UTF-8 are skipped and counted`() throws {
        var text = Array((good + "\n").utf8)
        text += Array(line(name: "owner/").utf8.dropLast(0)).map { $0 == 0x2f ? 0xff : $0 }
        text += Array(("\n" + good + "\n").utf8)
        let scan = try #require(try scan(text))
        #expect(scan.events.count == 2)
        #expect(scan.linesSkipped == 1)
    }

    @Test func `SRC-06 empty lines are nothing`() throws {
        let scan = try #require(try scan([good, "", "", good]))
        #expect(scan.events.count == 2)
        #expect(scan.linesSkipped == 0)
    }

    @Test func `SRC-06 a line of 50 MiB is skipped and the next is read`() throws {
        let long = line(payload: "{\"x\":\"" + String(repeating: "a", count: 50 << 20) + "\"}")
        let scan = try #require(try scan([good, long, good]))
        #expect(scan.events.count == 2)
        #expect(scan.linesSkipped == 1)
    }

    @Test func `a size below zero is not known`() throws {
        let scan = try #require(try scan([line(payload: "{\"size\":-4}")]))
        #expect(scan.events.map(\.contribution) == [.unsizedPush])
    }

    @Test func `events of others are left out and not counted as bad`() throws {
        let scan = try #require(try scan([line(repository: 8), good]))
        #expect(scan.events.count == 1)
        #expect(scan.linesSkipped == 0)
    }

    @Test func `an event without a repository's number is known by its name`() throws {
        let lines = [line(repository: nil, name: "Owner/Name"), line(repository: nil, name: "a/b")]
        let scan = try #require(try scan(lines))
        #expect(scan.events.map(\.repositoryName) == ["Owner/Name"])
        #expect(scan.events.map(\.repositoryID) == [0])
    }

    @Test func `a last line without its newline is read`() throws {
        let scan = try #require(try scan(Array((good + "\n" + good).utf8)))
        #expect(scan.events.count == 2)
    }

    @Test(arguments: [1, 7, 100, 4096])
    func `pieces of any size give the same events`(size: Int) throws {
        let lines = (0..<40).map { line(id: "\($0)") }
        let bytes = GzipWriter.compress(Array(lines.map { $0 + "\n" }.joined().utf8))
        let scan = try #require(HourScan(.init(ids: [7], names: [])))
        for start in stride(from: 0, to: bytes.count, by: size) {
            try Array(bytes[start..<min(start + size, bytes.count)]).withUnsafeBytes {
                try scan.read($0)
            }
        }
        try scan.finish()
        #expect(scan.events.count == 40)
    }

    @Test func `SRC-07 several gzip members in a row are one file`() throws {
        let scan = try #require(HourScan(.init(ids: [7], names: [])))
        let member = GzipWriter.compress(Array((good + "\n").utf8))
        try (member + member).withUnsafeBytes { try scan.read($0) }
        try scan.finish()
        #expect(scan.events.count == 2)
    }

    @Test func `SRC-07 a truncated file says so`() throws {
        let scan = try #require(HourScan(.init(ids: [7], names: [])))
        let whole = GzipWriter.compress(Array((good + "\n").utf8))
        try Array(whole.dropLast(5)).withUnsafeBytes { try scan.read($0) }
        #expect(throws: GzipReader.Fault.truncated) { try scan.finish() }
    }

    @Test func `SRC-07 a wrong checksum says so`() throws {
        let scan = try #require(HourScan(.init(ids: [7], names: [])))
        var bytes = GzipWriter.compress(Array((good + "\n").utf8))
        bytes[bytes.count - 6] ^= 1
        #expect(throws: GzipReader.Fault.self) {
            try bytes.withUnsafeBytes { try scan.read($0) }
            try scan.finish()
        }
    }

    @Test(arguments: ["", "this is not gzip at all, but long enough to be looked at"])
    func `SRC-07 what is no gzip says so`(text: String) throws {
        let scan = try #require(HourScan(.init(ids: [7], names: [])))
        #expect(throws: GzipReader.Fault.self) {
            try Array(text.utf8).withUnsafeBytes { try scan.read($0) }
            try scan.finish()
        }
    }

    @Test func `SRC-04 the same number with another type is another event`() throws {
        let lines = [line(), line(), line(type: "ReleaseEvent"), line(at: "2025-10-09T00:00:00Z")]
        let scan = try #require(try scan(lines))
        #expect(Set(scan.events.map(\.key)).count == 3)
    }
}

@Suite struct NameSearchTests {
    private func search(_ name: String, _ lines: [String]) throws -> GitHubEvent? {
        let search = NameSearch(name)
        let text = Array(lines.map { $0 + "\n" }.joined().utf8)
        try GzipWriter.compress(text).withUnsafeBytes { try search?.read($0) }
        search?.finish()
        return search?.newest
    }

    @Test func `a name is found in any letter case, as it is written`() throws {
        let event = try search("OWNER/name", [line(name: "a/b"), line(name: "Owner/Name")])
        #expect(event?.repositoryName == "Owner/Name")
        #expect(event?.repositoryID == 7)
    }

    @Test func `the newest event that carries the name wins`() throws {
        let lines = [
            line(repository: 8, at: "2023-04-07T10:30:00Z"),
            line(repository: 7, at: "2023-04-07T10:10:00Z"),
        ]
        #expect(try search("owner/name", lines)?.repositoryID == 8)
    }

    @Test(arguments: [
        line(name: "other/thing", payload: "{\"size\":1,\"note\":\"owner/name\"}"),
        line(name: "owner/name-more"), line(name: "an-owner/name"), line(repository: nil),
    ])
    func `a name elsewhere in an event is not the repository's`(other: String) throws {
        #expect(try search("owner/name", [other]) == nil)
    }
}
