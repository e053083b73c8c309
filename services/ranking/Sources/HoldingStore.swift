import Postgres
import ServiceHost
import TallyAPI

/// What boards come to, in the form in which scoring tells what its scores come to.
enum HoldingStore {
    /// What readers see, when it was published at a snapshot's number.
    static func boards(
        at theirs: FeedHoldings, in connection: PostgresConnection
    ) throws -> FeedComparison.Own {
        try connection.execute("set transaction isolation level repeatable read, read only")
        guard let place = try self.place(at: theirs, in: connection) else {
            return .holdings(try self.entries(in: connection))
        }
        return place
    }

    /// Where boards stand; nil when that is where the snapshot does.
    private static func place(
        at theirs: FeedHoldings, in connection: PostgresConnection
    ) throws -> FeedComparison.Own? {
        let row = try connection.query(
            """
            select feed_id, published, published = change and caught_up and not sweeping
                     and formula_id = ready_id as settled
            from positions where feed = $1
            """, [.string(RankingStore.feed)]
        ).first
        guard let row else { return .behind(theirs.change) }
        let (feedID, published) = (try row.string("feed_id"), try row.int64("published"))
        if !feedID.isEmpty && feedID != theirs.feedID { return .otherFeed }
        if published > theirs.change { return .ahead }
        let isSettled = try !feedID.isEmpty && row.bool("settled") && published >= theirs.newest
        return isSettled ? nil : .behind(max(0, theirs.newest - published))
    }

    private static func entries(in connection: PostgresConnection) throws -> [Holding] {
        let columns =
            ["contributor_id", "-place"] + ScoreStore.counters
            + ["first_day", "last_day", "bot::int"]
        return try connection.query(
            """
            select repository_id, window_name, count(*) as rows,
                   greatest(least(-sum(place), 9223372036854775807), 0)::bigint as sum,
                   \(HoldingDigest.sql(columns)) as digest
            from board_entries where gen_to = \(PublicationStore.open)
            group by repository_id, window_name
            """
        ).map { row in
            Holding(
                repositoryId: try row.int64("repository_id"),
                window: try row.string("window_name"), rows: UInt64(try row.int64("rows")),
                sum: try row.int64("sum"), digest: try row.int64("digest"))
        }
    }
}
