import Postgres
import ServiceKit
import TallyAPI

/// The activity feed: its numbers, and reading along them (pipeline.md section 1).
enum FeedStore {
    /// The channel on which new numbers are announced: a hint, sent after the commit.
    static let channel = "ingest_activity"

    /// A day to be stored under a new number.
    struct Day: Sendable {
        var repositoryId: Int64
        var day: CivilDay
        var block: [UInt8]
        var digest: [UInt8]
        var contributors: Int
        /// Of each counter, in the order of `Counters.items`.
        var sources: [String]
    }

    /// The feed's identity and the highest number given out.
    static func head(in connection: PostgresConnection) throws -> (id: String, change: Int64) {
        guard
            let row = try connection.query(
                "select feed_id, last_change from activity_feed", []
            ).first
        else { throw IngestError(.corrupt, "the feed has no row") }
        return (try row.string("feed_id"), try row.int64("last_change"))
    }

    /// The highest number of what a repository's boards show of a range.
    static func lastChange(
        of repositoryId: Int64, since: CivilDay, until: CivilDay,
        in connection: PostgresConnection
    ) throws -> Int64? {
        try connection.query(
            """
            select max(change) as change from (
              select change from activity
              where repository_id = $1 and day between date '1970-01-01' + $2::int
                and date '1970-01-01' + $3::int
              union all
              select change from repositories where id = $1) numbers
            """, [.int64(repositoryId), .int32(since.rawValue), .int32(until.rawValue)]
        ).first?.optionalInt64("change")
    }

    /// Takes numbers. From here to the commit nobody else can: call it last, do little after it.
    /// - Returns: the first of them.
    static func takeNumbers(_ count: Int, in connection: PostgresConnection) throws -> Int64 {
        _ = try connection.query(
            "select pg_advisory_xact_lock('activity_feed'::regclass::oid::bigint)", [])
        let rows = try connection.query(
            "update activity_feed set last_change = last_change + $1 returning last_change",
            [.int64(Int64(count))])
        guard let last = try rows.first?.int64("last_change") else {
            throw IngestError(.corrupt, "the feed has no row")
        }
        return last - Int64(count) + 1
    }

    /// Stores days under numbers from `first` on, in one statement.
    static func write(
        _ days: [Day], from first: Int64, in connection: PostgresConnection
    ) throws {
        guard !days.isEmpty else { return }
        try connection.execute(
            """
            insert into activity
              (repository_id, day, block, digest, contributors, sources, change)
            select repository_id, date '1970-01-01' + day, block, digest, contributors,
                   string_to_array(sources, ','), $7 + place - 1
            from unnest($1::bigint[], $2::int[], $3::bytea[], $4::bytea[], $5::int[], $6::text[])
              with ordinality as new
                (repository_id, day, block, digest, contributors, sources, place)
            on conflict (repository_id, day) do update
            set block = excluded.block, digest = excluded.digest,
                contributors = excluded.contributors, sources = excluded.sources,
                change = excluded.change
            """,
            [
                .int64Array(days.map(\.repositoryId)), .int32Array(days.map(\.day.rawValue)),
                .bytesArray(days.map(\.block)), .bytesArray(days.map(\.digest)),
                .int32Array(days.map { Int32(clamping: $0.contributors) }),
                .stringArray(days.map { $0.sources.joined(separator: ",") }), .int64(first),
            ])
    }

    /// Says who is believed for days that stand; their numbers stay.
    static func name(
        _ sources: [CivilDay: [String]], of repositoryId: Int64,
        in connection: PostgresConnection
    ) throws {
        let days = sources.keys.sorted()
        try connection.execute(
            """
            update activity a set sources = string_to_array(new.sources, ',')
            from unnest($2::int[], $3::text[]) as new (day, sources)
            where a.repository_id = $1 and a.day = date '1970-01-01' + new.day
              and a.sources <> string_to_array(new.sources, ',')
            """,
            [
                .int64(repositoryId), .int32Array(days.map(\.rawValue)),
                .stringArray(days.map { (sources[$0] ?? []).joined(separator: ",") }),
            ])
    }

    /// What comes after a number, in order; all kinds of rows from one snapshot: days, what is seen
    /// of repositories, and the tombstones of those that were removed and are tracked again.
    /// - Parameters:
    ///   - limit: rows at most.
    ///   - bytes: of their content at most, though one row always comes.
    static func read(
        after change: Int64, limit: Int, bytes: Int, in connection: PostgresConnection
    ) throws -> ActivityBatch {
        let rows = try connection.query(
            readStatement, [.int64(change), .int32(Int32(limit)), .int64(Int64(bytes))])
        var batch = ActivityBatch(change: change, caughtUp: true)
        for row in rows {
            batch.change = try row.int64("change")
            batch.caughtUp = try row.bool("is_last")
            if try row.bool("is_repository") {
                batch.repositories.append(try repositoryRow(row))
            } else {
                batch.rows.append(
                    ActivityRow(
                        change: batch.change, repositoryId: try row.int64("repository_id"),
                        day: try row.int32("day"), block: try row.optionalBytes("block") ?? []))
            }
        }
        return batch
    }

    private static let readStatement = """
        with days as (
          select change, repository_id, day, octet_length(block) + 32 as size
          from activity where change > $1 order by change limit $2),
        names as (
          select change, id as repository_id, null::date as day, 256 as size
          from repositories where change > $1 order by change limit $2),
        graves as (
          select removed_change as change, id as repository_id, null::date as day, 256 as size
          from repositories where removed_change > $1 order by removed_change limit $2),
        found as (
          select *, sum(size) over (order by change) as total,
                 row_number() over (order by change) as place, count(*) over () as known
          from (select * from days union all select * from names
                union all select * from graves) kinds),
        picked as (
          select * from found where place <= $2 and (total <= $3 or place = 1))
        select p.change, p.repository_id, p.day is null as is_repository,
               coalesce(p.day - date '1970-01-01', 0) as day, a.block,
               p.place = p.known and p.known < $2 as is_last,
               r.name, r.removed_at is not null or r.change <> p.change as removed,
               r.demonstration,
               r.coverage_status, r.coverage_percent, r.coverage_reasons,
               coalesce(r.coverage_since - date '1970-01-01', 0) as coverage_since,
               coalesce(r.coverage_until - date '1970-01-01', 0) as coverage_until
        from picked p
        left join activity a on p.day is not null and a.change = p.change
        left join repositories r
          on p.day is null and (r.change = p.change or r.removed_change = p.change)
        order by p.change
        """

    private static func repositoryRow(_ row: PostgresRow) throws -> RepositoryRow {
        RepositoryRow(
            change: try row.int64("change"), repositoryId: try row.int64("repository_id"),
            name: try row.string("name"), removed: try row.bool("removed"),
            demonstration: try row.bool("demonstration"),
            coverage: CoverageNote(
                status: try row.string("coverage_status"),
                percent: try row.double("coverage_percent"),
                reasons: try row.stringArray("coverage_reasons"),
                sinceDay: try row.int32("coverage_since"),
                untilDay: try row.int32("coverage_until")))
    }
}
