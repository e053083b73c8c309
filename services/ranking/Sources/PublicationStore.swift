import Postgres
import ServiceKit

/// Cuts new generations of all boards that differ, in one transaction: only entries whose values
/// differ are written (pipeline.md section 3).
enum PublicationStore {
    /// What the generations are cut under.
    struct Facts: Sendable {
        var published: Int64
        let change: Int64
        let asOfDay: Int32
        let formulaID: Int32
        let formulaName: String
        let formulaVersion: Int32
        let nowUs: Int64

        var day: Int32 { CivilDay(microseconds: self.nowUs).rawValue }
    }

    /// Which scores are looked at.
    enum Scope: Sendable {
        /// Those whose number is above what is published.
        case changed
        /// All of them: another formula, or a rebuild.
        case everything
    }

    /// Boards for each of which what moved is read to its end; an index pays off for more.
    private static let scannedBoards = 16

    /// The end of an entry that still stands.
    static let open: Int64 = .max

    /// - Returns: how many boards have a new generation.
    static func publish(
        _ facts: Facts, _ scope: Scope, in connection: PostgresConnection
    ) throws -> Int {
        try connection.script(self.tables)
        let hidden = try self.hidden(facts, in: connection)
        switch scope {
        case .changed:
            let values: [PostgresValue] = [.int64(facts.published), .int32(facts.formulaID)]
            for statement in [self.changedScores, self.changedPeople] {
                try connection.execute(statement, values)
            }
            try connection.script("analyze dirty")
            try connection.execute(self.former)
            try connection.script("analyze former (repository_id, window_name, contributor_id)")
            try connection.execute(self.people, [.int64(facts.published)])
        case .everything:
            try connection.execute(self.everything, [.int32(facts.formulaID)])
            try connection.script("analyze dirty")
        }
        for statement in [self.freshBoards(scope), self.freshGlobal(scope)] {
            try connection.execute(statement, [.int32(facts.formulaID)])
        }
        try connection.script("analyze fresh (repository_id, window_name, contributor_id)")
        try connection.execute(self.moved(scope))
        try connection.script("analyze moved (repository_id, window_name, contributor_id, old_tid)")
        let cut = try connection.execute(
            scope == .changed ? self.cutChanged : self.cutMoved,
            [
                .int32(facts.asOfDay), .int64(facts.published), .string(facts.formulaName),
                .int32(facts.formulaVersion),
            ])
        if cut > Self.scannedBoards {
            try connection.script(
                "create index if not exists moved_by_board on moved (repository_id, window_name)")
        }
        try connection.execute(self.count)
        try connection.script("analyze cut")
        try connection.execute(self.close)
        try connection.execute(self.insert)
        let count = try MapStore.writeHeads(facts, in: connection)
        try RetentionStore.drop(facts, in: connection)
        try RetentionStore.erase(hidden, in: connection)
        return count
    }

    private static let counters = ScoreStore.counterList

    /// Sorts and hashes of a whole board stay in memory; what moved is looked up by its key: rows
    /// that are read again and again are in memory, and whole boards must not be read for a few.
    /// Compiling statements takes longer than a publication of a few, and so does making tables:
    /// they stay with the connection, emptied by each commit.
    private static let tables = """
        set local work_mem = '32MB';
        set local random_page_cost = 1.1;
        set local jit = off;
        create temporary table if not exists dirty (window_name text, repository_id bigint,
          contributor_id bigint, score_tid tid) on commit delete rows;
        create temporary table if not exists people (contributor_id bigint, bot boolean,
          hidden boolean) on commit delete rows;
        create temporary table if not exists former (tid tid, like board_entries)
          on commit delete rows;
        create temporary table if not exists fresh (like board_entries including defaults)
          on commit delete rows;
        create temporary table if not exists moved (repository_id bigint, window_name text,
          contributor_id bigint, old_tid tid, old_place bigint, old_bot boolean,
          new_place bigint, new_bot boolean, first_day int, last_day int, old_first int,
          old_last int) on commit delete rows;
        create temporary table if not exists cut (repository_id bigint, window_name text,
          former bigint, generation bigint, moved bigint not null default 0,
          primary key (repository_id, window_name)) on commit delete rows;
        """

