import Postgres
import TallyAPI

/// The invariants of pipeline.md section 5 that this schema can break, each looked at in full.
enum VerifyStore {
    /// Rows that a finding names at most.
    private static let violationsMax = 20
    /// How long a lease may be over before it counts as lost: workers look for such every 2 s.
    private static let leaseGrace = "30 seconds"

    static func findings(in connection: PostgresConnection) throws -> [Finding] {
        try connection.execute("set transaction isolation level repeatable read, read only")
        return [
            try activity(in: connection), try jobs(in: connection), try active(in: connection),
            try numbers(in: connection), try followers(in: connection), try log(in: connection),
        ]
    }

    /// A query gives `checked` in every row and names what is wrong in `fault`, null for nothing.
    private static func finding(
        _ invariant: String, _ promise: String, _ sql: String, in connection: PostgresConnection
    ) throws -> Finding {
        let rows = try connection.query(sql + " limit \(violationsMax)")
        let faults = try rows.compactMap { try $0.optionalString("fault") }
        return Finding(
            invariant: invariant, promise: promise, holds: faults.isEmpty,
            checked: UInt64(try rows.first?.int64("checked") ?? 0), violations: faults)
    }

    private static func activity(in connection: PostgresConnection) throws -> Finding {
        try finding(
            "I1", "every day's counters are those that were stored",
            """
            with wrong as (
              select a.repository_id, a.day from activity a
              left join repositories r on r.id = a.repository_id
              where sha256(a.block) <> a.digest or r.removed_at is not null)
            select (select count(*) from activity) as checked,
                   'activity: repository ' || repository_id || ', ' || day
                     || ' is not what its digest says' as fault
            from (select 1) one left join wrong on true order by repository_id, day
            """, in: connection)
    }

    private static func jobs(in connection: PostgresConnection) throws -> Finding {
        try finding(
            "I4", "no job is planned or fetched without a live lease, and every one ends",
            """
            with published as (
              select coalesce(max(published), 0) as change from followers
              where follower = '\(FollowerStore.scoring)'),
            wrong as (
              select id, 'is in ' || phase || ' without a live lease' as words from scrape_jobs
              where phase in ('planning', 'fetching')
                and lease_until < now() - interval '\(leaseGrace)'
              union all
              select id, 'is in ' || phase || ' though its change ' || last_change
                || ' is on the boards' from scrape_jobs, published
              where phase in ('scoring', 'publishing') and last_change <= change)
            select (select count(*) from scrape_jobs) as checked,
                   'scrape_jobs: ' || id || ' ' || words as fault
            from (select 1) one left join wrong on true order by id
            """, in: connection)
    }

    private static func active(in connection: PostgresConnection) throws -> Finding {
        try finding(
            "I4", "at most one active job of a repository, none of a removed one",
            """
            with wrong as (
              select j.repository_id, count(*) as n from scrape_jobs j
              join repositories r on r.id = j.repository_id
              where j.status in ('queued', 'running')
              group by 1 having count(*) > 1 or bool_or(r.removed_at is not null))
            select (select count(*) from scrape_jobs where status in ('queued', 'running'))
                     as checked,
                   'scrape_jobs: repository ' || repository_id || ' has ' || n || ' active'
                     as fault
            from (select 1) one left join wrong on true order by repository_id
            """, in: connection)
    }

    private static func numbers(in connection: PostgresConnection) throws -> Finding {
        try finding(
            "I5", "no row's number is above the feed's last",
            """
            with numbers as (
              select 'activity' as t, change from activity
              union all select 'repositories', change from repositories),
            wrong as (select n.* from numbers n, activity_feed f
                      where n.change > f.last_change or n.change <= 0)
            select (select count(*) from numbers) as checked,
                   t || ': change ' || change || ' is not in 1 … '
                     || (select last_change from activity_feed) as fault
            from (select 1) one left join wrong on true order by change
            """, in: connection)
    }

    private static func followers(in connection: PostgresConnection) throws -> Finding {
        try finding(
            "I5", "no follower's cursor is above the feed",
            """
            with wrong as (select w.* from followers w, activity_feed f
                           where w.applied > f.last_change or w.published > w.applied)
            select (select count(*) from followers) as checked,
                   'followers: ' || follower || ' applied ' || applied || ', published '
                     || published || ', the feed ends at '
                     || (select last_change from activity_feed) as fault
            from (select 1) one left join wrong on true order by follower
            """, in: connection)
    }

    private static func log(in connection: PostgresConnection) throws -> Finding {
        try finding(
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

extension IngestStore {
    /// Time for every check of what is stored.
    static let verifyDeadline = Duration.seconds(300)

    func findings() async throws -> [Finding] {
        try await write(within: Self.verifyDeadline) { try VerifyStore.findings(in: $0) }
    }
}
