import Postgres

/// Which entries of the boards come, go or change: what else is written follows from them.
enum MoveStore {
    private static let counters = ScoreStore.counterList

    /// What stands there now; no place for who goes.
    private static let present = """
        place, bot, \(counters), first_day, last_day, repositories
        """

    /// An entry that moves: where the former one is kept and what it said, and what stands there
    /// now. Tables stay with the connection, emptied by each commit: making them takes longer than
    /// a publication of a few.
    static let tables = """
        create temporary table if not exists dirty (repository_id bigint, window_name text,
          contributor_id bigint, score_tid tid) on commit delete rows;
        create temporary table if not exists moved (repository_id bigint, window_name text,
          contributor_id bigint, old_tid tid, old_place bigint, old_bot boolean, old_first int,
          old_last int, place bigint, bot boolean, \(ScoreStore.mapped("* bigint")), first_day int,
          last_day int, repositories int) on commit delete rows;
        """

    /// Fills `dirty` with the scores that are looked at, and `moved` with what comes of them.
    static func findChanged(
        _ facts: PublicationStore.Facts, in connection: PostgresConnection
    ) throws {
        let values: [PostgresValue] = [.int64(facts.published), .int32(facts.formulaID)]
        for statement in [self.changedScores, self.changedPeople] {
            try connection.execute(statement, values)
        }
        try connection.execute(self.boards)
        try connection.script("analyze moved (repository_id, window_name, contributor_id, old_tid)")
        try connection.execute(self.sums, [.int32(facts.formulaID)])
    }

    /// Fills `moved` from nothing but the scores, whatever was published.
    static func findEverything(
        _ facts: PublicationStore.Facts, in connection: PostgresConnection
    ) throws {
        // Both sides are read whole: looking rows up and sorting them by name is for a few.
        try connection.script("set local enable_nestloop = off; set local enable_mergejoin = off")
        try connection.execute(self.everything, [.int32(facts.formulaID)])
        try connection.script("reset enable_nestloop; reset enable_mergejoin")
    }

    /// In the order of the entries' key, as far as numbers go: what is looked up next lies beside
    /// what was looked up before.
    private static let changedScores = """
        insert into dirty
        select repository_id, window_name, contributor_id, ctid from scores
        where change > $1 and formula_id = $2 order by repository_id, contributor_id
        """

    // `offset 0` keeps the planner from reading whole tables for a few rows, which it does when
    // its statistics are old or missing: each row is looked up.

    /// A bot's flag stands in the entries, and who is hidden on no board.
    private static let changedPeople = """
        insert into dirty
        select s.repository_id, s.window_name, s.contributor_id, s.tid
        from contributors c cross join lateral (
          select *, ctid as tid from scores where contributor_id = c.contributor_id
            and change <= $1 and formula_id = $2 offset 0) s
        where c.change > $1
        """

    /// The entry `e` that stands there.
    private static func entry(_ repository: String, _ key: String) -> String {
        """
        left join lateral (
          select *, ctid as tid from board_entries where repository_id = \(repository)
            and window_name = \(key).window_name and contributor_id = \(key).contributor_id
            and gen_to = \(PublicationStore.open) offset 0) e on true
        """
    }

    private static let former = "e.tid, e.place, e.bot, e.first_day, e.last_day"

    /// Whether an entry is to be another than the former one `e`, or to come or go.
    private static func differs(_ now: String) -> String {
        """
        (e.place is null) <> (\(now).place is null) or e.place <> \(now).place
          or e.bot <> \(now).bot or e.first_day <> \(now).first_day
          or e.last_day <> \(now).last_day or e.repositories <> \(now).repositories
          or (\(ScoreStore.mapped("e.*"))) <> (\(ScoreStore.mapped("\(now).*")))
        """
    }

    /// Nobody writes scores while the position is held: a row stays where it is.
    private static let boards = """
        insert into moved
        select d.repository_id, d.window_name, d.contributor_id, \(former), n.*
        from dirty d
        left join lateral (
          select bot, hidden from contributors where contributor_id = d.contributor_id offset 0) c
          on true
        left join lateral (
          select -score as place, coalesce(c.bot, false) as bot, \(counters), first_day, last_day,
                 1 as repositories
          from scores where ctid = d.score_tid and not removed and not coalesce(c.hidden, false)
          offset 0) n on true
        \(entry("d.repository_id", "d"))
        where \(differs("n"))
        """