    /// People who opted out since the last publication.
    private static func hidden(
        _ facts: Facts, in connection: PostgresConnection
    ) throws -> [Int64] {
        try connection.query(
            "select contributor_id from contributors where hidden and change > $1",
            [.int64(facts.published)]
        ).map { try $0.int64("contributor_id") }
    }

    private static let changedScores = """
        insert into dirty
        select window_name, repository_id, contributor_id, ctid from scores
        where change > $1 and formula_id = $2
        """

    // `offset 0` keeps the planner from reading whole tables for a few rows, which it does when
    // its statistics are old or missing: each row is looked up.

    /// A name or a bot's flag stands in the entries: those boards are cut again.
    private static let changedPeople = """
        insert into dirty
        select s.window_name, s.repository_id, s.contributor_id, s.tid
        from contributors c cross join lateral (
          select *, ctid as tid from scores where contributor_id = c.contributor_id
            and change <= $1 and formula_id = $2 offset 0) s
        where c.change > $1
        """

    /// Boards of the scores that are looked at, and the global ones. In the order of the entries'
    /// key: what is looked up next lies beside what was looked up before.
    private static let touched = """
        select repository_id, window_name, contributor_id from dirty
        union
        select 0::bigint, window_name, contributor_id from dirty
        order by 1, 2, 3
        """

    /// The entries that stand there.
    private static let former = """
        insert into former
        select e.tid, \(entry("e.*"))
        from (\(touched)) d cross join lateral (
          select *, ctid as tid from board_entries where repository_id = d.repository_id
            and window_name = d.window_name and contributor_id = d.contributor_id
            and gen_to = \(open) offset 0) e
        """

    /// The columns of an entry, in the order of its table, each put into a pattern.
    private static func entry(_ pattern: String) -> String {
        (["repository_id", "window_name", "contributor_id", "gen_from", "gen_to", "place", "bot"]
            + ScoreStore.counters + ["first_day", "last_day", "repositories"])
            .map { pattern.replacing("*", with: $0) }.joined(separator: ", ")
    }

    /// Bots and who is hidden, once for all boards of a person. An entry says it of whoever is not
    /// another than at the last publication; the others are looked up.
    private static let people = """
        insert into people
        with changed as materialized (
          select contributor_id, bot, hidden from contributors where change > $1),
        known as materialized (
          select contributor_id, bool_or(bot) as bot from former f
          where not exists (select 1 from changed c where c.contributor_id = f.contributor_id)
          group by contributor_id)
        select * from changed
        union all
        select contributor_id, bot, false from known
        union all
        select c.contributor_id, c.bot, c.hidden
        from (select distinct contributor_id from dirty d
              where not exists (select 1 from changed c where c.contributor_id = d.contributor_id)
                and not exists (select 1 from known k where k.contributor_id = d.contributor_id)) d
        cross join lateral (
          select * from contributors where contributor_id = d.contributor_id offset 0) c
        """

    private static let everything = """
        insert into dirty (window_name, repository_id, contributor_id)
        select window_name, repository_id, contributor_id from scores where formula_id = $1
        union
        select window_name, repository_id, contributor_id from board_entries
        where gen_to = \(open) and repository_id <> 0
        """

    private static func freshBoards(_ scope: Scope) -> String {
        let scores =
            switch scope {
            case .changed:
                // Nobody writes scores while the position is held: a row stays where it is.
                """
                (select distinct * from dirty) d
                cross join lateral (
                  select * from scores where formula_id = $1 and ctid = d.score_tid offset 0) s
                """
            case .everything: "(select * from scores where formula_id = $1) s"
            }
        return """
            insert into fresh (repository_id, window_name, contributor_id, gen_from, place, bot,
              \(counters), first_day, last_day, repositories)
            select s.repository_id, s.window_name, s.contributor_id, 0, -s.score,
                   coalesce(c.bot, false), \(ScoreStore.mapped("s.*")), s.first_day, s.last_day, 1
            from \(scores) left join \(self.names(scope)) c on c.contributor_id = s.contributor_id
            where not s.removed and not coalesce(c.hidden, false)
            """
    }

