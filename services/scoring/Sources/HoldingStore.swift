import Postgres
import ServiceHost
import TallyAPI

/// What scores come to, for ranking; what counters come to, against ingest's days.
enum HoldingStore {
    /// The scores that boards are to show, per repository and window, and all together.
    static func scores(in connection: PostgresConnection) throws -> FeedHoldings {
        try connection.execute("set transaction isolation level repeatable read, read only")
        let head = try FeedStore.head(in: connection)
        let columns =
            ["contributor_id", "score"] + CounterColumns.names
            + ["first_day", "last_day", "bot::int"]
        // Sums have no limit here: what somebody changed by hand must be told, not fail.
        let holdings = try connection.query(
            """
            with standing as (
              select s.repository_id, s.window_name, s.contributor_id, s.score,
                     \(CounterColumns.mapped("s.*")), s.first_day, s.last_day,
                     coalesce(u.bot, false) as bot
              from scores s join formulas f on f.active and f.id = s.formula_version
              left join github_users u on u.contributor_id = s.contributor_id
              where not s.removed),
            together as (
              select 0::bigint as repository_id, window_name, contributor_id, sum(score) as score,
                     \(CounterColumns.mapped("sum(*) as *")), min(first_day) as first_day,
                     max(last_day) as last_day, bool_or(bot) as bot
              from standing group by window_name, contributor_id)
            select repository_id, window_name, count(*) as rows,
                   greatest(least(sum(score), 9223372036854775807), 0)::bigint as sum,
                   \(HoldingDigest.sql(columns)) as digest
            from (select * from standing union all select * from together) rows
            group by repository_id, window_name
            """
        ).map { row in
            Holding(
                repositoryId: try row.int64("repository_id"),
                window: try row.string("window_name"), rows: UInt64(try row.int64("rows")),
                sum: try row.int64("sum"), digest: try row.int64("digest"))
        }
        return FeedHoldings(
            feedID: head.id, newest: head.change, change: head.change, holdings: holdings)
    }

    /// The counters per repository, when all of a snapshot of ingest was applied.
    static func days(
        at theirs: FeedHoldings, in connection: PostgresConnection
    ) throws -> FeedComparison.Own {
        try connection.execute("set transaction isolation level repeatable read, read only")
        if let place = try self.place(at: theirs, in: connection) { return place }
        let columns = ["day", "contributor_id"] + CounterColumns.names
        let sum = CounterColumns.names.map { "sum(\($0))" }.joined(separator: " + ")
        let holdings = try connection.query(
            """
            select repository_id, count(*) as rows,
                   least(\(sum), 9223372036854775807)::bigint as sum,
                   \(HoldingDigest.sql(columns)) as digest
            from contributions group by repository_id
            """
        ).map { row in
            Holding(
                repositoryId: try row.int64("repository_id"), rows: UInt64(try row.int64("rows")),
                sum: try row.int64("sum"), digest: try row.int64("digest"))
        }
        return .holdings(holdings)
    }

    /// Where counters stand; nil when that is where the snapshot does.
    private static func place(
        at theirs: FeedHoldings, in connection: PostgresConnection
    ) throws -> FeedComparison.Own? {
        let row = try connection.query(
            "select feed_id, change, sweeping from cursors where feed = $1",
            [.string(ScoringStore.upstreamFeed)]
        ).first
        guard let row else { return .behind(theirs.newest) }
        let (feedID, change) = (try row.string("feed_id"), try row.int64("change"))
        if !feedID.isEmpty && feedID != theirs.feedID { return .otherFeed }
        if change > theirs.change { return .ahead }
        let isSettled = try !feedID.isEmpty && !row.bool("sweeping") && change >= theirs.newest
        return isSettled ? nil : .behind(max(0, theirs.newest - change))
    }
}
