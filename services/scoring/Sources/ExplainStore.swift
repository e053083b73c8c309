import Postgres
import TallyAPI

/// What the answers about one person are made of.
enum ExplainStore {
    /// One person's counters in one repository and window.
    struct Share: Sendable {
        let repositoryID: Int64
        let repository: String
        let score: Int64
        let counters: Counters
        let firstDay: Int32
        let lastDay: Int32
    }

    static func shares(
        of contributorID: Int64, window: String, repository: String,
        in connection: PostgresConnection
    ) throws -> [Share] {
        let rows = try connection.query(
            """
            select s.repository_id, r.name, s.score, \(CounterColumns.mapped("s.*")),
                   s.first_day, s.last_day
            from scores s join repositories r on r.repository_id = s.repository_id
            join formulas f on f.active and f.id = s.formula_version
            where s.contributor_id = $1 and s.window_name = $2 and not s.removed and not r.removed
              and ($3 = '' or lower(r.name) = lower($3))
            order by s.score desc, s.repository_id
            """, [.int64(contributorID), .string(window), .string(repository)])
        return try rows.map { row in
            Share(
                repositoryID: try row.int64("repository_id"), repository: try row.string("name"),
                score: try row.int64("score"), counters: try row.counters(),
                firstDay: try row.int32("first_day"), lastDay: try row.int32("last_day"))
        }
    }

    static func series(
        of accounts: [Int64], repository: String, since: Int32, until: Int32,
        in connection: PostgresConnection
    ) throws -> [ActivityPoint] {
        let rows = try connection.query(
            """
            select c.day, \(CounterColumns.mapped("sum(c.*)::bigint as *"))
            from contributions c join repositories r on r.repository_id = c.repository_id
            where c.contributor_id = any ($1::bigint[]) and not r.removed
              and c.day between $2 and $3
              and ($4 = '' or lower(r.name) = lower($4))
            group by c.day order by c.day
            """,
            [.int64Array(accounts), .int32(since), .int32(until), .string(repository)])
        return try rows.map {
            ActivityPoint(day: try $0.int32("day"), counters: try $0.counters())
        }
    }

    static func isTracked(_ repository: String, in connection: PostgresConnection) throws -> Bool {
        try !connection.query(
            "select 1 from repositories where lower(name) = lower($1) and not removed",
            [.string(repository)]
        ).isEmpty
    }
}