    private static func freshGlobal(_ scope: Scope) -> String {
        scope == .changed ? self.globalChanged : self.globalEverything
    }

    private static let globalColumns = """
        repository_id, window_name, contributor_id, gen_from, place, bot, \(counters), first_day,
        last_day, repositories
        """

    /// What everybody's scores come to, or those of whom the columns in front and behind pick out.
    private static func sums(_ front: String, _ behind: String) -> String {
        """
        select \(front) -sum(score)::bigint as place, \(ScoreStore.mapped("sum(*)::bigint as *")),
               min(first_day) as first_day, max(last_day) as last_day, count(*) as repositories
        from scores where formula_id = $1 and not removed \(behind)
        """
    }

    private static let globalEverything = """
        insert into fresh (\(globalColumns))
        select 0, window_name, s.contributor_id, 0, place, coalesce(c.bot, false), \(counters),
               first_day, last_day, repositories
        from (\(sums("window_name, contributor_id,", "group by window_name, contributor_id"))) s
        left join contributors c on c.contributor_id = s.contributor_id
        where not coalesce(c.hidden, false)
        """

    /// A sum of which some parts are others now is what it was, with the former parts taken away
    /// and the present ones added: nobody's other scores are read. They are where there was no sum,
    /// and where somebody's first or last day may be one that only they know.
    private static let globalChanged = """
        insert into fresh (\(globalColumns))
        with parts as (
          select window_name, contributor_id, place, \(counters), first_day, last_day, 1 as n,
                 null::int as old_first, null::int as old_last
          from fresh
          union all
          select window_name, contributor_id, -place, \(ScoreStore.mapped("-*")), null, null, -1,
                 first_day, last_day
          from former where repository_id <> 0),
        changes as (
          select window_name, contributor_id, sum(place) as place,
                 \(ScoreStore.mapped("sum(*) as *")), min(first_day) as first_day,
                 max(last_day) as last_day, sum(n) as n, min(old_first) as old_first,
                 max(old_last) as old_last
          from parts group by window_name, contributor_id),
        added as (
          select g.window_name, g.contributor_id, (g.place + c.place)::bigint as place,
                 \(ScoreStore.mapped("(g.* + c.*)::bigint as *")),
                 least(g.first_day, c.first_day) as first_day,
                 greatest(g.last_day, c.last_day) as last_day,
                 g.repositories + c.n as repositories,
                 (c.old_first <= g.first_day and coalesce(c.first_day > c.old_first, true))
                   or (c.old_last >= g.last_day and coalesce(c.last_day < c.old_last, true))
                   as unsure
          from former g join changes c using (window_name, contributor_id)
          where g.repository_id = 0),
        summed as (
          select d.window_name, d.contributor_id, t.*
          from (select window_name, contributor_id from dirty
                except select window_name, contributor_id from added
                where not coalesce(unsure, false)) d
          cross join lateral (
            \(sums("", "and contributor_id = d.contributor_id and window_name = d.window_name"))
            having count(*) > 0) t)
        select 0, s.window_name, s.contributor_id, 0, s.place, coalesce(p.bot, false),
               \(ScoreStore.mapped("s.*")), s.first_day, s.last_day, s.repositories
        from (select window_name, contributor_id, place, \(counters), first_day, last_day,
                     repositories
              from added where not coalesce(unsure, false) and repositories > 0
              union all
              select * from summed) s
        left join people p on p.contributor_id = s.contributor_id
        where not coalesce(p.hidden, false)
        """

    /// Where it says who is a bot and who is hidden.
    private static func names(_ scope: Scope) -> String {
        scope == .changed ? "people" : "contributors"
    }

