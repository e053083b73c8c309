import Postgres
import TallyAPI

/// Boards under a formula that is not stored, and over days that no window is kept for.
enum PreviewStore {
    /// The ranks that a formula would change, bots left out, best new rank first.
    static func changes(
        _ document: FormulaDocument, window: String, repository: String, limit: Int64,
        in connection: PostgresConnection
    ) throws -> (changes: [RankChange], changed: UInt64, total: UInt64) {
        let weights = zip(CounterColumns.names, document.weights).enumerated().map { index, pair in
            "$\(index + 4)::bigint as \(pair.0)"
        }
        let rows = try connection.query(
            """
            with f as (select \(weights.joined(separator: ", ")), $14::bigint as line_bonus_cap),
            board as (
              select s.contributor_id, u.login, sum(s.score)::bigint as score,
                     sum(\(ScoreStore.points))::bigint as new_score
              from scores s
              join formulas a on a.active and a.id = s.formula_version
              join repositories r on r.repository_id = s.repository_id and not r.removed
              join github_users u on u.contributor_id = s.contributor_id and not u.bot
              cross join f
              where s.window_name = $1 and not s.removed and ($2 = '' or lower(r.name) = lower($2))
              group by 1, 2),
            ranked as (
              select *, rank() over (order by score desc) as rank,
                     rank() over (order by new_score desc) as new_rank from board)
            select (select count(*) from board) as total, count(*) over () as changed, m.*
            from (select 1) one left join ranked m on m.rank <> m.new_rank
            order by m.new_rank, m.contributor_id limit $3
            """,
            [.string(window), .string(repository), .int64(limit)]
                + document.weights.map { .int64($0) } + [.int64(document.cap)])
        let changes = try rows.filter { try !$0.isNull("contributor_id") }.map { row in
            RankChange(
                contributorId: try row.int64("contributor_id"), login: try row.string("login"),
                rank: UInt64(try row.int64("rank")), newRank: UInt64(try row.int64("new_rank")),
                score: try row.int64("score"), newScore: try row.int64("new_score"))
        }
        let total = try rows.first?.int64("total") ?? 0
        let changed = try changes.isEmpty ? 0 : rows.first?.int64("changed") ?? 0
        return (changes, UInt64(changed), UInt64(total))
    }

    /// The tracked repositories with anything counted, or the one of a name.
    static func repositories(
        named name: String, in connection: PostgresConnection
    ) throws -> [Int64] {
        try connection.query(
            """
            select repository_id from repositories
            where not removed and ($1 = '' or lower(name) = lower($1)) order by repository_id
            """, [.string(name)]
        ).map { try $0.int64("repository_id") }
    }

    /// Everybody's counters in one repository over a range of days; scores by the formula's own
    /// arithmetic, not by the statement that keeps the stored ones.
    static func scores(
        of repositoryID: Int64, since: Int32, until: Int32, _ formula: FormulaStore.Stored,
        in connection: PostgresConnection
    ) throws -> [ScoreRow] {
        let rows = try connection.query(
            """
            select coalesce(u.canonical_id, c.contributor_id) as contributor_id,
                   \(CounterColumns.mapped("sum(c.*)::bigint as *")),
                   min(c.day) as first_day, max(c.day) as last_day
            from contributions c left join github_users u on u.contributor_id = c.contributor_id
            where c.repository_id = $1 and c.day between $2 and $3 and c.contributor_id <> 0
              and not coalesce(u.hidden, false)
            group by 1 order by 1
            """, [.int64(repositoryID), .int32(since), .int32(until)])
        return try rows.map { row in
            let counters = try row.counters()
            return ScoreRow(
                formulaVersion: UInt32(formula.id), repositoryId: repositoryID,
                contributorId: try row.int64("contributor_id"),
                score: formula.formula.score(counters), counters: counters,
                firstDay: try row.int32("first_day"), lastDay: try row.int32("last_day"))
        }
    }
}
