import Postgres
import RPCCore
import ServiceKit
import TallyAPI
import TestKit
import Testing

@testable import Ingest
@testable import Ranking
@testable import Scoring
@testable import ServiceHost

/// Upstreams that were restored from a backup, and followers that began anew.
@Suite struct RestoreTests {
    private func check(_ journey: Journey, proof: String? = nil) async throws -> String? {
        let cursor = try await journey.house.scoring.cursor()
        let server = FeedServer(
            ActivityFeed(store: journey.ingest), followers: ["scoring"], news: Wakeup())
        return await self.refusal {
            try await server.check(
                FollowStart(
                    follower: "scoring", feedId: cursor.feedID, cursor: cursor.change,
                    proof: proof ?? cursor.proof))
        }
    }

    private func refusal(_ body: () async throws -> Void) async -> String? {
        do { try await body() } catch { return (error as? RPCError)?.reason ?? "\(error)" }
        return nil
    }

    @Test func `FLT-34 an upstream from an old backup that passed the cursor again is noticed`()
        async throws
    {
        let database = try Installation.database(IngestProgram.migrations, "ingest")
        let first = Journey(try Installation(), PostgresPool(database))
        let today = try await first.house.today()
        try await first.track(7, "tide/harbor")
        _ = try await first.scrape(1, of: 7, [today - 1: [5: 4]])
        try await first.pump()
        first.ingestPool.close()
        let backup = try TestCluster.copy(of: database)
        let before = try await first.house.scoring.cursor()

        // What is lost: scoring has it, the backup does not.
        let lost = Journey(first.house, PostgresPool(database))
        _ = try await lost.scrape(2, of: 7, [today: [6: 9]])
        try await lost.pump()
        let cursor = try await lost.house.scoring.cursor()
        #expect(cursor.change > before.change)
        #expect(try await self.check(lost) == nil)

        let restored = Journey(first.house, PostgresPool(backup))
        defer { restored.close() }
        #expect(try await self.check(restored) == FeedReason.cursorAhead)
        var id: Int64 = 20
        while try await restored.ingest.feedHead().change <= cursor.change {
            try await restored.track(id, "moss/fern\(id)")
            id += 1
        }
        #expect(try await self.check(restored) == FeedReason.rewritten)
        // A follower of the version before says nothing, and nothing is asked of it.
        #expect(try await self.check(restored, proof: "") == nil)
        // One that stopped where the backup was made has missed nothing.
        let server = FeedServer(
            ActivityFeed(store: restored.ingest), followers: ["scoring"], news: Wakeup())
        try await server.check(
            FollowStart(
                follower: "scoring", feedId: before.feedID, cursor: before.change,
                proof: before.proof))
        // Told to begin anew, it comes to what the backup says.
        try await restored.house.scoring.restart()
        try await restored.pump()
        #expect(try await restored.scores("tide/harbor")?[6] == nil)
        lost.ingestPool.close()
    }

    @Test func `FLT-34 begun anew and cut off beneath swept tombstones, it goes on where it was`()
        async throws
    {
        let house = try Installation()
        defer { house.close() }
        let (scoring, ranking) = (house.scoring, house.ranking)
        let people = (5...9).map {
            ContributorActivity(
                contributorId: $0, login: "p\($0)", counters: Counters(commits: UInt64($0)))
        }
        let names = [RepositoryRow(change: 1, repositoryId: 7, name: "tide/harbor")]
        let rows = [Batches.row(2, 7, 20_000, people)]
        try await scoring.apply(Batches.batch(rows, names, change: 2))
        try await house.pump()
        // Somebody falls to nothing; ranking has heard of it, and the tombstones go.
        try await scoring.apply(
            Batches.batch([Batches.row(3, 7, 20_000, Array(people.dropLast()))], change: 3))
        try await house.pump()
        try await scoring.sweep()
        let swept = try await scoring.sweptChange()
        try await ranking.restart()
        let first = try await scoring.feedBatch(after: 0, limit: 2)
        try await ranking.apply(first.batch, after: 0)
        let cursor = try await ranking.cursor()
        #expect(0 < cursor.change && cursor.change < swept)

        let server = FeedServer(
            ScoreSource(store: scoring, published: Wakeup()), followers: ["ranking"],
            news: Wakeup())
        let start = FollowStart(
            follower: "ranking", feedId: cursor.feedID, cursor: cursor.change,
            proof: cursor.proof)
        try await server.check(start)
        var silent = start
        silent.proof = ""
        #expect(
            await self.refusal { try await server.check(silent) } == FeedReason.cursorTooOld)
        // Tombstones that went while it was away are news that it cannot be told any more.
        try await house.scoringPool.withConnection { connection in
            try connection.execute("update score_feed set swept_change = swept_change + 1")
        }
        #expect(await self.refusal { try await server.check(start) } == FeedReason.cursorTooOld)
    }
}
