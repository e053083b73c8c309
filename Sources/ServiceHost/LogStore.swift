public import Postgres
public import ServiceKit
internal import TallyAPI

/// The durable log lines of a service, in its own schema: `log_lines` and `log_numbers`.
///
/// Lines are numbered without gaps: the row of the counter is locked until the commit.
public enum LogStore {
    /// What each service's first migration creates.
    public static let schema = """
        create table log_numbers (
          only_row  boolean primary key default true check (only_row),
          last_seq  bigint not null default 0
        );
        insert into log_numbers default values;
        create table log_lines (
          seq         bigint primary key,
          time_us     bigint not null,
          level       text not null check (level in ('debug', 'info', 'warning', 'error')),
          message     text not null,
          job         text not null default '',
          repository  text not null default '',
          fields      text not null default '{}'
        );
        """

    /// Lines kept (pipeline.md section 4).
    public static let linesMax: Int64 = 1_000_000
    /// Days that lines are kept.
    public static let daysMax: Int64 = 30
    /// Longest message in characters; the rest is cut.
    static let messageMax = 2000

    /// Appends lines inside the caller's transaction; the last thing it should do.
    ///
    /// - Throws: `PostgresError`.
    public static func append(
        _ lines: [LogRecord], in connection: PostgresConnection
    ) throws(PostgresError) {
        guard !lines.isEmpty else { return }
        try connection.execute(
            """
            with numbers as (
              update log_numbers set last_seq = last_seq + $1 returning last_seq - $1 as before)
            insert into log_lines (seq, time_us, level, message, job, repository, fields)
            select before + place,
                   case when time_us = 0
                        then (extract(epoch from clock_timestamp()) * 1000000)::bigint
                        else time_us end,
                   level, message, job, repository, fields
            from numbers, unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],
                                 $7::text[])
              with ordinality as new (time_us, level, message, job, repository, fields, place)
            """,
            [
                .int64(Int64(lines.count)), .int64Array(lines.map(\.time.rawValue)),
                .stringArray(lines.map(\.level.rawValue)),
                .stringArray(lines.map { String($0.message.prefix(Self.messageMax)) }),
                .stringArray(lines.map(\.job)), .stringArray(lines.map(\.repository)),
                .stringArray(lines.map(\.fieldsJSON)),
            ])
    }

    /// Which lines a reader wants.
    struct Filter: Sendable {
        var job = ""
        var repository = ""
        var levels = LogLevel.allCases.map(\.rawValue)
    }

    /// The oldest and newest number; (1, 0) while there is none.
    static func bounds(
        in connection: PostgresConnection
    ) throws(PostgresError) -> (oldest: Int64, newest: Int64) {
        let row = try connection.query(
            """
            select coalesce((select min(seq) from log_lines), last_seq + 1) as oldest,
                   last_seq as newest from log_numbers
            """
        ).first
        guard let row else { throw PostgresError(.schema, "log_numbers has no row") }
        return (try row.int64("oldest"), try row.int64("newest"))
    }

    /// Lines behind a number, in order, and the number up to which was looked.
    static func read(
        after seq: Int64, upTo newest: Int64, limit: Int32, _ filter: Filter,
        in connection: PostgresConnection
    ) throws(PostgresError) -> [LogLine] {
        let rows = try connection.query(
            """
            select seq, time_us, level, message, job, repository, fields from log_lines
            where seq > $1 and seq <= $2 and ($3 = '' or job = $3)
              and ($4 = '' or repository = $4) and level = any ($5)
            order by seq limit $6
            """,
            [
                .int64(seq), .int64(newest), .string(filter.job), .string(filter.repository),
                .stringArray(filter.levels), .int32(limit),
            ])
        var lines: [LogLine] = []
        for row in rows {
            lines.append(
                LogLine(
                    seq: try row.int64("seq"), timeUs: try row.int64("time_us"),
                    level: try row.string("level"), message: try row.string("message"),
                    job: try row.string("job"), repository: try row.string("repository"),
                    fieldsJson: try row.string("fields")))
        }
        return lines
    }

    /// The number before the last `count` lines that match.
    static func start(
        ofLast count: Int64, _ filter: Filter, in connection: PostgresConnection
    ) throws(PostgresError) -> Int64 {
        let row = try connection.query(
            """
            select coalesce(min(seq) - 1, (select last_seq from log_numbers)) as start
            from (select seq from log_lines
                  where ($1 = '' or job = $1) and ($2 = '' or repository = $2)
                    and level = any ($3)
                  order by seq desc limit $4) newest
            """,
            [
                .string(filter.job), .string(filter.repository), .stringArray(filter.levels),
                .int64(count),
            ]
        ).first
        guard let row else { return 0 }
        return try row.int64("start")
    }

    /// Drops lines that are too old or too many.
    static func prune(in connection: PostgresConnection) throws(PostgresError) {
        try connection.execute(
            """
            delete from log_lines where seq <= (select last_seq - $1 from log_numbers)
              or time_us < (extract(epoch from now()) * 1000000)::bigint - $2 * 86400000000
            """, [.int64(Self.linesMax), .int64(Self.daysMax)])
    }
}
