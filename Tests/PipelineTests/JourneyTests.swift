import Postgres
import RPCCore
import ServiceKit
import TallyAPI
import Testing

@testable import Ingest
@testable import Ranking
@testable import Scoring

/// What callers do, from ingest to the boards.
@Suite struct JourneyTests {
    private func journey(
        _ body: (Journey, Int32) async throws -> Void
    ) async throws {
        let journey = try Journey()
        defer { journey.close() }
        let today = try await journey.house.today()
        try await journey.track(7, "tide/harbor")
        try await journey.track(8, "moss/fern")
        try await body(journey, today)
        #expect(try await journey.broken() == [])
    }

    @Test func `a job is completed when what it fetched is on the boards`() async throws {
        try await self.journey { journey, today in
            let job = try await journey.scrape(1, of: 7, [today: [5: 2], today - 1: [5: 1, 6: 3]])
            #expect(try await journey.state(of: job) == "running")
            try await journey.pump()
            #expect(try await journey.state(of: job) == "completed")
            #expect(try await journey.scores("tide/harbor") == [5: 30_000, 6: 30_000])
        }
    }

    @Test func `FLT-22 scraped again with fewer people and counters they fall or leave`()
        async throws
    {
        try await self.journey { journey, today in
            _ = try await journey.scrape(1, of: 7, [today: [5: 9, 6: 3], today - 8: [6: 1]])
            _ = try await journey.scrape(2, of: 8, [today: [6: 4]])
            try await journey.pump()
            #expect(try await journey.scores() == [5: 90_000, 6: 80_000])
            let job = try await journey.scrape(3, of: 7, [today: [5: 2], today - 8: [:]])
            try await journey.pump()
            #expect(try await journey.state(of: job) == "completed")
            #expect(try await journey.scores("tide/harbor") == [5: 20_000])
            #expect(try await journey.scores() == [5: 20_000, 6: 40_000])
            let week = try await journey.house.board("tide/harbor", window: "7d")
            #expect(week?.entries.map(\.contributorId) == [5])
        }
    }

    @Test func `FLT-23 renamed, and its name taken by another: two repositories, two boards`()
        async throws
    {
        try await self.journey { journey, today in
            _ = try await journey.scrape(1, of: 7, [today - 1: [5: 1]])
            try await journey.pump()
            let moved = RepositoryDay.Name(name: "reef/harbor", firstUs: 30, lastUs: 40)
            _ = try await journey.scrape(2, of: 7, [today: [5: 2]], name: moved)
            try await journey.track(9, "tide/harbor", seenUs: 50)
            _ = try await journey.scrape(3, of: 9, [today: [6: 7]])
            try await journey.pump()
            #expect(try await journey.scores("reef/harbor") == [5: 30_000])
            #expect(try await journey.scores("tide/harbor") == [6: 70_000])
            #expect(try await journey.scores() == [5: 30_000, 6: 70_000])
            #expect(try await journey.ingest.repository(named: "reef/harbor")?.id == 7)
        }
    }

