import Postgres
import ServiceKit

/// Openings, merges and reviews of pull requests, kept because days depend on each other by them.
enum PullFactStore {
    /// The pull requests that a stored day names.
    static func numbers(
        of repositoryId: Int64, day: CivilDay, in connection: PostgresConnection
    ) throws -> Set<Int64> {
        let rows = try connection.query(
            """
            select number from pull_facts
            where repository_id = $1 and day = date '1970-01-01' + $2::int
            union
            select number from pull_requests
            where repository_id = $1 and day = date '1970-01-01' + $2::int
            """, [.int64(repositoryId), .int32(day.rawValue)])
        return Set(try rows.map { try $0.int64("number") })
    }

    /// Everything stored of some pull requests, on all days.
    static func facts(
        of repositoryId: Int64, numbers: [Int64], in connection: PostgresConnection
    ) throws -> [PullFact] {
        try connection.query(
            """
            \(factColumns) and number = any($2::bigint[])
            order by number, day, source, kind, contributor_id, at_us
            """, [.int64(repositoryId), .int64Array(numbers)]
        ).map(fact)
    }

    /// Everything stored of some days, of all sources.
    static func facts(
        of repositoryId: Int64, days: [CivilDay], in connection: PostgresConnection
    ) throws -> [PullFact] {
        try connection.query(
            """
            \(factColumns)
              and day in (select date '1970-01-01' + d from unnest($2::int[]) as d)
            """, [.int64(repositoryId), .int32Array(days.map(\.rawValue))]
        ).map(fact)
    }

    private static let factColumns = """
        select day - date '1970-01-01' as day, number, kind, contributor_id, at_us, count,
               lines_added, lines_deleted, credited_id, source
        from pull_facts where repository_id = $1
        """

    private static func fact(_ row: PostgresRow) throws -> PullFact {
        guard let kind = PullFact.Kind(rawValue: try row.string("kind")) else {
            throw IngestError(.corrupt, "a pull request fact is of no known kind")
        }
        return PullFact(
            day: CivilDay(rawValue: try row.int32("day")), number: try row.int64("number"),
            kind: kind, contributorId: try row.int64("contributor_id"),
            atUs: try row.int64("at_us"), count: try row.int64("count"),
            linesAdded: try row.int64("lines_added"), linesDeleted: try row.int64("lines_deleted"),
            creditedId: try row.optionalInt64("credited_id"), source: try row.string("source"))
    }

    /// Who opened some pull requests, as far as known.
    static func openings(
        of repositoryId: Int64, numbers: [Int64], in connection: PostgresConnection
    ) throws -> [PullOpening] {
        try connection.query(
            """
            select day - date '1970-01-01' as day, number, author_id, login, bot, opened_us,
                   source
            from pull_requests where repository_id = $1 and number = any($2::bigint[])
            order by number, day, source
            """, [.int64(repositoryId), .int64Array(numbers)]
        ).map { row in
            PullOpening(
                day: CivilDay(rawValue: try row.int32("day")), number: try row.int64("number"),
                authorId: try row.int64("author_id"), login: try row.string("login"),
                bot: try row.bool("bot"), openedUs: try row.int64("opened_us"),
                source: try row.string("source"))
        }
    }

    /// Replaces what is stored of a day from one source.
    static func replace(
        day: CivilDay, source: String, of repositoryId: Int64, facts: [PullFact],
        openings: [PullOpening], in connection: PostgresConnection
    ) throws {
        for table in ["pull_facts", "pull_requests"] {
            try connection.execute(
                """
                delete from \(table)
                where repository_id = $1 and day = date '1970-01-01' + $2::int and source = $3
                """, [.int64(repositoryId), .int32(day.rawValue), .string(source)])
        }
        try insert(facts, day: day, source: source, of: repositoryId, in: connection)
        try insert(openings, day: day, source: source, of: repositoryId, in: connection)
    }

    private static func insert(
        _ facts: [PullFact], day: CivilDay, source: String, of repositoryId: Int64,
        in connection: PostgresConnection
    ) throws {
        guard !facts.isEmpty else { return }
        try connection.execute(
            """
            insert into pull_facts
              (repository_id, day, number, kind, contributor_id, at_us, count, lines_added,
               lines_deleted, credited_id, source)
            select $1, date '1970-01-01' + $2::int, number, kind, contributor_id, at_us, count,
                   lines_added, lines_deleted, case when is_counted then credited_id end, $12
            from unnest($3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
                        $8::bigint[], $9::bigint[], $10::bigint[], $11::bool[])
              as new (number, kind, contributor_id, at_us, count, lines_added, lines_deleted,
                      credited_id, is_counted)
            """,
            [
                .int64(repositoryId), .int32(day.rawValue), .int64Array(facts.map(\.number)),
                .stringArray(facts.map(\.kind.rawValue)), .int64Array(facts.map(\.contributorId)),
                .int64Array(facts.map(\.atUs)), .int64Array(facts.map(\.count)),
                .int64Array(facts.map(\.linesAdded)), .int64Array(facts.map(\.linesDeleted)),
                .int64Array(facts.map { $0.creditedId ?? 0 }),
                .boolArray(facts.map { $0.creditedId != nil }), .string(source),
            ])
    }

    private static func insert(
        _ openings: [PullOpening], day: CivilDay, source: String, of repositoryId: Int64,
        in connection: PostgresConnection
    ) throws {
        guard !openings.isEmpty else { return }
        try connection.execute(
            """
            insert into pull_requests
              (repository_id, number, day, author_id, login, bot, opened_us, source)
            select $1, number, date '1970-01-01' + $2::int, author_id, login, bot, opened_us, $8
            from unnest($3::bigint[], $4::bigint[], $5::text[], $6::bool[], $7::bigint[])
              as new (number, author_id, login, bot, opened_us)
            """,
            [
                .int64(repositoryId), .int32(day.rawValue), .int64Array(openings.map(\.number)),
                .int64Array(openings.map(\.authorId)), .stringArray(openings.map(\.login)),
                .boolArray(openings.map(\.bot)), .int64Array(openings.map(\.openedUs)),
                .string(source),
            ])
    }

    /// Stores whom facts of other days are credited to now.
    static func credit(
        _ facts: [PullFact], of repositoryId: Int64, in connection: PostgresConnection
    ) throws {
        guard !facts.isEmpty else { return }
        try connection.execute(
            """
            update pull_facts f set credited_id = case when is_counted then new.credited_id end
            from unnest($2::int[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[],
                        $7::bigint[], $8::bool[], $9::text[])
              as new (day, number, kind, contributor_id, at_us, credited_id, is_counted, source)
            where f.repository_id = $1 and f.day = date '1970-01-01' + new.day
              and f.number = new.number and f.kind = new.kind
              and f.contributor_id = new.contributor_id and f.at_us = new.at_us
              and f.source = new.source
            """,
            [
                .int64(repositoryId), .int32Array(facts.map(\.day.rawValue)),
                .int64Array(facts.map(\.number)), .stringArray(facts.map(\.kind.rawValue)),
                .int64Array(facts.map(\.contributorId)), .int64Array(facts.map(\.atUs)),
                .int64Array(facts.map { $0.creditedId ?? 0 }),
                .boolArray(facts.map { $0.creditedId != nil }), .stringArray(facts.map(\.source)),
            ])
    }
}