    /// A sum of which some parts are others now is what it was, with the former parts taken away
    /// and the present ones added: nobody's other scores are read. They are only where somebody's
    /// first or last day may be one that only they know. Without a sum there were no parts, and all
    /// that there are now are new.
    private static let sums = """
        insert into moved
        with parts as (
          select window_name, contributor_id, \(present), null::int as old_first,
                 null::int as old_last
          from moved where place is not null
          union all
          select e.window_name, e.contributor_id, -e.place, null, \(ScoreStore.mapped("-e.*")),
                 null, null, -1, e.first_day, e.last_day
          from moved m join board_entries e on e.ctid = m.old_tid where m.old_tid is not null),
        changes as (
          select window_name, contributor_id, sum(place)::bigint as place, bool_or(bot) as bot,
                 \(ScoreStore.mapped("sum(*)::bigint as *")), min(first_day) as first_day,
                 max(last_day) as last_day, sum(repositories)::int as repositories,
                 min(old_first) as old_first, max(old_last) as old_last
          from parts group by window_name, contributor_id order by contributor_id),
        added as (
          select n.window_name, n.contributor_id, \(former), coalesce(n.bot, e.bot) as new_bot,
                 coalesce(e.place, 0) + n.place as new_place,
                 \(ScoreStore.mapped("coalesce(e.*, 0) + n.* as *")),
                 least(e.first_day, n.first_day) as new_first,
                 greatest(e.last_day, n.last_day) as new_last,
                 coalesce(e.repositories, 0) + n.repositories as repositories,
                 (n.place, n.repositories, \(ScoreStore.mapped("n.*")))
                   = (0, 0, \(ScoreStore.mapped("0"))) as is_same,
                 (n.old_first <= e.first_day and coalesce(n.first_day > n.old_first, true))
                   or (n.old_last >= e.last_day and coalesce(n.last_day < n.old_last, true))
                   as is_unsure
          from changes n \(entry("0", "n")))
        select 0, e.window_name, e.contributor_id, \(former), n.*
        from added e left join lateral (
          select e.new_place as place, e.new_bot as bot, \(ScoreStore.mapped("e.*")),
                 coalesce(d.first_day, e.new_first) as first_day,
                 coalesce(d.last_day, e.new_last) as last_day, e.repositories
          from (
            select min(s.first_day) as first_day, max(s.last_day) as last_day from scores s
            where e.is_unsure and s.formula_id = $1 and not s.removed
              and s.contributor_id = e.contributor_id and s.window_name = e.window_name) d
          where e.repositories > 0) n on true
        where (e.place is null) <> (n.place is null) or not e.is_same or e.bot <> n.bot
          or e.first_day <> n.first_day or e.last_day <> n.last_day
        """

    /// Every entry that there should be beside every one that there is.
    private static let everything = """
        insert into moved
        with boards as (
          select s.repository_id, s.window_name, s.contributor_id, -s.score as place,
                 coalesce(c.bot, false) as bot, \(ScoreStore.mapped("s.*")), s.first_day,
                 s.last_day, 1 as repositories
          from scores s left join contributors c on c.contributor_id = s.contributor_id
          where s.formula_id = $1 and not s.removed and not coalesce(c.hidden, false)),
        n as (
          select * from boards
          union all
          select 0, window_name, contributor_id, sum(place)::bigint, bool_or(bot),
                 \(ScoreStore.mapped("sum(*)::bigint")), min(first_day), max(last_day),
                 count(*)::int
          from boards group by window_name, contributor_id)
        select coalesce(n.repository_id, e.repository_id), coalesce(n.window_name, e.window_name),
               coalesce(n.contributor_id, e.contributor_id), \(former),
               n.place, n.bot, \(ScoreStore.mapped("n.*")), n.first_day, n.last_day, n.repositories
        from n full join (
          select *, ctid as tid from board_entries where gen_to = \(PublicationStore.open)) e
          on e.repository_id = n.repository_id and e.window_name = n.window_name
             and e.contributor_id = n.contributor_id
        where \(differs("n"))
        """
}