    @Test func `FLT-24 removed while its job runs: job cancelled, no board, global falls`()
        async throws
    {
        try await self.journey { journey, today in
            _ = try await journey.scrape(1, of: 7, [today - 1: [5: 4]])
            _ = try await journey.scrape(2, of: 8, [today: [5: 1]])
            try await journey.pump()
            #expect(try await journey.scores() == [5: 50_000])
            let claim = try await journey.claim(3, of: 7, (today - 1)...today)
            try await journey.put(today, Journey.day(7, [6: 5]), for: claim)
            #expect(try await journey.ingest.remove(7))
            await #expect(throws: IngestError.self) {
                try await journey.put(today - 1, Journey.day(7, [6: 5]), for: claim)
            }
            try await journey.pump()
            #expect(try await journey.state(of: claim.job.id) == "cancelled")
            #expect(try await journey.scores("tide/harbor") == nil)
            #expect(try await journey.scores() == [5: 10_000])
            // Tracked anew it starts empty, and counts again.
            try await journey.track(7, "tide/harbor")
            _ = try await journey.scrape(4, of: 7, [today: [6: 2]])
            try await journey.pump()
            #expect(try await journey.scores("tide/harbor") == [6: 20_000])
        }
    }

    @Test func `FLT-24 removed and tracked again before scoring hears of it, nothing stays`()
        async throws
    {
        try await self.journey { journey, today in
            _ = try await journey.scrape(1, of: 7, [today - 1: [5: 4]])
            _ = try await journey.scrape(2, of: 8, [today: [6: 1]])
            try await journey.pump()
            #expect(try await journey.ingest.remove(7))
            try await journey.track(7, "tide/harbor")
            _ = try await journey.scrape(3, of: 7, [today: [5: 1]])
            try await journey.pump()
            #expect(try await journey.scores("tide/harbor") == [5: 10_000])
            #expect(try await journey.scores() == [5: 10_000, 6: 10_000])
            // Whoever comes from 0 passes the tombstone, too.
            try await journey.house.scoring.restart()
            try await journey.pump()
            #expect(try await journey.scores("tide/harbor") == [5: 10_000])
        }
    }

    @Test func `FLT-26 a formula put twice in the middle of a scrape: one at a time, last wins`()
        async throws
    {
        try await self.journey { journey, today in
            _ = try await journey.scrape(1, of: 7, [today - 1: [5: 4]])
            try await journey.pump()
            let claim = try await journey.claim(2, of: 7, (today - 1)...today)
            try await journey.put(today, Journey.day(7, [6: 5]), for: claim)
            let scoring = journey.house.scoring
            _ = try await scoring.put(try FormulaDocument(Self.formula(20)), author: "t")
            _ = try await scoring.rescore()
            try await journey.pump()
            #expect(try await journey.scores() == [5: 40_000, 6: 50_000])
            _ = try await scoring.put(try FormulaDocument(Self.formula(30)), author: "t")
            try await journey.put(today - 1, Journey.day(7, [5: 4]), for: claim)
            _ = try await journey.ingest.finish(claim, progress: JobProgress())
            try await journey.pump()
            #expect(try await journey.scores() == [5: 40_000, 6: 50_000])
            try await journey.house.rescore()
            try await journey.pump()
            #expect(try await journey.scores() == [5: 120_000, 6: 150_000])
            #expect(try await journey.state(of: claim.job.id) == "completed")
        }
    }

    private static func formula(_ commits: Int) -> String {
        """
        {"name":"heavy","weights":{"commits":\(commits),"prs_opened":1,"prs_merged":1,
         "prs_reviewed":1,"issues_opened":1,"issues_closed":1,"comments":1,"releases":1,
         "lines_added":0,"lines_deleted":0},"cap":0}
        """
    }

    @Test func `FLT-34 an upstream from yesterday: what it lost goes when scoring follows anew`()
        async throws
    {
        try await self.journey { journey, today in
            _ = try await journey.scrape(1, of: 7, [today - 1: [5: 4]])
            try await journey.pump()
            // Yesterday's copy: everything after this moment is lost to it.
            let head = try await journey.ingest.feedHead()
            try await Self.keepCopy(journey.ingestPool)
            _ = try await journey.scrape(2, of: 7, [today: [6: 9]])
            try await journey.pump()
            try await Self.restoreCopy(journey.ingestPool)
            #expect(try await journey.ingest.feedHead().change == head.change)
            #expect(try await journey.house.scoring.cursor().change > head.change)
            #expect(try await journey.scores() == [5: 40_000, 6: 90_000])
            try await journey.house.scoring.restart()
            try await journey.pump()
            #expect(try await journey.scores() == [5: 40_000])
        }
    }

    private static let tables = [
        "activity_feed", "repositories", "repository_names", "scrape_jobs", "activity",
        "coverage_days", "merged_days", "coverage", "pull_requests", "pull_facts", "followers",
    ]

    private static func keepCopy(_ pool: PostgresPool) async throws {
        try await pool.withConnection { connection in
            for table in self.tables {
                try connection.execute("create table copy_of_\(table) as table \(table)")
            }
        }
    }

    private static func restoreCopy(_ pool: PostgresPool) async throws {
        try await pool.withConnection { connection in
            try connection.script(
                "truncate \(self.tables.joined(separator: ", ")) cascade")
            for table in self.tables {
                try connection.execute("insert into \(table) select * from copy_of_\(table)")
            }
        }
    }
}
