import Postgres
import ServiceKit
import TallyAPI

/// What was read of each day, and what it lacks.
enum CoverageStore {
    /// Replaces what a source said of a day.
    static func replace(_ day: DayStore.Day, in connection: PostgresConnection) throws {
        let coverage = day.coverage
        try connection.execute(
            """
            insert into coverage_days
              (repository_id, day, job_id, source, hours_expected, hours_missing, hours_damaged,
               hours_pending, events, fingerprint, reasons, block, counted, lacks, scanned_at)
            values ($1, date '1970-01-01' + $2::int, $3::uuid, $4, $5, $6::int[], $7::int[],
                    $8::int[], $9, $10, $11::text[], $12, $13::bigint[], $14::text[], now())
            on conflict (repository_id, day, source) do update
            set job_id = excluded.job_id,
                hours_expected = excluded.hours_expected, hours_missing = excluded.hours_missing,
                hours_damaged = excluded.hours_damaged, hours_pending = excluded.hours_pending,
                events = excluded.events, fingerprint = excluded.fingerprint,
                reasons = excluded.reasons, block = excluded.block, counted = excluded.counted,
                lacks = excluded.lacks, scanned_at = excluded.scanned_at
            """,
            [
                .int64(day.repositoryId), .int32(day.day.rawValue), .string(day.jobId),
                .string(day.source), .int32(Int32(clamping: day.hoursExpected)),
                hours(coverage.missing), hours(coverage.damaged), hours(coverage.pending),
                .int64(Int64(clamping: coverage.events)),
                day.fingerprint.map { .bytes($0) } ?? .null,
                .stringArray(coverage.reasons.map(\.rawValue)), .bytes(day.block.encoded),
                .int64Array(day.counted.values.map { Int64(clamping: $0) }),
                .stringArray(day.lacks.sorted()),
            ])
    }

    private static func hours(_ hours: [Int]) -> PostgresValue {
        .int32Array(hours.map { Int32(clamping: $0) })
    }

    /// Replaces the items of a day whose row in `merged_days` stands.
    static func replaceItems(
        _ items: [DayCoverage.Item], of repositoryId: Int64, day: CivilDay,
        in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            delete from coverage
            where repository_id = $1 and day = date '1970-01-01' + $2::int
            """, [.int64(repositoryId), .int32(day.rawValue)])
        guard !items.isEmpty else { return }
        try connection.execute(
            """
            insert into coverage (repository_id, day, item, source, counted, reason)
            select $1, date '1970-01-01' + $2::int, item, source, counted, nullif(reason, '')
            from unnest($3::text[], $4::text[], $5::bigint[], $6::text[])
              as new (item, source, counted, reason)
            """,
            [
                .int64(repositoryId), .int32(day.rawValue), .stringArray(items.map(\.name)),
                .stringArray(items.map(\.source)),
                .int64Array(items.map { Int64(clamping: $0.counted) }),
                .stringArray(items.map { $0.reason?.rawValue ?? "" }),
            ])
    }

    /// What one source said of a day.
    struct SourceRow: Sendable {
        var day: SourceDay
        /// Its own counters, without merges and reviews that other days may decide.
        var block: DayBlock
        var reasons: [DayCoverage.Reason]
    }

    /// What every source said of some days.
    static func sourceDays(
        _ days: [CivilDay], of repositoryId: Int64, in connection: PostgresConnection
    ) throws -> [CivilDay: [SourceRow]] {
        let rows = try connection.query(
            """
            select day - date '1970-01-01' as day, source, block, reasons, lacks,
                   cardinality(hours_missing || hours_damaged || hours_pending) = 0 as is_whole
            from coverage_days
            where repository_id = $1
              and day in (select date '1970-01-01' + d from unnest($2::int[]) as d)
            order by day, source
            """, [.int64(repositoryId), .int32Array(days.map(\.rawValue))])
        var known: [CivilDay: [SourceRow]] = [:]
        for row in rows {
            known[CivilDay(rawValue: try row.int32("day")), default: []].append(
                SourceRow(
                    day: SourceDay(
                        source: try row.string("source"), isWhole: try row.bool("is_whole"),
                        lacks: Set(try row.stringArray("lacks"))),
                    block: try DayBlock(decoding: try row.optionalBytes("block") ?? []),
                    reasons: try row.stringArray("reasons")
                        .compactMap(DayCoverage.Reason.init(rawValue:))))
        }
        return known
    }

    /// What is known of the days of a range, for the plan of a job.
    static func covered(
        _ repositoryId: Int64, since: CivilDay, until: CivilDay, in connection: PostgresConnection
    ) throws -> [DayPlan.Covered] {
        try connection.query(
            """
            select day - date '1970-01-01' as day, job_id::text as job_id, source, fingerprint,
                   cardinality(hours_missing || hours_damaged || hours_pending) = 0 as is_whole,
                   exists (select 1 from coverage c
                           where c.repository_id = d.repository_id and c.day = d.day
                             and c.source = d.source
                             and c.reason in ('unsized_pushes', 'merges_without_author',
                                              'lines_unknown', 'merges_undetectable')) as is_poor
            from coverage_days d
            where repository_id = $1 and day between date '1970-01-01' + $2::int
              and date '1970-01-01' + $3::int
            order by day
            """, [.int64(repositoryId), .int32(since.rawValue), .int32(until.rawValue)]
        ).map { row in
            DayPlan.Covered(
                day: CivilDay(rawValue: try row.int32("day")), jobId: try row.string("job_id"),
                source: try row.string("source"), isWhole: try row.bool("is_whole"),
                fingerprint: try row.optionalBytes("fingerprint"),
                isPoor: try row.bool("is_poor"))
        }
    }

    /// What a repository's boards should say about what is missing.
    static func summary(
        of repositoryId: Int64, in connection: PostgresConnection
    ) throws -> CoverageSummary {
        guard let row = try connection.query(summaryStatement, [.int64(repositoryId)]).first else {
            return CoverageSummary(status: "none")
        }
        return CoverageRule.summary(
            daysAsked: try row.int64("days_asked"), daysRead: try row.int64("days_read"),
            daysWhole: try row.int64("days_whole"), reasons: try row.stringArray("reasons"),
            since: CivilDay(rawValue: try row.int32("since")),
            until: CivilDay(rawValue: try row.int32("until")))
    }

    // Days asked for: of every job that was not cancelled, and whatever was read.
    private static let summaryStatement = """
        with read as (
          select day, reasons, is_whole from merged_days where repository_id = $1),
        asked as (
          select unnest(range_agg(span)) as span from (
            select daterange(since, until, '[]') as span from scrape_jobs
            where repository_id = $1 and status <> 'cancelled'
            union all
            select daterange(day, day, '[]') from read) spans),
        why as (
          select unnest(reasons) as reason from read
          union
          select reason from coverage where repository_id = $1 and reason is not null)
        select (select coalesce(sum(upper(span) - lower(span)), 0)
                from asked)::bigint as days_asked,
               (select count(*) from read) as days_read,
               (select count(*) from read where is_whole) as days_whole,
               (select coalesce(array_agg(reason order by reason), '{}') from why) as reasons,
               coalesce((select min(lower(span)) from asked) - date '1970-01-01', 0) as since,
               coalesce((select max(upper(span)) from asked) - date '1970-01-02', 0) as until
        """
}
