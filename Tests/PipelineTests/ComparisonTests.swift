import Postgres
import RPC
import ServiceHost
import TallyAPI
import TestKit
import Testing

@testable import Ingest
@testable import Ranking
@testable import Scoring

/// Verify across services: boards against scores, counters against days.
@Suite(.serialized) struct ComparisonTests {
    private static let boards = "every board is what scoring's scores come to"
    private static let counters = "every counter is that of ingest's days"

    private static let otherScore =
        "update scores set score = 1 where repository_id = 101 and contributor_id = 5"

    private static func change(_ service: RunningService, _ sql: String) async throws {
        let pool = PostgresPool(service.database)
        try await pool.withConnection { try $0.execute(sql) }
        pool.close()
    }

    private static func compared(
        _ scoring: RunningService, _ ranking: RunningService
    ) async throws -> (counters: Finding, boards: Finding, own: [Finding]) {
        let mine = try await ScoringClient(scoring.channel).verify(VerifyRequest()).findings
        let theirs = try await RankingClient(ranking.channel).verify(VerifyRequest()).findings
        let findings = mine + theirs
        let counters = try #require(findings.first { $0.promise == self.counters })
        let boards = try #require(findings.first { $0.promise == self.boards })
        let own = findings.filter { ![self.counters, self.boards].contains($0.promise) }
        return (counters, boards, own)
    }

    @Test func `what was read, counted and published is the same in all three`() async throws {
        try await ServiceTests().running { ingest, scoring, ranking, store in
            var found = try await Self.compared(scoring, ranking)
            // Two repositories with days; they and the global board in the window of everything.
            #expect(
                found.counters
                    == Finding(
                        invariant: "I1", promise: Self.counters, holds: true, checked: 2))
            #expect(
                found.boards
                    == Finding(
                        invariant: "I1", promise: Self.boards, holds: true, checked: 3))
            // A bot and a linked person, a removed repository and one that was tracked again.
            _ = try await ScoringClient(scoring.channel).linkIdentity(
                LinkIdentityRequest(login: "p5", other: "p6"))
            _ = try await ScoringClient(scoring.channel).optOut(OptOutRequest(login: "p7"))
            _ = try await store.remove(101)
            try await ServiceTests.write(store, day: 20_001, [101: [5: 1]])
            try await ServiceTests.waitFor(ranking, scores: [50_000])
            found = try await Self.compared(scoring, ranking)
            #expect((found.own + [found.counters, found.boards]).filter { !$0.holds } == [])
            #expect(found.counters.checked == 2 && found.boards.checked == 3)
            try await ingest.stop()
        }
    }

    @Test func `FLT-35 a score changed by hand is found from the boards, and by its own service`()
        async throws
    {
        try await ServiceTests().running { ingest, scoring, ranking, _ in
            try await Self.change(scoring, Self.otherScore)
            let found = try await Self.compared(scoring, ranking)
            #expect(found.counters.holds)
            #expect(
                found.boards.violations.sorted() == [
                    "all together, window all: 3 rows in the boards with the sum 130000, "
                        + "3 with 100001 in scoring",
                    "repository 101, window all: 2 rows in the boards with the sum 50000, "
                        + "2 with 20001 in scoring",
                ])
            let own = found.own.filter { !$0.holds }
            #expect(own.count == 1)
            #expect(own.first?.violations.first?.contains("repository 101, contributor 5") == true)
            try await ingest.stop()
        }
    }

    @Test func `FLT-35 entries and counters changed by hand are found by their repository`()
        async throws
    {
        try await ServiceTests().running { ingest, scoring, ranking, _ in
            // The sum stays, the rows are others.
            try await Self.change(
                ranking,
                """
                update board_entries set place = place
                  + case contributor_id when 6 then 1000 else -1000 end where repository_id = 102
                """)
            try await Self.change(
                scoring,
                """
                update contributions set commits = 9
                where repository_id = 102 and contributor_id = 7
                """)
            let found = try await Self.compared(scoring, ranking)
            #expect(
                found.boards.violations == [
                    "repository 102, window all: the 2 rows in the boards are not those of scoring"
                ])
            #expect(
                found.counters.violations == [
                    "repository 102: 2 rows in the counters with the sum 13, 2 with 8 in ingest"
                ])
            try await ingest.stop()
        }
    }

    @Test func `a neighbour that is away hides nothing of our own`() async throws {
        try await ServiceTests().running { ingest, scoring, ranking, _ in
            try await ingest.stop()
            try await Self.change(scoring, Self.otherScore)
            let found = try await Self.compared(scoring, ranking)
            #expect(found.counters.holds && found.counters.checked == 0)
            #expect(
                found.counters.notCompared == "could not compare: ingest answers UNAVAILABLE")
            #expect(found.own.filter { !$0.holds }.count == 1)
            #expect(!found.boards.holds)
        }
    }
}

