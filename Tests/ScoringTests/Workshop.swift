import Postgres
@testable import Scoring
import ServiceHost
import ServiceKit
import TallyAPI
import TestKit

/// A scoring schema of the test's own, and batches as ingest would send them.
struct Workshop {
    let store: ScoringStore
    private let owner: TestPool
    var pool: PostgresPool { self.owner.pool }

    init() throws {
        let database = try TestCluster.database(schema: "scoring")
        let steps = try ScoringProgram.migrations.map { try Migration(file: $0.name, sql: $0.text) }
        _ = try Migrator(steps, schema: "scoring").migrate(database)
        self.owner = TestPool(database)
        self.store = ScoringStore(pool: self.owner.pool)
    }

    /// One day of one repository.
    static func row(
        _ change: Int64, repository: Int64 = 1, day: Int32, _ people: [ContributorActivity]
    ) -> ActivityRow {
        var bytes: [UInt8] = []
        ActivityBlock(contributors: people).encode(into: &bytes)
        return ActivityRow(change: change, repositoryId: repository, day: day, block: bytes)
    }

    static func person(
        _ id: Int64, _ login: String, bot: Bool = false, _ counters: Counters
    ) -> ContributorActivity {
        ContributorActivity(contributorId: id, login: login, bot: bot, counters: counters)
    }

    static func batch(
        _ rows: [ActivityRow], repositories: [RepositoryRow] = [], change: Int64
    ) -> ActivityBatch {
        ActivityBatch(
            feedId: "feed", rows: rows, repositories: repositories, change: change, caughtUp: true)
    }

    static let repository = RepositoryRow(change: 1, repositoryId: 1, name: "tide/harbor")

    /// Everything in the feed behind a number.
    func feed(after change: Int64 = 0) async throws -> ScoreBatch {
        var whole = ScoreBatch()
        var cursor = change
        while true {
            let (batch, next, caughtUp) = try await self.store.feedBatch(after: cursor)
            whole.scores += batch.scores
            whole.people += batch.people
            whole.repositories += batch.repositories
            whole.change = next
            cursor = next
            if caughtUp { return whole }
        }
    }

    /// Today, by the database.
    func today() async throws -> Int32 {
        try await self.pool.withConnection { connection in
            try connection.query(
                "select (now() at time zone 'UTC')::date - date '1970-01-01' as d")[0].int32("d")
        }
    }
}
