import Postgres
import TallyAPI

/// How far ranking is, and what that means for ingest.
enum FollowerStore {
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
