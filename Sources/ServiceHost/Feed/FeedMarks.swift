public import Postgres

/// The marks of a feed: a random word for each transaction that gave out numbers, written by a
/// trigger of the schema.
///
/// A follower sends back the mark of what it applied last. A feed that was restored from an old
/// backup and wrote on has given the same numbers out again, but never the same word.
public enum FeedMarks {
    /// The proof of having read the feed up to a number: the mark of the transaction that gave it.
    ///
    /// - Parameter swept: the newest tombstone that the feed no longer keeps.
    /// - Returns: nothing for a feed without marks.
    public static func proof(
        of change: Int64, swept: Int64 = 0, in connection: PostgresConnection
    ) throws(PostgresError) -> String {
        let row = try connection.query(
            """
            select change || ':' || word || ':' || $2::bigint as proof from feed_marks
            where change >= $1 order by change limit 1
            """, [.int64(change), .int64(swept)]
        ).first
        return change == 0 ? "" : try row?.string("proof") ?? ""
    }

    /// Whether the feed is the one that a proof was given by.
    ///
    /// True, too, for what cannot be told: a proof from before the oldest mark that is kept.
    public static func confirm(
        _ proof: String, in connection: PostgresConnection
    ) throws(PostgresError) -> Bool {
        let parts = proof.split(separator: ":")
        guard parts.count == 3, let change = Int64(parts[0]) else { return true }
        return try connection.query(
            """
            select exists (select 1 from feed_marks where change = $1 and word = $2)
                or $1 < coalesce((select min(change) from feed_marks), 9223372036854775807)
              as confirmed
            """, [.int64(change), .string(String(parts[1]))])[0].bool("confirmed")
    }

    /// Tombstones that were gone already when the proof was given; nil when it does not say.
    static func swept(by proof: String) -> Int64? {
        proof.split(separator: ":").dropFirst(2).first.flatMap { Int64($0) }
    }

    /// Drops marks that every follower has passed: no proof names them any more.
    public static func prune(in connection: PostgresConnection) throws(PostgresError) {
        try connection.execute(
            "delete from feed_marks where change < (select min(applied) from followers)")
    }
}
