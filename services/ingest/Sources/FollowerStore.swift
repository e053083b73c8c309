import Postgres

/// How far the followers of the feed are, as they say.
enum FollowerStore {
    /// The follower whose word moves jobs: what it has published is on the boards.
    static let scoring = "scoring"

    static func record(
        _ follower: String, instance: String, applied: Int64, published: Int64,
        in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            insert into followers (follower, instance, applied, published, seen_at)
            values ($1, $2, $3, $4, now())
            on conflict (follower) do update
            set instance = excluded.instance, applied = excluded.applied,
                published = excluded.published, seen_at = excluded.seen_at
            """,
            [.string(follower), .string(instance), .int64(applied), .int64(published)])
    }

    /// What the boards show. Whoever asks keeps the answer from changing until the commit, so that
    /// no watermark passes between the look and what is decided by it.
    static func published(in connection: PostgresConnection) throws -> Int64 {
        try watermarks(of: scoring, in: connection)?.published ?? 0
    }

    static func watermarks(
        of follower: String, in connection: PostgresConnection
    ) throws -> (applied: Int64, published: Int64)? {
        try connection.query(
            "select applied, published from followers where follower = $1 for share",
            [.string(follower)]
        ).first.map { (try $0.int64("applied"), try $0.int64("published")) }
    }
}
