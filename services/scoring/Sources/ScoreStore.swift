import Postgres
import ServiceKit
import TallyAPI

/// The scores: computed by set-based SQL from the counters.
enum ScoreStore {
    /// Keeps other writers of scores away until the commit: whoever computes sees what the one
    /// before has stored.
    static func lock(in connection: PostgresConnection) throws {
        try connection.query("select 1 from score_feed for update")
    }

    /// Computes who is touched, and writes the rows that are different now with their numbers in
    /// the feed: each row once.
    ///
    /// The arithmetic is that of `ScoringFormula`; a test compares the two.
    ///
    /// - Parameter formulas: their ids; nil = those that are kept up to date.
    static func update(
        _ touched: TouchedPairs, formulas: [Int32]? = nil, in connection: PostgresConnection
    ) throws {
        guard touched.count > 0 else { return }
        try self.list(touched, in: connection)
        let day = try self.asOfDay(in: connection)
        let ids = try formulas ?? FormulaStore.kept(in: connection)
        let relative = ScoreWindow.standard.filter { $0.length != nil }
        // Whoever computes keeps the others away by the feed's row already; this keeps tombstones
        // from going between the look at a row and its update.
        try FeedStore.lock(in: connection)
        try connection.execute(
            self.statement,
            [
                .stringArray(relative.map(\.name)),
                .int32Array(relative.map { $0.firstDay(asOf: day) }), .int32(day), .int32Array(ids),
            ])
    }

    private static func list(
        _ touched: TouchedPairs, in connection: PostgresConnection
    ) throws {
        let pairs = touched.pairs.sorted {
            ($0.repositoryID, $0.contributorID) < ($1.repositoryID, $1.contributorID)
        }
        // A large repository's sums and joins stay in memory; compiling takes longer than it saves.
        try connection.script(
            """
            set local work_mem = '64MB';
            set local jit = off;
            drop table if exists pg_temp.touched;
            create temporary table touched
              (repository_id bigint, contributor_id bigint, account_id bigint)
            on commit drop
            """)
        try connection.execute(
            self.accounts,
            [
                .int64Array(pairs.map(\.repositoryID)), .int64Array(pairs.map(\.contributorID)),
            ])
        try connection.script("analyze touched")
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

    /// The sums of everyone in `touched` who did something, in every window. Windows end on one day
    /// and hold each other: what somebody did from a day on is summed once, going back, and stands
    /// for each window that begins behind the day before it. `all` alone knows days to come.
    private static let sums = """
        counted as materialized (
          select t.repository_id, t.contributor_id, c.day, \(CounterColumns.mapped("c.*"))
          from touched t join contributions c
            on c.repository_id = t.repository_id and c.contributor_id = t.account_id),
        backwards as (
          select repository_id, contributor_id, day, max(day) over days as last_day,
                 lead(day) over days as older,
                 \(CounterColumns.mapped("(sum(*) over days)::bigint as *"))
          from counted where day <= $3
          window days as (partition by repository_id, contributor_id order by day desc)),
        sums as (
          select repository_id, contributor_id, 'all' as window_name,
                 \(CounterColumns.mapped("sum(*)::bigint as *")),
                 min(day) as first_day, max(day) as last_day
          from counted group by 1, 2
          union all
          select b.repository_id, b.contributor_id, w.name, \(CounterColumns.mapped("b.*")), b.day,
                 b.last_day
          from backwards b join unnest($1::text[], $2::int[]) as w (name, since)
            on w.since <= b.day and coalesce(b.older < w.since, true))
        """

    /// Only rows that differ are written, each once; whoever has none any more falls to nothing.
    private static let statement = """
        with \(sums),
        new as (
          select f.id as version, s.*, \(points) as score
          from sums s, formulas f where f.id = any ($4::int[])),
        old as (
          select o.*, o.ctid as tid
          from (select distinct repository_id, contributor_id from touched) t
          join scores o on o.repository_id = t.repository_id
            and o.contributor_id = t.contributor_id and o.formula_version = any ($4::int[])),
        changed as materialized (
          select coalesce(n.version, o.formula_version) as version,
                 coalesce(n.repository_id, o.repository_id) as repository_id,
                 coalesce(n.contributor_id, o.contributor_id) as contributor_id,
                 coalesce(n.window_name, o.window_name) as window_name,
                 coalesce(n.score, 0) as score, \(CounterColumns.mapped("coalesce(n.*, 0) as *")),
                 coalesce(n.first_day, 0) as first_day, coalesce(n.last_day, 0) as last_day,
                 n.version is null as removed, o.tid,
                 (\(FeedStore.end)) + row_number() over (
                   order by coalesce(n.repository_id, o.repository_id),
                     coalesce(n.contributor_id, o.contributor_id)) as change
          from new n full join old o
            on o.formula_version = n.version and o.repository_id = n.repository_id
               and o.contributor_id = n.contributor_id and o.window_name = n.window_name
          where case when n.version is null then not o.removed
                when o.tid is null or o.removed then true
                else n.score <> o.score or n.first_day <> o.first_day
                     or n.last_day <> o.last_day
                     or (\(CounterColumns.mapped("n.*"))) <> (\(CounterColumns.mapped("o.*"))) end),
        updated as (
          update scores s
          set score = c.score, \(CounterColumns.mapped("* = c.*")), first_day = c.first_day,
              last_day = c.last_day, removed = c.removed, change = c.change
          from changed c where c.tid is not null and s.ctid = c.tid)
        insert into scores (formula_version, repository_id, contributor_id, window_name, score,
          \(CounterColumns.list), first_day, last_day, removed, change)
        select version, repository_id, contributor_id, window_name, score, \(CounterColumns.list),
               first_day, last_day, removed, change
        from changed where tid is null
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
        try self.update(touched, in: connection)
        try FeedStore.publish(activityChange: nil, in: connection)
        // The day itself is news for the boards, even when no score is different.
        try connection.execute("update score_feed set last_change = last_change + 1")
        return true
    }
}
