import Postgres
import TallyAPI

/// The invariants of pipeline.md section 5 that this schema can break, each looked at in full.
enum VerifyStore {
    /// Rows that a finding names at most.
    private static let violationsMax = 20

    static func findings(in connection: PostgresConnection) throws -> [Finding] {
        try connection.execute("set transaction isolation level repeatable read, read only")
        return [
            try self.scores(in: connection), try self.people(in: connection),
            try self.numbers(in: connection), try self.followers(in: connection),
            try self.log(in: connection),
        ]
    }

    /// A query gives `checked` in every row and names what is wrong in `fault`, null for nothing.
    private static func finding(
        _ invariant: String, _ promise: String, _ sql: String, _ values: [PostgresValue] = [],
        in connection: PostgresConnection
    ) throws -> Finding {
        let rows = try connection.query(sql + " limit \(self.violationsMax)", values)
        let faults = try rows.compactMap { try $0.optionalString("fault") }
        return Finding(
            invariant: invariant, promise: promise, holds: faults.isEmpty,
            checked: UInt64(try rows.first?.int64("checked") ?? 0), violations: faults)
    }

    private static func scores(in connection: PostgresConnection) throws -> Finding {
        let day = try connection.query("select as_of_day from score_feed")[0].int32("as_of_day")
        let windows = ScoreWindow.standard
        return try self.finding(
            "I1", "every score is what the counters and the formula give",
            """
            with windows as (
              select * from unnest($1::text[], $2::int[], $3::int[]) as w (name, first, last)),
            counted as (
              select w.name as window_name, c.repository_id,
                     coalesce(u.canonical_id, c.contributor_id) as contributor_id,
                     \(CounterColumns.mapped("sum(c.*)::bigint as *")),
                     min(c.day) as first_day, max(c.day) as last_day
              from windows w join contributions c on c.day between w.first and w.last
              left join github_users u on u.contributor_id = c.contributor_id
              where c.contributor_id <> 0 and not coalesce(u.hidden, false)
              group by 1, 2, 3),
            should as (
              select s.*, f.id as formula_version, \(ScoreStore.points) as score
              from counted s, formulas f where f.active),
            is_there as (
              select s.* from scores s join formulas f on f.active and f.id = s.formula_version
              where not s.removed),
            wrong as (
              select coalesce(a.window_name, b.window_name) as w,
                     coalesce(a.repository_id, b.repository_id) as r,
                     coalesce(a.contributor_id, b.contributor_id) as c, a.score as want,
                     b.score as have
              from should a full join is_there b using (formula_version, repository_id,
                contributor_id, window_name)
              where a.score is distinct from b.score or a.first_day is distinct from b.first_day
                or a.last_day is distinct from b.last_day
                or (\(CounterColumns.mapped("a.*")))
                   is distinct from (\(CounterColumns.mapped("b.*"))))
            select (select count(*) from is_there) as checked,
                   'scores: repository ' || r || ', contributor ' || c || ', window ' || w
                     || ': ' || coalesce(have::text, 'no row') || ', its counters give '
                     || coalesce(want::text, 'no row') as fault
            from (select 1) one left join wrong on true order by r, c, w
            """,
            [
                .stringArray(windows.map(\.name)),
                .int32Array(windows.map { $0.firstDay(asOf: day) }),
                .int32Array(windows.map { $0.lastDay(asOf: day) }),
            ], in: connection)
    }

    private static func people(in connection: PostgresConnection) throws -> Finding {
        try self.finding(
            "I1", "people are linked and hidden as it was decided",
            """
            with recursive up as (
              select contributor_id as account, contributor_id as id, 0 as depth
              from github_users where canonical_id is not null or hidden
                or contributor_id in (select alias_id from aliases where undone_us is null)
                or contributor_id in (select contributor_id from opt_outs where undone_us is null)
              union all
              select up.account, a.contributor_id, depth + 1
              from up join aliases a on a.alias_id = up.id and a.undone_us is null
              where depth < 1000),
            roots as (select distinct on (account) account, id from up
                      order by account, depth desc),
            wrong as (
              select u.contributor_id
              from roots r join github_users u on u.contributor_id = r.account
              where u.canonical_id is distinct from nullif(r.id, r.account)
                or (not u.hidden and exists (select 1 from opt_outs o
                      where o.contributor_id = r.account and o.undone_us is null)))
            select (select count(*) from roots) as checked,
                   'github_users: contributor ' || contributor_id
                     || ' is not what aliases and opt_outs say' as fault
            from (select 1) one left join wrong on true order by contributor_id
            """, in: connection)
    }

    private static func numbers(in connection: PostgresConnection) throws -> Finding {
        try self.finding(
            "I5", "no row's number is above the feed's last",
            """
            with numbers as (
              select 'scores' as t, change from scores
              union all select 'github_users', change from github_users
              union all select 'repositories', change from repositories),
            wrong as (select n.* from numbers n, score_feed f
                      where n.change > f.last_change or n.change <= 0)
            select (select count(*) from numbers) as checked,
                   t || ': change ' || change || ' is not in 1 … '
                     || (select last_change from score_feed) as fault
            from (select 1) one left join wrong on true order by change
            """, in: connection)
    }

    private static func followers(in connection: PostgresConnection) throws -> Finding {
        try self.finding(
            "I5", "no follower's cursor is above the feed",
            """
            with wrong as (select w.* from followers w, score_feed f
                           where w.applied > f.last_change or w.published > w.applied)
            select (select count(*) from followers) as checked,
                   'followers: ' || follower || ' applied ' || applied || ', published '
                     || published || ', the feed ends at '
                     || (select last_change from score_feed) as fault
            from (select 1) one left join wrong on true order by follower
            """, in: connection)
    }

    private static func log(in connection: PostgresConnection) throws -> Finding {
        try self.finding(
            "I6", "log lines are numbered without gaps",
            """
            with lines as (select seq, seq - lag(seq, 1, seq - 1) over (order by seq) as step
                           from log_lines),
            wrong as (
              select seq from lines where step <> 1
              union all
              select last_seq from log_numbers
              where last_seq <> coalesce((select max(seq) from log_lines), last_seq))
            select (select count(*) from lines) as checked,
                   'log_lines: the line before ' || seq || ' is missing' as fault
            from (select 1) one left join wrong on true order by seq
            """, in: connection)
    }
}