    /// Whoever's entry is another than before, comes, or goes.
    private static func moved(_ scope: Scope) -> String {
        let board = """
            e.repository_id = d.repository_id and e.window_name = d.window_name
            and e.contributor_id = d.contributor_id
            """
        let entries =
            scope == .changed
            ? "left join former e on \(board)"
            : """
            left join lateral (
              select *, ctid as tid from board_entries e where \(board) and gen_to = \(self.open)
              offset 0) e on true
            """
        return """
            insert into moved
            select d.repository_id, d.window_name, d.contributor_id, e.tid, e.place, e.bot, f.place,
                   f.bot, f.first_day, f.last_day, e.first_day, e.last_day
            from (\(self.touched)) d \(entries)
            left join fresh f on f.repository_id = d.repository_id
              and f.window_name = d.window_name and f.contributor_id = d.contributor_id
            where (e.contributor_id is null) <> (f.contributor_id is null)
               or e.place <> f.place or e.bot <> f.bot or e.first_day <> f.first_day
               or e.last_day <> f.last_day or e.repositories <> f.repositories
               or (\(ScoreStore.mapped("e.*"))) <> (\(ScoreStore.mapped("f.*")))
            """
    }

    /// Boards with entries that moved, and those to which their newest generation does not do
    /// justice: their day ended, or a name on them is another one. For days that ended all boards
    /// are looked at only when the last publication was of another day than this one.
    private static let cutChanged = """
        insert into cut (repository_id, window_name, former, generation)
        select k.repository_id, k.window_name, g.former, g.former + 1
        from (
          select repository_id, window_name from moved
          union
          select repository_id, window_name from generations where window_name <> 'all'
            and (select as_of_day from generations order by published_us desc limit 1) < $1
          group by 1, 2 having max(as_of_day) < $1
          union
          select e.repository_id, e.window_name
          from (select contributor_id from contributors where change > $2 offset 0) c
          join former e using (contributor_id)
          union
          select r.repository_id, w.window_name from repositories r
          cross join lateral (
            select distinct window_name from generations
            where repository_id = r.repository_id offset 0) w
          where r.change > $2 and r.removed) k
        cross join lateral (
          select coalesce(max(generation), 0) as former from generations
          where repository_id = k.repository_id and window_name = k.window_name) g
        where $3::text is not null and $4::int is not null
        """

    /// Boards with entries that moved, and those of another formula.
    private static let cutMoved = """
        insert into cut (repository_id, window_name, former, generation)
        select k.repository_id, k.window_name, coalesce(max(g.generation), 0),
               coalesce(max(g.generation), 0) + 1
        from (
          select repository_id, window_name from moved
          union
          select repository_id, window_name from (
            select distinct on (repository_id, window_name) * from generations
            order by repository_id, window_name, generation desc) newest
          where (formula_name, formula_version) <> ($3::text, $4::int)
            or (window_name <> 'all' and as_of_day < $1) or $2::bigint is null) k
        left join generations g using (repository_id, window_name)
        group by 1, 2
        """

    private static let count = """
        update cut c set moved = m.n
        from (select repository_id, window_name, count(*) as n from moved group by 1, 2) m
        where m.repository_id = c.repository_id and m.window_name = c.window_name
        """

    private static let close = """
        update board_entries e set gen_to = c.generation
        from moved m join cut c using (repository_id, window_name)
        where e.ctid = m.old_tid
        """

    private static let insert = """
        insert into board_entries (repository_id, window_name, contributor_id, gen_from, place, bot,
          \(counters), first_day, last_day, repositories)
        select f.repository_id, f.window_name, f.contributor_id, c.generation, f.place, f.bot,
               \(ScoreStore.mapped("f.*")), f.first_day, f.last_day, f.repositories
        from moved m join fresh f using (repository_id, window_name, contributor_id)
        join cut c using (repository_id, window_name)
        order by f.repository_id, f.window_name, f.contributor_id
        """
}
