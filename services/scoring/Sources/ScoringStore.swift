import Postgres
import ServiceHost
import ServiceKit
import TallyAPI

/// The service's way to its schema; each function is one transaction.
struct ScoringStore: Sendable {
    /// What a batch may take: a thousand days of large repositories.
    static let batchDeadline = Duration.seconds(120)

    let pool: PostgresPool

    /// The feed this service follows, in `cursors`.
    static let upstreamFeed = "activity"

    func cursor() async throws -> (feedID: String, change: Int64) {
        try await self.pool.withConnection { connection in
            let row = try connection.query(
                "select feed_id, change from cursors where feed = $1", [.string(Self.upstreamFeed)]
            ).first
            guard let row else { return ("", 0) }
            return (try row.string("feed_id"), try row.int64("change"))
        }
    }

    /// Applies a batch: replaces the days, rescores who is touched, moves the cursor.
    func apply(_ batch: ActivityBatch) async throws {
        let blocks = try batch.rows.map { row in
            (row, try row.block.withUnsafeBytes { try ActivityBlock(decoding: $0) })
        }
        try await self.pool.transaction(deadline: Self.batchDeadline) { connection in
            var touched = TouchedPairs()
            var log: [LogRecord] = []
            for repository in batch.repositories where repository.removed {
                try ContributionStore.forget(repository.repositoryId, &touched, in: connection)
                log.append(
                    LogRecord(
                        level: .info, message: "repository removed; its scores go",
                        repository: repository.name))
            }
            try ContributionStore.replace(blocks, &touched, in: connection)
            let people = try PersonStore.merge(blocks, in: connection)
            try ScoreStore.stage(touched, in: connection)
            try FeedStore.publish(
                people: people, repositories: batch.repositories, activityChange: batch.change,
                in: connection)
            try Self.moveCursor(batch, in: connection)
            if !blocks.isEmpty {
                log.append(
                    LogRecord(
                        level: .info,
                        message: "days applied: \(blocks.count), "
                            + "contributors scored: \(touched.count)"))
            }
            try LogStore.append(log, in: connection)
        }
    }

    private static func moveCursor(
        _ batch: ActivityBatch, in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            insert into cursors (feed, feed_id, change) values ($1, $2, $3)
            on conflict (feed) do update set feed_id = excluded.feed_id, change = excluded.change
            where cursors.change <= excluded.change
            """, [.string(Self.upstreamFeed), .string(batch.feedId), .int64(batch.change)])
    }

    /// Everything comes again from another upstream: what it does not hold any more must go.
    func restart() async throws {
        try await self.pool.transaction(deadline: Self.batchDeadline) { connection in
            var touched = TouchedPairs()
            try ContributionStore.forgetAll(&touched, in: connection)
            try ScoreStore.stage(touched, in: connection)
            try FeedStore.publish(
                people: [], repositories: [], activityChange: nil, in: connection)
            try connection.execute("delete from progress_marks")
            try connection.execute(
                "update cursors set feed_id = '', change = 0 where feed = $1",
                [.string(Self.upstreamFeed)])
        }
    }

    /// Moves the relative windows to the database's day; true when they moved.
    func rollOver() async throws -> Bool {
        try await self.pool.transaction(deadline: Self.batchDeadline) { connection in
            try ScoreStore.rollOver(in: connection)
        }
    }

    /// Repositories and people: only what is known of them, for answers.
    func stats() async throws -> ScoringStats {
        try await self.pool.withConnection { connection in
            let row = try connection.query(
                """
                select (select count(distinct contributor_id) from scores
                        where not removed and window_name = 'all') as contributors,
                       (select count(*) from repositories where not removed) as repositories,
                       (select count(*) from scores where not removed) as scores
                """
            ).first
            guard let row else { return ScoringStats() }
            return ScoringStats(
                contributors: UInt64(try row.int64("contributors")),
                repositories: UInt64(try row.int64("repositories")),
                scores: UInt64(try row.int64("scores")))
        }
    }
}

/// Contributors whose scores in a repository may be different now.
struct TouchedPairs: Sendable {
    private(set) var pairs: Set<Pair> = []

    struct Pair: Hashable, Sendable {
        let repositoryID: Int64
        let contributorID: Int64
    }

    var count: Int { self.pairs.count }

    /// Nobody (contributor 0) has no score.
    mutating func add(_ repositoryID: Int64, _ contributorID: Int64) {
        guard contributorID != 0 else { return }
        self.pairs.insert(Pair(repositoryID: repositoryID, contributorID: contributorID))
    }
}
