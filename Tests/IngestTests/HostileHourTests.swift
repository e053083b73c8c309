import Archive
import Foundation
import GitHubData
import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

/// An hour of lines that are well-formed and written as nobody would: what the archive's reader
/// counts of it must be what Foundation's JSON reader and a plain count find.
@Suite struct HostileHourTests {
    private static let day = "2024-05-01"

    /// What is compared of a repository.
    private struct Tally: Hashable {
        var counts: [Int64: [UInt64]] = [:]
        var logins: [Int64: String] = [:]
        var names: Set<String> = []
        var merges: [Int64: [Int64]] = [:]
    }

    @Test(arguments: [1, 2])
    func `SRC-02 SRC-06 lines of hostile shapes count as an independent reader counts them`(
        seed: UInt64
    ) throws {
        var writer = HostileLines(seed: seed, day: Self.day)
        let lines = (0..<1000).map { _ in writer.line() }
        let tallies = try Self.counted(by: lines)
        let expected = Self.expected(of: lines)
        #expect(Set(tallies.keys) == Set(HostileLines.repositories))
        for (repository, tally) in tallies {
            let other = expected[repository]
            #expect(tally.counts == other?.counts)
            #expect(tally.logins == other?.logins)
            #expect(tally.names == other?.names)
            #expect(tally.merges == other?.merges)
            #expect(tally.logins.values.contains("a\u{301}\n🦀\\\""))
        }
    }

    private static func counted(by lines: [String]) throws -> [Int64: Tally] {
        let scan = try #require(HourScan(.init(ids: Set(HostileLines.repositories), names: [])))
        let text = Array(lines.joined(separator: "\n").utf8)
        try GzipWriter.compress(text, level: 1).withUnsafeBytes { try scan.read($0) }
        try scan.finish()
        var counter = DayCounter()
        scan.found.forEach { counter.count($0, in: $0.repositoryID) }
        var tallies: [Int64: Tally] = [:]
        for day in counter.repositories {
            var tally = Tally()
            for (id, counters) in day.counters {
                tally.counts[id] = [
                    counters.commits, counters.prsOpened, counters.issuesOpened, counters.comments,
                ]
            }
            tally.logins = day.people.mapValues(\.login)
            tally.names = Set(day.names.map(\.name))
            for merge in day.merges {
                tally.merges[merge.number, default: []].append(merge.authorId)
            }
            tallies[day.repositoryId] = tally
        }
        return tallies
    }

    // MARK: the independent count

    private static func expected(of lines: [String]) -> [Int64: Tally] {
        var tallies: [Int64: Tally] = [:]
        var seen: Set<[String]> = []
        for line in lines {
            guard let event = Self.object(line), let type = event["type"] as? String,
                let id = event["id"] as? String, let time = event["created_at"] as? String,
                let repository = event["repo"] as? [String: Any],
                let number = Self.number(repository["id"]),
                let actor = event["actor"] as? [String: Any], let person = Self.number(actor["id"]),
                let payload = event["payload"] as? [String: Any],
                seen.insert([type, id, "\(number)", time]).inserted
            else { continue }
            tallies[number, default: Tally()].names.insert(repository["name"] as? String ?? "")
            let login = actor["login"] as? String ?? ""
            Self.count(type, payload, of: person, login, in: &tallies[number, default: Tally()])
        }
        return tallies
    }

    private static func count(
        _ type: String, _ payload: [String: Any], of person: Int64, _ login: String,
        in tally: inout Tally
    ) {
        let action = payload["action"] as? String
        func add(_ place: Int, _ amount: UInt64 = 1) {
            tally.counts[person, default: [0, 0, 0, 0]][place] += amount
            tally.logins[person] = login
        }
        switch (type, action) {
        case ("PushEvent", _):
            tally.logins[person] = login
            let size = Self.number(payload["distinct_size"]) ?? Self.number(payload["size"])
            if let size { add(0, UInt64(size)) }
        case ("PullRequestEvent", "opened"): add(1)
        case ("IssuesEvent", "opened"): add(2)
        case ("IssueCommentEvent", "created"), ("IssueCommentEvent", nil): add(3)
        case ("PullRequestEvent", "closed"):
            let pull = payload["pull_request"] as? [String: Any] ?? [:]
            guard pull["merged"] as? Bool == true else { return }
            tally.logins[person] = login
            let author = pull["user"] as? [String: Any] ?? [:]
            let id = Self.number(author["id"]) ?? 0
            tally.merges[Self.number(pull["number"]) ?? 0, default: []].append(id)
            if id != 0 { tally.logins[id] = author["login"] as? String ?? "" }
        case _: break
        }
    }

    private static func object(_ line: String) -> [String: Any]? {
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8))
        return object as? [String: Any]
    }

    /// A whole number from 0 up. (Foundation hardly tells truth values and exponents from such:
    /// `EventWalkTests` has those.)
    private static func number(_ value: Any?) -> Int64? {
        guard let number = value as? NSNumber, number.int64Value >= 0,
            number.doubleValue == Double(number.int64Value)
        else { return nil }
        return number.int64Value
    }
}