/// Where boards and counters stand beside a snapshot of the neighbour.
@Suite struct ComparisonPlaceTests {
    private static func snapshot(
        _ feed: String, _ newest: Int64, _ change: Int64
    ) -> FeedHoldings {
        FeedHoldings(feedID: feed, newest: newest, change: change, holdings: [])
    }

    private static func word(_ own: FeedComparison.Own) -> String {
        switch own {
        case .holdings(let holdings): "\(holdings.count)"
        case .behind(let count): "behind \(count)"
        case .ahead: "ahead"
        case .otherFeed: "other"
        }
    }

    private static func schema(_ program: any ServiceProgram.Type) throws -> TestPool {
        let database = try TestCluster.database(schema: program.name)
        let steps = try program.migrations.map { try Migration(file: $0.name, sql: $0.text) }
        _ = try Migrator(steps, schema: program.name).migrate(database)
        return TestPool(database)
    }

    @Test func `boards are compared where they were published`() async throws {
        let own = try Self.schema(RankingProgram.self)
        let store = RankingStore(pool: own.pool)
        func place(_ feed: String, _ change: Int64) async throws -> String {
            let theirs = Self.snapshot(feed, change, change)
            return Self.word(try await store.boards(at: theirs, within: .seconds(10)))
        }
        #expect(try await place("f", 7) == "behind 7")
        var batch = ScoreBatch(
            feedId: "f",
            scores: [
                ScoreRow(
                    change: 5, formulaVersion: 1, repositoryId: 1, contributorId: 2,
                    window: "all", score: 9, firstDay: 1, lastDay: 1)
            ], change: 5, caughtUp: false, asOfDay: 9, formulaName: "d", formulaVersion: 1)
        try await store.apply(batch)
        #expect(try await place("f", 7) == "behind 7")
        (batch.scores, batch.change, batch.caughtUp) = ([], 7, true)
        try await store.apply(batch)
        #expect(try await place("f", 7) == "behind 7")
        _ = try await store.publish()
        #expect(try await place("f", 6) == "ahead")
        #expect(try await place("f", 7) == "2")
        #expect(try await place("f", 8) == "behind 1")
        #expect(try await place("g", 7) == "other")
        try await store.restart()
        #expect(try await place("f", 7) == "behind 7")
    }

    @Test func `counters are compared when every row that stands was applied`() async throws {
        let own = try Self.schema(ScoringProgram.self)
        let store = ScoringStore(pool: own.pool)
        func place(_ feed: String, _ newest: Int64, _ change: Int64) async throws -> String {
            let theirs = Self.snapshot(feed, newest, change)
            return Self.word(try await store.days(at: theirs, within: .seconds(10)))
        }
        #expect(try await place("f", 5, 7) == "behind 5")
        try await store.apply(ActivityBatch(feedId: "f", change: 6, caughtUp: true))
        #expect(try await place("f", 5, 7) == "0")
        #expect(try await place("f", 6, 7) == "0")
        #expect(try await place("f", 6, 6) == "0")
        #expect(try await place("f", 7, 7) == "behind 1")
        #expect(try await place("f", 5, 5) == "ahead")
        #expect(try await place("g", 5, 7) == "other")
        try await store.restart()
        #expect(try await place("f", 5, 7) == "behind 5")
        // All came again, but nothing says yet that it was all.
        try await store.apply(ActivityBatch(feedId: "f", change: 6, caughtUp: false))
        #expect(try await place("f", 5, 7) == "behind 0")
    }
}
