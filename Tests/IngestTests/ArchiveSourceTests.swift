import Archive
import Foundation
import GitHubData
import ServiceKit
import Synchronization
import TallyAPI
import TestKit
import Testing

@testable import Ingest

/// Hour files that a test makes, in memory.
final class MemoryHours: HourFiles {
    private let files = Mutex<[String: [UInt8]]>([:])
    private let reads = Mutex<[String]>([])

    /// The files read, in order.
    var readNames: [String] { reads.withLock { $0 } }

    func put(_ name: String, _ lines: [String], damage: Bool = false) {
        let text = Array(lines.map { $0 + "\n" }.joined().utf8)
        let bytes = GzipWriter.compress(text)
        files.withLock { $0[name] = damage ? Array(bytes.dropLast(3)) : bytes }
    }

    func read(
        _ hour: ArchiveHour, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) async throws -> UInt64? {
        reads.withLock { $0.append("\(hour)") }
        guard let bytes = files.withLock({ $0["\(hour)"] }) else { return nil }
        try bytes.withUnsafeBytes { try body($0) }
        return UInt64(bytes.count)
    }

    func candidates(since: CivilDay, until: CivilDay) throws -> [ArchiveHour] {
        let days = (since.rawValue...until.rawValue).map(CivilDay.init(rawValue:))
        return ArchiveHour.covering(days).reversed()
    }

    func fingerprint(of hours: [ArchiveHour]) -> [UInt8]? { nil }

    let kind: SourceKind = .folder

    func offer(_ hours: [ArchiveHour]) -> SourceOffer { SourceOffer() }
}

@Suite struct ArchiveSourceTests {
    let files = MemoryHours()
    private let day = CivilDay("2023-04-07") ?? CivilDay(rawValue: 0)

    private func event(
        _ id: Int, at time: String, repository: Int64 = 7, name: String = "owner/name",
        actor: (Int, String) = (5, "five"), type: String = "PushEvent",
        payload: String = "{\"size\":1}"
    ) -> String {
        "{\"id\":\"\(id)\",\"type\":\"\(type)\",\"actor\":{\"id\":\(actor.0),"
            + "\"login\":\"\(actor.1)\"},\"repo\":{\"id\":\(repository),\"name\":\"\(name)\"},"
            + "\"payload\":\(payload),\"created_at\":\"\(time)\"}"
    }

    private func source(now: String = "2026-01-01T00:00:00Z") throws -> ArchiveSource {
        let now = try #require(Timestamp(now))
        return try ArchiveSource(files, clock: WallClock { now })
    }

    private func scan(
        _ targets: [ScanTarget]? = nil, now: String = "2026-01-01T00:00:00Z"
    ) async throws -> [ScannedDay] {
        let days = Mutex<[ScannedDay]>([])
        let all = targets ?? [ScanTarget(repositoryId: 7, names: ["owner/name"], days: [day])]
        try await source(now: now).scan(all, progress: { _ in }) { scanned in
            days.withLock { $0.append(scanned) }
        }
        return days.withLock { $0 }
    }

    @Test func `SRC-03 an event that was met late counts for its own day`() async throws {
        files.put("2023-04-07-23", [event(1, at: "2023-04-07T23:50:00Z")])
        files.put("2023-04-08-3", [event(2, at: "2023-04-07T23:55:00Z")])
        files.put("2023-04-08-4", [event(3, at: "2023-04-08T04:00:00Z")])
        let scanned = try #require(try await scan().first)
        #expect(scanned.repositories.first?.counters == [5: Counters(commits: 2)])
        #expect(scanned.repositories.first?.events == 2)
    }

    @Test func `SRC-04 duplicates within an hour, in the next and across midnight count once`()
        async throws
    {
        let twice = event(1, at: "2023-04-07T22:00:00Z")
        files.put("2023-04-07-22", [twice, twice])
        files.put("2023-04-07-23", [twice])
        files.put(
            "2023-04-08-0",
            [twice, event(1, at: "2023-04-07T22:00:00Z", type: "ReleaseEvent", payload: "{}")])
        let scanned = try #require(try await scan().first)
        #expect(scanned.repositories.first?.counters == [5: Counters(commits: 1, releases: 1)])
    }

