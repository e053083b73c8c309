import Postgres
import ServiceKit
import TallyAPI

/// The scores: computed by set-based SQL from the counters, staged, numbered on publication.
enum ScoreStore {
    /// Keeps other writers of scores away until the commit: whoever computes sees what the one
    /// before has stored.
    static func lock(in connection: PostgresConnection) throws {
        try connection.query("select 1 from score_feed for update")
    }

    /// Rows that are different now, staged under change numbers below 0 until they are published.
    ///
    /// The arithmetic is that of `ScoringFormula`; a test compares the two.
    ///
    /// - Parameter formulas: their ids; nil = those that are kept up to date.
    static func stage(
        _ touched: TouchedPairs, formulas: [Int32]? = nil, in connection: PostgresConnection
    ) throws {
        guard touched.count > 0 else { return }
        let pairs = touched.pairs.sorted {
            ($0.repositoryID, $0.contributorID) < ($1.repositoryID, $1.contributorID)
        }
        try connection.execute("drop table if exists pg_temp.touched")
        try connection.execute(
            """
            create temporary table touched
              (repository_id bigint, contributor_id bigint, account_id bigint)
            on commit drop
            """)
        try connection.execute(
            self.accounts,
            [
                .int64Array(pairs.map(\.repositoryID)), .int64Array(pairs.map(\.contributorID)),
            ])
        try connection.execute("analyze touched")
        let day = try self.asOfDay(in: connection)
        let ids = try formulas ?? FormulaStore.kept(in: connection)
        for window in ScoreWindow.standard {
            try connection.execute(
                self.statement,
                [
                    .string(window.name), .int32(window.firstDay(asOf: day)),
                    .int32(window.lastDay(asOf: day)), .int32Array(ids),
                ])
        }
    }

    /// Whose work counts for whom: a linked account's for its person, a hidden person's for nobody.
    private static let accounts = """
        insert into touched
        with given as (
          select distinct g.repository_id, p.id
          from unnest($1::bigint[], $2::bigint[]) as g (repository_id, contributor_id)
          left join github_users u on u.contributor_id = g.contributor_id
          cross join lateral (select g.contributor_id union
                              select u.canonical_id where u.canonical_id is not null) as p (id))
        select g.repository_id, g.id,
               case when u.canonical_id is null and not coalesce(u.hidden, false) then g.id end
        from given g left join github_users u on u.contributor_id = g.id
        union all
        select g.repository_id, g.id, a.contributor_id
        from given g
        join github_users u on u.contributor_id = g.id and not u.hidden and u.canonical_id is null
        join github_users a on a.canonical_id = g.id
        """

    /// The score in thousandths of the counters `s` under the formula `f`.
    static let points = """
        s.commits * f.commits + s.prs_opened * f.prs_opened + s.prs_merged * f.prs_merged
        + s.prs_reviewed * f.prs_reviewed + s.issues_opened * f.issues_opened
        + s.issues_closed * f.issues_closed + s.comments * f.comments + s.releases * f.releases
        + least(s.lines_added * f.lines_added + s.lines_deleted * f.lines_deleted,
                f.line_bonus_cap)
        """

    /// One window of everyone in `touched`: sums, scores, and only the rows that differ.
    private static let statement = """
        with sums as (
          select t.repository_id, t.contributor_id,
                 \(CounterColumns.mapped("coalesce(sum(c.*), 0)::bigint as *")),
                 coalesce(min(c.day), 0) as first_day, coalesce(max(c.day), 0) as last_day
          from touched t left join contributions c
            on c.repository_id = t.repository_id and c.contributor_id = t.account_id
               and c.day between $2 and $3
          group by 1, 2),
        new as (
          select f.id as version, s.*,
                 \(points) as score,
                 s.last_day = 0 as removed
          from sums s, formulas f where f.id = any ($4::int[]))
        insert into scores (formula_version, repository_id, contributor_id, window_name, score,
          \(CounterColumns.list), first_day, last_day, removed, change)
        select n.version, n.repository_id, n.contributor_id, $1, n.score,
               \(CounterColumns.mapped("n.*")), n.first_day, n.last_day, n.removed,
               -nextval('staged_scores')
        from new n left join scores old
          on old.formula_version = n.version and old.repository_id = n.repository_id
             and old.contributor_id = n.contributor_id and old.window_name = $1
        where case when old.change is null or old.removed then not n.removed
              else n.removed or n.score <> old.score or n.first_day <> old.first_day
                   or n.last_day <> old.last_day
                   or (\(CounterColumns.mapped("n.*"))) <> (\(CounterColumns.mapped("old.*"))) end
        on conflict (formula_version, repository_id, contributor_id, window_name) do update
        set score = excluded.score,
            \(CounterColumns.mapped("* = excluded.*")), first_day = excluded.first_day,
            last_day = excluded.last_day, removed = excluded.removed, change = excluded.change
        """

    /// The last day of the relative windows; the first call sets it to the database's day.
    static func asOfDay(in connection: PostgresConnection) throws -> Int32 {
        let row = try connection.query(
            """
            update score_feed set as_of_day = case when as_of_day = 0
              then (now() at time zone 'UTC')::date - date '1970-01-01' else as_of_day end
            returning as_of_day
            """
        ).first
        guard let row else { throw PostgresError(.schema, "score_feed has no row") }
        return try row.int32("as_of_day")
    }

    /// Moves the windows to the database's day: only those with a day that leaves or enters are
    /// computed again.
    ///
    /// - Returns: whether they moved.
    static func rollOver(in connection: PostgresConnection) throws -> Bool {
        let row = try connection.query(
            """
            select as_of_day as old, (now() at time zone 'UTC')::date - date '1970-01-01' as new
            from score_feed for update
            """
        ).first
        guard let row, case let (old, new) = (try row.int32("old"), try row.int32("new")),
            old != 0, new > old
        else { return false }
        try connection.execute("update score_feed set as_of_day = $1", [.int32(new)])
        let lengths = ScoreWindow.standard.compactMap(\.length)
        let rows = try connection.query(
            """
            select distinct c.repository_id, c.contributor_id
            from unnest($1::int[]) as length, contributions c
            where c.day between $2 - length + 1 and $3 - length or c.day between $2 + 1 and $3
            """, [.int32Array(lengths), .int32(old), .int32(new)])
        var touched = TouchedPairs()
        for row in rows {
            touched.add(try row.int64("repository_id"), try row.int64("contributor_id"))
        }
        try self.stage(touched, in: connection)
        try FeedStore.publish(activityChange: nil, in: connection)
        // The day itself is news for the boards, even when no score is different.
        try connection.execute("update score_feed set last_change = last_change + 1")
        return true
    }
}
