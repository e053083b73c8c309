import Postgres
import RPCCore
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

    func cursor() async throws -> (feedID: String, change: Int64, proof: String) {
        try await self.pool.withConnection { connection in
            let row = try connection.query(
                "select feed_id, change, proof from cursors where feed = $1",
                [.string(Self.upstreamFeed)]
            ).first
            guard let row else { return ("", 0, "") }
            return (
                try row.string("feed_id"), try row.int64("change"), try row.string("proof")
            )
        }
    }

    /// Applies a batch: replaces the days, rescores who is touched, moves the cursor. A block that
    /// does not parse is told in the log and skipped; the rest goes on (BAD-14).
    ///
    /// - Parameter cursor: where the stream stood; nil takes the stored one for it.
    /// - Throws: `CursorMoved` when that is not the stored one.
    @discardableResult
    func apply(_ batch: ActivityBatch, after cursor: Int64? = nil) async throws -> Int64 {
        var blocks: [ContributionStore.Block] = []
        var log: [LogRecord] = []
        for row in batch.rows {
            do throws(RPCError) {
                blocks.append((row, try Self.block(row)))
            } catch {
                let place = "repository \(row.repositoryId), \(CivilDay(rawValue: row.day))"
                log.append(
                    LogRecord(level: .error, message: "a day that does not parse: \(place)"))
            }
        }
        let (parsed, faults) = (blocks, log)
        try await self.pool.transaction(deadline: Self.batchDeadline) { connection in
            try ScoreStore.lock(in: connection)
            let position = try Self.position(in: connection)
            if let cursor, cursor != position.change { throw CursorMoved() }
            try Self.apply(batch, parsed, faults, position, in: connection)
        }
        return batch.change
    }

    private static func block(_ row: ActivityRow) throws(RPCError) -> ActivityBlock {
        let result = row.block.withUnsafeBytes { bytes in
            Result { () throws(RPCError) in try ActivityBlock(decoding: bytes) }
        }
        return try result.get()
    }

    private static func apply(
        _ batch: ActivityBatch, _ blocks: [ContributionStore.Block], _ faults: [LogRecord],
        _ position: Position, in connection: PostgresConnection
    ) throws {
        var touched = TouchedPairs()
        var log = faults
        for repository in batch.repositories where repository.removed {
            try ContributionStore.forget(repository.repositoryId, &touched, in: connection)
            log.append(
                LogRecord(
                    level: .info, message: "repository removed; its scores go",
                    repository: repository.name))
        }
        try ContributionStore.replace(
            blocks, epoch: position.epoch, &touched, in: connection)
        try PersonStore.merge(blocks, in: connection)
        try FeedStore.store(batch.repositories, position.epoch, in: connection)
        if position.isSweeping && batch.caughtUp {
            let gone = try ContributionStore.sweep(
                before: position.epoch, &touched, in: connection)
            log.append(
                LogRecord(level: .info, message: "followed anew; rows that are gone: \(gone)"))
        }
        try ScoreStore.update(touched, in: connection)
        try FeedStore.publish(activityChange: batch.change, in: connection)
        try self.moveCursor(batch, position, in: connection)
        if !blocks.isEmpty {
            log.append(
                LogRecord(
                    level: .info,
                    message: "days applied: \(blocks.count), "
                        + "contributors scored: \(touched.count)"))
        }
        try LogStore.append(log, in: connection)
    }

    /// Where this service stands in the activity feed.
    private struct Position: Sendable {
        var change: Int64 = 0
        /// Counts the times it followed from 0.
        var epoch: Int32 = 0
        /// Rows of earlier epochs go when it has caught up.
        var isSweeping = false
    }

    private static func position(in connection: PostgresConnection) throws -> Position {
        let row = try connection.query(
            "select change, epoch, sweeping from cursors where feed = $1",
            [.string(Self.upstreamFeed)]
        ).first
        guard let row else { return Position() }
        return Position(
            change: try row.int64("change"), epoch: try row.int32("epoch"),
            isSweeping: try row.bool("sweeping"))
    }

    private static func moveCursor(
        _ batch: ActivityBatch, _ position: Position, in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            insert into cursors (feed, feed_id, change, epoch, sweeping, proof)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (feed) do update set feed_id = excluded.feed_id,
              change = excluded.change, sweeping = excluded.sweeping, proof = excluded.proof
            where cursors.change <= excluded.change
            """,
            [
                .string(Self.upstreamFeed), .string(batch.feedId), .int64(batch.change),
                .int32(position.epoch), .bool(position.isSweeping && !batch.caughtUp),
                .string(batch.proof),
            ])
    }

    /// Everything comes again: what does not come goes when the stream has caught up.
    func restart() async throws {
        try await self.pool.transaction(deadline: Self.batchDeadline) { connection in
            try ScoreStore.lock(in: connection)
            try connection.execute("delete from progress_marks")
            try connection.execute(
                """
                insert into cursors (feed, epoch, sweeping) values ($1, 1, true)
                on conflict (feed) do update set feed_id = '', change = 0, proof = '',
                  epoch = cursors.epoch + 1, sweeping = true
                """, [.string(Self.upstreamFeed)])
        }
    }

    /// Moves the relative windows to the database's day; true when they moved.
    func rollOver() async throws -> Bool {
        try await self.pool.transaction(deadline: Self.batchDeadline) { connection in
            try ScoreStore.rollOver(in: connection)
        }
    }

    /// Computes one more repository under the formula to come; false when none is.
    func rescore() async throws -> Bool {
        try await self.pool.transaction(deadline: Self.batchDeadline) { connection in
            try ScoreStore.lock(in: connection)
            return try FormulaStore.rescoreStep(in: connection)
        }
    }

    /// Drops what nobody needs any more: scores of former formulas, tombstones.
    func sweep() async throws {
        while try await self.pool.transaction(
            deadline: Self.batchDeadline, { try FormulaStore.dropOld(in: $0) })
        {}
        _ = try await self.pool.transaction(deadline: Self.batchDeadline) { connection in
            try FollowerStore.sweep(in: connection)
        }
    }

    /// Repositories and people: only what is known of them, for answers.
    func stats() async throws -> ScoringStats {
        try await self.pool.withConnection { connection in
            let row = try connection.query(
                """
                select (select count(distinct contributor_id) from scores
                        where not removed and window_name = 'all'
                          and formula_version = f.id) as contributors,
                       (select count(*) from repositories where not removed) as repositories,
                       (select count(*) from scores
                        where not removed and formula_version = f.id) as scores
                from formulas f where f.active
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
