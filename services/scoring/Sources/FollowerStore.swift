import Postgres
import TallyAPI

/// How far ranking is, and what that means for ingest.
enum FollowerStore {
    /// A follower that was silent for longer holds nothing back, and starts at 0 when it returns.
    static let silence = "7 days"

    static func record(
        _ follower: String, instance: String, applied: Int64, published: Int64,
        in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            insert into followers (follower, instance, applied, published)
            values ($1, $2, $3, $4)
            on conflict (follower) do update
            set instance = excluded.instance, applied = excluded.applied,
                published = excluded.published, seen_at = now()
            """,
            [.string(follower), .string(instance), .int64(applied), .int64(published)])
    }

    /// Drops tombstones that every follower has passed; who stands below starts at 0.
    ///
    /// - Returns: how many.
    static func sweep(in connection: PostgresConnection) throws -> Int {
        // In the order of whoever writes scores: taken the other way round they are a deadlock.
        try ScoreStore.lock(in: connection)
        try FeedStore.lock(in: connection)
        let rows = try connection.query(
            """
            delete from scores where removed and change > 0 and change <= (
              select coalesce(min(applied), 9223372036854775807) from followers
              where seen_at > now() - interval '\(Self.silence)')
            returning change
            """)
        guard let last = try rows.map({ try $0.int64("change") }).max() else { return 0 }
        try connection.execute(
            "update score_feed set swept_change = greatest(swept_change, $1)", [.int64(last)])
        return rows.count
    }

    /// This service's watermarks for ingest: its cursor, and the activity that boards show.
    static func watermarks(in connection: PostgresConnection) throws -> Watermarks {
        let row = try connection.query(
            """
            select coalesce((select change from cursors where feed = $1), 0) as applied,
                   coalesce((select max(m.activity_change) from progress_marks m, followers f
                     where f.follower = 'ranking' and m.score_change <= f.published), 0)
                     as published
            """, [.string(ScoringStore.upstreamFeed)])[0]
        let applied = try row.int64("applied")
        return Watermarks(applied: applied, published: min(applied, try row.int64("published")))
    }
}