    @Test func `SRC-07 a damaged hour is a gap, and nothing of it is counted`() async throws {
        files.put("2023-04-07-10", [event(1, at: "2023-04-07T10:00:00Z")])
        files.put("2023-04-07-11", [event(2, at: "2023-04-07T11:00:00Z")], damage: true)
        let scanned = try #require(try await scan().first)
        #expect(scanned.hoursDamaged == [11])
        #expect(scanned.hoursMissing.count == 22)
        #expect(scanned.repositories.first?.counters == [5: Counters(commits: 1)])
    }

    @Test func `SRC-08 an hour that is not published yet is not missing`() async throws {
        let scanned = try #require(try await scan(now: "2023-04-07T12:30:00Z").first)
        #expect(scanned.hoursMissing == Array(0...10))
        #expect(scanned.hoursPending == Array(11...23))
    }

    @Test func `the spilled hours of the next day are no gap when they are missing`() async throws {
        for hour in 0..<24 { files.put("2023-04-07-\(hour)", []) }
        let scanned = try #require(try await scan().first)
        #expect(scanned.hoursMissing.isEmpty)
        #expect(scanned.hoursDamaged.isEmpty)
    }

    @Test func `SRC-10 a repository's names come with their times`() async throws {
        files.put(
            "2023-04-07-1",
            [
                event(1, at: "2023-04-07T01:00:00Z", name: "owner/old"),
                event(2, at: "2023-04-07T01:30:00Z", type: "WatchEvent", payload: "{}"),
            ])
        let names = try #require(try await scan().first?.repositories.first?.names)
        #expect(names.map(\.name).sorted() == ["owner/name", "owner/old"])
        let old = try #require(names.first { $0.name == "owner/old" })
        #expect(Timestamp(rawValue: old.lastUs).description == "2023-04-07T01:00:00Z")
    }

    @Test func `SRC-10 a person renamed within the day has the newer login`() async throws {
        files.put("2023-04-07-2", [event(2, at: "2023-04-07T02:00:00Z", actor: (5, "new"))])
        files.put("2023-04-07-3", [event(1, at: "2023-04-07T01:00:00Z", actor: (5, "old"))])
        let people = try #require(try await scan().first?.repositories.first?.people)
        #expect(people.mapValues(\.login) == [5: "new"])
    }

    @Test func `who only watched is not named`() async throws {
        files.put(
            "2023-04-07-2",
            [event(2, at: "2023-04-07T02:00:00Z", type: "WatchEvent", payload: "{}")])
        #expect(try #require(try await scan().first?.repositories.first).people.isEmpty)
    }

    @Test func `SRC-11 each hour is read once for all targets`() async throws {
        let days = [day, day.advanced(by: 1)]
        files.put(
            "2023-04-08-1",
            [
                event(1, at: "2023-04-08T01:00:00Z"),
                event(2, at: "2023-04-08T01:00:00Z", repository: 8),
            ])
        let scanned = try await scan([
            ScanTarget(repositoryId: 7, names: ["owner/name"], days: days),
            ScanTarget(repositoryId: 8, names: ["a/b"], days: [days[1]]),
        ])
        #expect(scanned.map(\.day) == days)
        #expect(scanned.map { $0.repositories.map(\.repositoryId) } == [[], [7, 8]])
        #expect(files.readNames.count == Set(files.readNames).count)
        #expect(files.readNames.count == 54)
    }

    @Test func `a day that a target did not ask for is not counted for it`() async throws {
        files.put("2023-04-08-1", [event(1, at: "2023-04-08T01:00:00Z")])
        let scanned = try await scan()
        #expect(scanned.map(\.day) == [day])
        #expect(scanned.first?.repositories.isEmpty == true)
    }

    @Test func `SRC-09 progress never falls and ends at the whole`() async throws {
        files.put("2023-04-07-1", [event(1, at: "2023-04-07T01:00:00Z")])
        let seen = Mutex<[ScanProgress]>([])
        try await source().scan(
            [ScanTarget(repositoryId: 7, names: [], days: [day])],
            progress: { figure in seen.withLock { $0.append(figure) } }, deliver: { _ in })
        let done = seen.withLock { $0.map(\.hoursDone) }
        #expect(done == Array(1...30))
        #expect(seen.withLock { $0.last?.hoursTotal } == 30)
    }

