import Postgres
import TallyAPI

/// The invariants of pipeline.md section 5 that this schema can break, each looked at in full.
enum VerifyStore {
    /// Rows that a finding names at most.
    private static let violationsMax = 20
    private static let open = PublicationStore.open

    static func findings(in connection: PostgresConnection) throws -> [Finding] {
        // A publication in between would make half of what is read another board's.
        let position = try Position.read(in: connection)
        return [
            try self.boards(position, in: connection), try self.global(position, in: connection),
            try self.order(in: connection), try self.heads(in: connection),
            try self.cursor(in: connection), try self.log(in: connection),
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

    /// Entries against what they should be: `should` has the entries' columns.
    private static func entries(_ should: String, global: Bool) -> String {
        let counters = ScoreStore.counters
        let differ = (["place", "bot", "first_day", "last_day"] + counters)
            .map { "a.\($0) is distinct from b.\($0)" }.joined(separator: " or ")
        return """
            with should as (\(should)),
            is_there as (select * from board_entries
                         where gen_to = \(self.open) and (repository_id = 0) = \(global)),
            wrong as (
              select coalesce(a.repository_id, b.repository_id) as r,
                     coalesce(a.window_name, b.window_name) as w,
                     coalesce(a.contributor_id, b.contributor_id) as c,
                     -a.place as want, -b.place as have
              from should a full join is_there b using (repository_id, window_name, contributor_id)
              where \(differ))
            select (select count(*) from is_there) as checked,
                   'board_entries: repository ' || r || ', contributor ' || c || ', window ' || w
                     || ': ' || coalesce(have::text, 'no entry') || ', the scores give '
                     || coalesce(want::text, 'no entry') as fault
            from (select 1) one left join wrong on true order by r, c, w
            """
    }

    /// Scores that boards are made of, once they are published.
    private static let standing = """
        from scores s left join contributors c on c.contributor_id = s.contributor_id
        where s.formula_id = $1 and s.change <= $2 and not s.removed
          and not coalesce(c.hidden, false)
        """

    private static func boards(
        _ position: Position, in connection: PostgresConnection
    ) throws -> Finding {
        let should = """
            select s.repository_id, s.window_name, s.contributor_id, -s.score as place,
                   coalesce(c.bot, false) as bot, \(ScoreStore.mapped("s.*")), s.first_day,
                   s.last_day
            \(self.standing)
            """
        return try self.finding(
            "I1", "every entry of a repository's board is its score",
            self.entries(should, global: false),
            [.int32(position.formulaID), .int64(position.published)], in: connection)
    }

    private static func global(
        _ position: Position, in connection: PostgresConnection
    ) throws -> Finding {
        let should = """
            select 0::bigint as repository_id, s.window_name, s.contributor_id,
                   -sum(s.score)::bigint as place, coalesce(bool_or(c.bot), false) as bot,
                   \(ScoreStore.mapped("sum(s.*)::bigint as *")), min(s.first_day) as first_day,
                   max(s.last_day) as last_day
            \(self.standing) group by 2, 3
            """
        return try self.finding(
            "I2", "every entry of the global board is the sum of the repositories",
            self.entries(should, global: true),
            [.int32(position.formulaID), .int64(position.published)], in: connection)
    }

    /// Ranks are counted from the map: it must lie along the entries without a gap.
    private static func order(in connection: PostgresConnection) throws -> Finding {
        try self.finding(
            "I3", "ranks follow the order: the counts of every kept generation are its entries",
            """
            with stretches as (
              select g.repository_id, g.window_name, g.generation, s.n, s.place, s.id, s.entries,
                     s.bots, lead(s.place) over w as next_place, lead(s.id) over w as next_id
              from generations g, unnest(g.stretch_places, g.stretch_ids, g.stretch_entries,
                g.stretch_bots) with ordinality as s (place, id, entries, bots, n)
              window w as (partition by g.repository_id, g.window_name, g.generation order by s.n)),
            counted as (
              select s.*, e.entries as found, e.bots as found_bots
              from stretches s, lateral (
                select count(*) as entries, count(*) filter (where bot) as bots
                from board_entries e
                where e.repository_id = s.repository_id and e.window_name = s.window_name
                  and e.gen_from <= s.generation and e.gen_to > s.generation
                  and (e.place, e.contributor_id) >= (s.place, s.id)
                  and (s.next_place is null
                       or (e.place, e.contributor_id) < (s.next_place, s.next_id))) e),
            wrong as (
              select repository_id, window_name, generation,
                     'stretch ' || n || ' counts ' || coalesce(entries, 0) || ', holds ' || found
                       as words
              from counted where entries <> found or bots <> found_bots
              union all
              select repository_id, window_name, generation, 'counts ' || g.entries || ', holds '
                || (select count(*) from board_entries e where e.repository_id = g.repository_id
                    and e.window_name = g.window_name and e.gen_from <= g.generation
                    and e.gen_to > g.generation)
              from generations g
              where g.entries <> (select count(*) from board_entries e
                where e.repository_id = g.repository_id and e.window_name = g.window_name
                  and e.gen_from <= g.generation and e.gen_to > g.generation))
            select (select count(*) from generations) as checked,
                   'generations: repository ' || repository_id || ', window ' || window_name
                     || ', generation ' || generation || ' ' || words as fault
            from (select 1) one left join wrong on true
            order by repository_id, window_name, generation
            """, in: connection)
    }

    private static func heads(in connection: PostgresConnection) throws -> Finding {
        try self.finding(
            "I1", "every board stands under the one formula",
            """
            with newest as (
              select distinct on (repository_id, window_name) * from generations
              order by repository_id, window_name, generation desc),
            wrong as (
              select n.* from newest n, positions p
              where p.published = p.change and p.formula_id = p.ready_id
                and (n.formula_name, n.formula_version) <> (p.formula_name, p.formula_version)
                and n.entries > 0)
            select (select count(*) from newest) as checked,
                   'generations: repository ' || repository_id || ', window ' || window_name
                     || ' stands under ' || formula_name || ' ' || formula_version as fault
            from (select 1) one left join wrong on true order by repository_id, window_name
            """, in: connection)
    }

    private static func cursor(in connection: PostgresConnection) throws -> Finding {
        try self.finding(
            "I5", "no row and no board is ahead of the cursor",
            """
            with wrong as (
              select 'positions: published ' || published || ', applied ' || change as words
              from positions where published > change
              union all
              select 'scores: repository ' || s.repository_id || ', contributor '
                     || s.contributor_id || ', window ' || s.window_name || ': change '
                     || s.change || ', the cursor is at ' || p.change
              from scores s, positions p
              where s.change > p.change and not p.sweeping and s.epoch = p.epoch
              union all
              select 'generations: repository ' || g.repository_id || ' up to ' || g.up_to_change
              from generations g, positions p
              where g.up_to_change > p.change and not p.sweeping and p.epoch = 0)
            select (select count(*) from scores) as checked, words as fault
            from (select 1) one left join wrong on true order by words
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
