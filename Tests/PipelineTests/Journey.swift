import Postgres
import ServiceHost
import ServiceKit
import TallyAPI
import TestKit
import Testing

@testable import Ingest
@testable import Ranking
@testable import Scoring

/// The three services' stores, joined by both feeds: from a scraped day to the boards.
struct Journey: Sendable {
    let house: Installation
    let ingest: IngestStore
    let ingestPool: PostgresPool

    init() throws {
        self.init(
            try Installation(), try Installation.pool(IngestProgram.migrations, "ingest"))
    }

    /// The same house with another ingest, such as one that was restored from a backup.
    init(_ house: Installation, _ ingestPool: PostgresPool) {
        self.house = house
        self.ingestPool = ingestPool
        self.ingest = IngestStore(pool: ingestPool, logger: .silent)
    }

    func close() {
        self.house.close()
        self.ingestPool.close()
    }

    func track(_ id: Int64, _ name: String, seenUs: Int64 = 1) async throws {
        _ = try await self.ingest.add(
            FoundRepository(id: id, name: name, seenUs: seenUs), demonstration: false, scrape: nil)
    }

    /// Queues a job and takes it as far as fetching.
    func claim(_ number: Int, of id: Int64, _ days: ClosedRange<Int32>) async throws -> JobClaim {
        let digits = String(number)
        let job = "01930000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count)
        _ = try await self.ingest.submit(
            JobStore.Submission(
                id: job + digits, repositoryId: id, since: CivilDay(rawValue: days.lowerBound),
                until: CivilDay(rawValue: days.upperBound), source: "archive", force: true))
        let claim = try #require(try await self.ingest.claim(by: "tester", limit: 1).first)
        try await self.ingest.planned(claim, ScrapePlan(), progress: JobProgress())
        return claim
    }

    func put(_ day: Int32, _ content: RepositoryDay, for claim: JobClaim) async throws {
        _ = try await self.ingest.store(
            DayStore.Day(ScannedDay(day: CivilDay(rawValue: day)), content, of: claim.job),
            for: claim, progress: JobProgress())
    }

    /// A whole job: commits of each person on each day.
    func scrape(
        _ number: Int, of id: Int64, _ days: [Int32: [Int64: UInt64]],
        name: RepositoryDay.Name? = nil
    ) async throws -> String {
        let (first, last) = (days.keys.min() ?? 0, days.keys.max() ?? 0)
        let claim = try await self.claim(number, of: id, first...last)
        for (day, people) in days.sorted(by: { $0.key < $1.key }) {
            try await self.put(day, Self.day(id, people, name), for: claim)
        }
        _ = try await self.ingest.finish(claim, progress: JobProgress())
        return claim.job.id
    }

    static func day(
        _ id: Int64, _ people: [Int64: UInt64], _ name: RepositoryDay.Name? = nil
    ) -> RepositoryDay {
        var day = RepositoryDay(repositoryId: id, events: 1)
        for (person, commits) in people {
            day.people[person] = RepositoryDay.Person(login: "p\(person)", bot: false)
            day.counters[person] = Counters(commits: commits)
        }
        if let name { day.names = [name] }
        return day
    }

    /// Hands everything on, and the word back that it is on the boards.
    func pump() async throws {
        var cursor = try await self.house.scoring.cursor().change
        while true {
            let batch = try await self.ingest.feedBatch(after: cursor, limit: 3, bytes: 1 << 20)
            cursor = try await self.house.scoring.apply(batch, after: cursor)
            if batch.caughtUp { break }
        }
        try await self.house.pump()
        let marks = try await self.house.scoring.watermarks()
        try await self.ingest.record(
            follower: "scoring", instance: "test", applied: marks.applied,
            published: marks.published)
    }

    /// Scores of a board by contributor; nil for an unknown repository.
    func scores(_ repository: String = "") async throws -> [Int64: Int64]? {
        try await self.house.board(repository).map { page in
            Dictionary(
                page.entries.map { ($0.contributorId, $0.score) }, uniquingKeysWith: { $1 })
        }
    }

    func state(of job: String) async throws -> String? {
        try await self.ingest.job(job)?.machine.state.status
    }

    func broken() async throws -> [String] {
        let findings = try await self.ingest.findings()
        let mine = findings.flatMap { $0.holds ? [] : $0.violations }
        return try await mine + self.house.broken()
    }
}