    @Test func `what deliver throws ends the scan`() async throws {
        struct Enough: Error {}
        await #expect(throws: Enough.self) {
            try await source().scan(
                [ScanTarget(repositoryId: 7, names: [], days: [day])], progress: { _ in }
            ) { _ in throw Enough() }
        }
    }

    @Test func `a name is looked for from the newest hour back`() async throws {
        files.put("2023-04-07-1", [event(1, at: "2023-04-07T01:00:00Z", repository: 6)])
        files.put("2023-04-07-9", [event(2, at: "2023-04-07T09:00:00Z", repository: 7)])
        let found = try await source().find(name: "OWNER/NAME", since: day, until: day)
        #expect(found?.id == 7)
        #expect(found?.name == "owner/name")
        #expect(try await source().find(name: "no/body", since: day, until: day) == nil)
    }

    @Test func `SRC-05 a merge's author, lines and signal come as the payload says`() async throws {
        let merge = """
            {"action":"closed","number":9,"pull_request":{"number":9,"merged":true,\
            "user":{"id":8,"login":"eight"},"additions":4,"deletions":2}}
            """
        files.put(
            "2023-04-07-1",
            [event(1, at: "2023-04-07T01:00:00Z", type: "PullRequestEvent", payload: merge)])
        let content = try #require(try await scan().first?.repositories.first)
        #expect(content.merges.map(\.authorId) == [8])
        #expect(content.merges.map(\.linesAdded) == [4])
        #expect(content.people[8]?.login == "eight")
        #expect(content.counters.isEmpty)
    }
}

@Suite struct ArchiveLocationTests {
    @Test(arguments: ["https://data.gharchive.org", "http://127.0.0.1:80/x/", "/tmp"])
    func `SRC-12 folders and addresses are accepted`(text: String) {
        #expect(ArchiveLocation.fault(text) == nil)
    }

    @Test(arguments: ["/no/such/folder", "/etc/passwd", "ftp://host/x", "https://", "s3://bucket"])
    func `SRC-12 what cannot be read is a clear error before any job starts`(text: String) {
        #expect(ArchiveLocation.fault(text) != nil)
    }

    @Test func `a slash at the end makes no difference`() throws {
        #expect(try ArchiveLocation("http://host/x/") == .web("http://host/x"))
    }
}

@Suite struct DemoArchiveTests {
    @Test func `the invented archive gives the counts that its events have, and says what it is`()
        async throws
    {
        let folder = NSTemporaryDirectory() + "tally-demo-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let until = try #require(CivilDay("2026-03-03"))
        let world = DemoWorld(since: until.advanced(by: -3), until: until, seed: 5)
        try DemoArchive.write(world, seed: 5, to: folder)
        let files = HourFolder(path: folder)
        #expect(files.isDemonstration)
        let source = try ArchiveSource(
            files, isDemonstration: true,
            clock: WallClock { Timestamp(rawValue: until.advanced(by: 9).startMicroseconds) })
        let found = try await source.find(
            name: "aurora-labs/aurora-engine", since: world.days[0], until: until)
        #expect(found?.id == 900_000_001)
        let pushes = Mutex<UInt64>(0)
        try await source.scan(
            [ScanTarget(repositoryId: 900_000_001, names: [], days: world.days)],
            progress: { _ in }
        ) { scanned in
            let commits = scanned.repositories.flatMap { $0.counters.values }.map(\.commits)
            pushes.withLock { $0 += commits.reduce(0, +) }
        }
        #expect(pushes.withLock { $0 } == (try Self.commits(in: folder)))
    }

    /// Counted from the text, without the reader.
    private static func commits(in folder: String) throws -> UInt64 {
        var seen: Set<String> = []
        var total: UInt64 = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where name.hasSuffix(".gz") {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/zcat")
            process.arguments = [folder + "/" + name]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let text = everything(from: pipe)
            process.waitUntilExit()
            for line in text.split(separator: "\n")
            where line.contains("\"id\":900000001,") && seen.insert(String(line)).inserted {
                guard let match = line.firstMatch(of: /"distinct_size":(\d+)/) else { continue }
                total += UInt64(match.1) ?? 0
            }
        }
        return total
    }

    @Test func `the same arguments give the same bytes`() {
        let until = CivilDay(rawValue: 20_000)
        var one = DemoWorld(since: CivilDay(rawValue: 19_990), until: until, seed: 3)
        var two = one
        var three = DemoWorld(since: CivilDay(rawValue: 19_990), until: until, seed: 4)
        let hour = ArchiveHour(CivilDay(rawValue: 19_990), 12)
        let lines = one.lines(of: hour)
        #expect(lines == two.lines(of: hour))
        #expect(lines != three.lines(of: hour))
    }
}
