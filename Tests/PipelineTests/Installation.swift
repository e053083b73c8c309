import Postgres
import ServiceHost
import ServiceKit
import TallyAPI
import TestKit

@testable import Ranking
@testable import Scoring

/// Scoring and ranking, each with a schema of its own, joined by their feed.
struct Installation: Sendable {
    let scoring: ScoringStore
    let ranking: RankingStore
    let scoringPool: PostgresPool
    let rankingPool: PostgresPool

    init() throws {
        self.scoringPool = try Self.pool(ScoringProgram.migrations, "scoring")
        self.rankingPool = try Self.pool(RankingProgram.migrations, "ranking")
        self.scoring = ScoringStore(pool: self.scoringPool)
        self.ranking = RankingStore(pool: self.rankingPool)
    }

    static func pool(_ files: [SchemaFile], _ schema: String) throws -> PostgresPool {
        PostgresPool(try self.database(files, schema))
    }

    /// A database of its own with a service's schema.
    static func database(
        _ files: [SchemaFile], _ schema: String
    ) throws -> PostgresConfiguration {
        let database = try TestCluster.database(schema: schema)
        let steps = try files.map { try Migration(file: $0.name, sql: $0.text) }
        _ = try Migrator(steps, schema: schema).migrate(database)
        return database
    }

    func close() {
        self.scoringPool.close()
        self.rankingPool.close()
    }

    /// Hands everything in the score feed on, and says what was published.
    func pump() async throws {
        var cursor = try await self.ranking.cursor().change
        while true {
            let (batch, change, caughtUp) = try await self.scoring.feedBatch(after: cursor)
            cursor = try await self.ranking.apply(batch, after: cursor)
            precondition(cursor == change)
            if caughtUp { break }
        }
        _ = try await self.ranking.publish()
        let marks = try await self.ranking.watermarks()
        try await self.scoring.record(
            follower: "ranking", instance: "test", applied: marks.applied,
            published: marks.published)
    }

    /// Computes the scores of a formula that was put, to the end.
    func rescore() async throws { while try await self.scoring.rescore() {} }

    /// A whole board; nil for an unknown repository.
    func board(
        _ repository: String = "", window: String = "all", bots: BotFilter = .include
    ) async throws -> Page? {
        let request = GetPageRequest(
            repository: repository, window: window, bots: bots, page: 1, pageSize: 1000)
        guard case .page(let page) = try await self.ranking.page(request) else { return nil }
        return page
    }

    /// Everything that the two say of themselves and that does not hold.
    func broken() async throws -> [String] {
        let findings = try await self.scoring.findings() + self.ranking.findings()
        return findings.flatMap { finding in
            finding.holds ? [] : finding.violations.map { "\(finding.invariant) \($0)" }
        }
    }

    /// The last day of the relative windows.
    func today() async throws -> Int32 {
        try await self.scoringPool.withConnection { connection in
            try connection.query(
                "select (now() at time zone 'UTC')::date - date '1970-01-01' as d")[0].int32("d")
        }
    }
}

/// Batches as ingest would send them.
enum Batches {
    static func row(
        _ change: Int64, _ repository: Int64, _ day: Int32, _ people: [ContributorActivity]
    ) -> ActivityRow {
        var bytes: [UInt8] = []
        ActivityBlock(contributors: people).encode(into: &bytes)
        return ActivityRow(change: change, repositoryId: repository, day: day, block: bytes)
    }

    static func batch(
        _ rows: [ActivityRow], _ repositories: [RepositoryRow] = [], change: Int64,
        caughtUp: Bool = true
    ) -> ActivityBatch {
        ActivityBatch(
            feedId: "feed", rows: rows, repositories: repositories, change: change,
            caughtUp: caughtUp)
    }
}
