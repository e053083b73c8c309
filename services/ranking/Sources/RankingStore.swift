import Postgres
import ServiceHost
import ServiceKit
import TallyAPI

/// The service's way to its schema; each function is one transaction.
struct RankingStore: Sendable {
    static let feed = "scores"
    /// Time for a batch or a publication of every board.
    static let longDeadline = Duration.seconds(120)

    let pool: PostgresPool

    func cursor() async throws -> (feedID: String, change: Int64) {
        try await self.pool.withConnection { connection in
            let row = try connection.query(
                "select feed_id, change from cursors where feed = $1", [.string(Self.feed)]
            ).first
            guard let row else { return ("", 0) }
            return (try row.string("feed_id"), try row.int64("change"))
        }
    }

    /// Applies a batch and moves the cursor; nothing is visible on boards yet.
    func apply(_ batch: ScoreBatch) async throws {
        try await self.pool.transaction(deadline: Self.longDeadline) { connection in
            try BoardScoreStore.apply(batch, in: connection)
            try connection.execute(
                """
                insert into cursors (feed, feed_id, change, caught_up, as_of_day, formula_name,
                  formula_version) values ($1, $2, $3, $4, $5, $6, $7)
                on conflict (feed) do update
                set feed_id = excluded.feed_id, change = excluded.change,
                    caught_up = excluded.caught_up, as_of_day = excluded.as_of_day,
                    formula_name = excluded.formula_name, formula_version = excluded.formula_version
                """,
                [
                    .string(Self.feed), .string(batch.feedId), .int64(batch.change),
                    .bool(batch.caughtUp), .int32(batch.asOfDay), .string(batch.formulaName),
                    .int32(Int32(clamping: batch.formulaVersion)),
                ])
            // The day ended: every relative window is another one now.
            try connection.execute(
                """
                insert into dirty_boards
                select distinct on (repository_id, window_name) repository_id, window_name
                from boards where window_name <> 'all'
                group by repository_id, window_name having max(as_of_day) < $1
                on conflict do nothing
                """, [.int32(batch.asOfDay)])
        }
    }

    /// Publishes every board that differs, all in one step, when nothing more is waiting.
    ///
    /// - Returns: how many boards were published; nil when it is not time yet.
    func publish() async throws -> Int? {
        try await self.pool.transaction(deadline: Self.longDeadline) { connection in
            let row = try connection.query(
                """
                select change, caught_up, published, as_of_day, formula_name, formula_version,
                       (extract(epoch from clock_timestamp()) * 1000000)::bigint as now_us
                from cursors where feed = $1 for update
                """, [.string(Self.feed)]
            ).first
            guard let row, try row.bool("caught_up") else { return nil }
            let facts = GenerationStore.Facts(
                change: try row.int64("change"), asOfDay: try row.int32("as_of_day"),
                formulaName: try row.string("formula_name"),
                formulaVersion: try row.int32("formula_version"), nowUs: try row.int64("now_us"))
            let keys = try connection.query("delete from dirty_boards returning *").map {
                BoardKey(
                    repositoryID: try $0.int64("repository_id"),
                    window: try $0.string("window_name"))
            }
            for key in keys { try GenerationStore.publish(key, facts, in: connection) }
            try connection.execute(
                "update cursors set published = change where feed = $1", [.string(Self.feed)])
            if !keys.isEmpty {
                let words = "boards published: \(keys.count)"
                try LogStore.append([LogRecord(level: .info, message: words)], in: connection)
            }
            return keys.count
        }
    }

    func watermarks() async throws -> Watermarks {
        try await self.pool.withConnection { connection in
            let row = try connection.query(
                "select change, published from cursors where feed = $1", [.string(Self.feed)]
            ).first
            guard let row else { return Watermarks() }
            return Watermarks(
                applied: try row.int64("change"), published: try row.int64("published"))
        }
    }

    func restart() async throws {
        try await self.pool.transaction(deadline: Self.longDeadline) { connection in
            try BoardScoreStore.forgetAll(in: connection)
            try connection.execute("delete from cursors where feed = $1", [.string(Self.feed)])
        }
    }
}
