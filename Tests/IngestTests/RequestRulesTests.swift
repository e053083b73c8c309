import RPCCore
import ServiceKit
import Testing

@testable import Ingest

@Suite struct RequestRulesTests {
    static let today = CivilDay(rawValue: 20_000)

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "accepted"
        } catch let error as RPCError {
            return error.code == .invalidArgument ? error.message : "\(error.code)"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("duckdb", "duckdb"), ("a", "b"), ("a-b", "c.d_e-f"), ("A1", ".github"),
        (String(repeating: "a", count: 39), String(repeating: "b", count: 100)),
    ])
    func `BAD-07 names that GitHub allows are accepted`(owner: String, name: String) throws {
        #expect(
            try RequestRules.repositoryName(owner: owner, name: name) == owner + "/" + name)
    }

    @Test(arguments: [
        "", "-a", "a b", "a/b", "ä", "a\0", "..", "'; drop table x", "$(x)",
        String(repeating: "a", count: 40),
    ])
    func `BAD-07 an owner that cannot be is refused by its field`(owner: String) {
        let text = message { _ = try RequestRules.repositoryName(owner: owner, name: "b") }
        #expect(text.hasPrefix("owner: "))
    }

    @Test(arguments: [
        "", ".", "..", "a b", "a/b", "ä", "a\0", "x.git", "x.GIT", "\u{202e}x",
        String(repeating: "a", count: 101),
    ])
    func `BAD-07 a name that cannot be is refused by its field`(name: String) {
        let text = message { _ = try RequestRules.repositoryName(owner: "a", name: name) }
        #expect(text.hasPrefix("name: "))
    }

    @Test(arguments: ["", "a", "a/b/c", "/b", "a/", "https://github.com/a/b"])
    func `BAD-07 a full name has two good parts`(text: String) {
        let answer = message { _ = try RequestRules.repositoryName(text, field: "repository") }
        #expect(answer.hasPrefix("repository: "))
    }

    @Test func `no days named are the last 730 to today`() throws {
        let days = try RequestRules.days(since: 0, until: 0, today: Self.today)
        #expect(days.upperBound == Self.today)
        #expect(days.upperBound.rawValue - days.lowerBound.rawValue + 1 == 730)
    }

    @Test func `only an end named counts 730 days back from it`() throws {
        let days = try RequestRules.days(since: 0, until: 18_000, today: Self.today)
        #expect(days.lowerBound.rawValue == 18_000 - 729)
    }

    @Test(arguments: [
        (Int32(-1), Int32(0), "since_day"), (.min, 0, "since_day"), (.max, 0, "since_day"),
        (20_001, 0, "since_day"), (0, -1, "until_day"), (0, .max, "until_day"),
        (0, .min, "until_day"), (0, 20_001, "until_day"), (19_000, 18_999, "since_day"),
        (1, 0, "since_day"),
    ])
    func `BAD-02 days that cannot be are refused by their field`(
        since: Int32, until: Int32, field: String
    ) {
        let text = message {
            _ = try RequestRules.days(since: since, until: until, today: Self.today)
        }
        #expect(text.hasPrefix(field + ": "))
    }

    @Test(arguments: [
        "", "x", "01930000-0000-7000-8000-00000000000g", "019300000000700080000000000000001",
    ])
    func `BAD-02 a job's id that is no UUID is refused by its field`(id: String) {
        #expect(message { _ = try RequestRules.jobId(id) }.hasPrefix("id: "))
    }

    @Test func `a job's id may be written in capitals`() throws {
        #expect(
            try RequestRules.jobId("01930000-0000-7000-8000-00000000000A")
                == "01930000-0000-7000-8000-00000000000a")
    }

    @Test(arguments: [
        (UInt32.max, UInt32(0), "page"), (0, 101, "page_size"), (0, .max, "page_size"),
    ])
    func `BAD-02 pages that cannot be are refused by their field`(
        page: UInt32, size: UInt32, field: String
    ) {
        #expect(message { _ = try RequestRules.page(page, size: size) }.hasPrefix(field + ": "))
    }

    @Test(arguments: [
        (UInt32(0), UInt32(0), Int64(0), Int64(50)), (1, 10, 0, 10), (3, 10, 20, 10),
    ])
    func `a page is an offset and a limit`(
        page: UInt32, size: UInt32, offset: Int64, limit: Int64
    ) throws {
        #expect(try RequestRules.page(page, size: size) == (offset, limit))
    }

    @Test(arguments: ["a\0b", String(repeating: "a", count: 201)])
    func `BAD-02 a query that cannot be is refused by its field`(text: String) {
        #expect(message { _ = try RequestRules.query(text) }.hasPrefix("query: "))
    }

    @Test func `BAD-02 a source nobody knows is refused by its field`() {
        let catalog = SourceCatalog(sources: [])
        #expect(message { _ = try catalog.choose("floppy") }.hasPrefix("source: "))
    }

    @Test(arguments: ["", "archive", "github"])
    func `SRC-45 without a source the refusal says so`(name: String) {
        #expect(throws: RPCError.self) { _ = try SourceCatalog(sources: []).choose(name) }
        #expect(message { _ = try SourceCatalog(sources: []).choose(name) } == "failedPrecondition")
    }
}

@Suite struct UUIDv7Tests {
    struct Fixed: RandomNumberGenerator {
        var value: UInt64
        mutating func next() -> UInt64 { value }
    }

    @Test func `the time is in front, version and variant are in their places`() {
        var random = Fixed(value: 0)
        // 0x0190_0000_0000 milliseconds.
        let id = UUIDv7.make(at: Timestamp(rawValue: 0x0190_0000_0000 * 1000), random: &random)
        #expect(id.hasPrefix("01900000-0000-7"))
        #expect(id.utf8.count == 36)
        #expect(["8", "9", "a", "b"].contains(id.dropFirst(19).prefix(1)))
        #expect(UUIDv7.canonical(id) == id)
    }

    @Test func `later ids sort behind earlier ones`() {
        var (low, high) = (Fixed(value: 0), Fixed(value: .max))
        let earlier = UUIDv7.make(at: Timestamp(rawValue: 5_000), random: &high)
        let later = UUIDv7.make(at: Timestamp(rawValue: 6_000), random: &low)
        #expect(earlier < later)
    }
}

@Suite struct NoticeHubTests {
    @Test func `a reader is told of its key and of nothing else`() async {
        let hub = NoticeHub()
        let (mine, other) = (hub.subscribe(to: "a"), hub.subscribe(to: "b"))
        hub.tell("a")
        var iterator = mine.makeAsyncIterator()
        #expect(await iterator.next() != nil)
        hub.tellAll()
        var otherIterator = other.makeAsyncIterator()
        #expect(await otherIterator.next() != nil)
    }

    @Test func `a reader that goes away is forgotten`() async {
        let hub = NoticeHub()
        do {
            let stream = hub.subscribe(to: "a")
            let task = Task { for await _ in stream {} }
            task.cancel()
            await task.value
        }
        #expect(hub.count == 0)
    }
}
