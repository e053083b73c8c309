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
        try connection.script(self.settings + MoveStore.tables + self.cutTable)
        let hidden = try self.hidden(facts, in: connection)
        switch scope {
        case .changed:
            try MoveStore.findChanged(facts, in: connection)
        case .everything:
            try MoveStore.findEverything(facts, in: connection)
        }
        try connection.script("analyze moved (repository_id, window_name, contributor_id, old_tid)")
        try self.choose(facts, scope, in: connection)
        try connection.execute(self.close)
        try connection.execute(self.insert)
        let count = try MapStore.writeHeads(facts, in: connection)
        try RetentionStore.drop(facts, in: connection)
        try RetentionStore.erase(hidden, in: connection)
        return count
    }

    /// Fills `cut` with the boards that have a new generation.
    private static func choose(
        _ facts: Facts, _ scope: Scope, in connection: PostgresConnection
    ) throws {
        let chosen =
            switch scope {
            case .changed:
                try connection.execute(
                    self.cutChanged, [.int32(facts.asOfDay), .int64(facts.published)])
                    + connection.execute(self.cutNamed, [.int64(facts.published)])
            case .everything:
                try connection.execute(
                    self.cutEverything,
                    [
                        .int32(facts.asOfDay), .string(facts.formulaName),
                        .int32(facts.formulaVersion),
                    ])
            }
        if chosen > Self.scannedBoards {
            try connection.script(
                "create index if not exists moved_by_board on moved (repository_id, window_name)")
        }
        try connection.script("analyze cut")
    }

    /// Sorts and hashes of a whole board stay in memory; what moved is looked up by its key: rows
    /// that are read again and again are in memory, and whole boards must not be read for a few.
    /// Compiling statements takes longer than a publication of a few, and so does looking closely
    /// at how the values of a whole one are spread.
    private static let settings = """
        set local work_mem = '32MB';
        set local random_page_cost = 1.1;
        set local jit = off;
        set local default_statistics_target = 10;
        """

    private static let cutTable = """
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

    /// Boards `k` with how many of their entries move, and the number of their newest generation.
    private static func cut(_ boards: String) -> String {
        """
        insert into cut (repository_id, window_name, former, generation, moved)
        select k.repository_id, k.window_name, g.former, g.former + 1, k.moved
        from (
          select repository_id, window_name, sum(n)::bigint as moved
          from (\(boards)) b group by 1, 2) k
        cross join lateral (
          select coalesce(max(generation), 0) as former from generations
          where repository_id = k.repository_id and window_name = k.window_name) g
        """
    }

    private static let movedBoards = """
        select repository_id, window_name, count(*) as n from moved group by 1, 2
        """

    /// Boards with entries that moved, and those to which their newest generation does not do
    /// justice: their day ended, or their repository is gone. For days that ended all boards are
    /// looked at only when the last publication was of another day than this one.
    private static let cutChanged = cut(
        """
        \(movedBoards)
        union all
        select repository_id, window_name, 0 from generations where window_name <> 'all'
          and (select as_of_day from generations order by published_us desc limit 1) < $1
        group by 1, 2 having max(as_of_day) < $1
        union all
        select r.repository_id, w.window_name, 0 from repositories r
        cross join lateral (
          select distinct window_name from generations
          where repository_id = r.repository_id offset 0) w
        where r.change > $2 and r.removed
        """)

    /// Boards on which somebody stands whose name is another one, and nothing else.
    private static let cutNamed = cut(
        """
        select distinct b.repository_id, d.window_name, 0 as n
        from (select contributor_id from contributors where change > $1 offset 0) c
        join dirty d on d.contributor_id = c.contributor_id
        cross join lateral (values (d.repository_id), (0)) b (repository_id)
        where not exists (
          select 1 from cut
          where cut.repository_id = b.repository_id and cut.window_name = d.window_name)
          and exists (
            select 1 from board_entries e where e.repository_id = b.repository_id
              and e.window_name = d.window_name and e.contributor_id = d.contributor_id
              and e.gen_to = \(open))
        """)

    /// Boards with entries that moved, and those of another formula or day.
    private static let cutEverything = cut(
        """
        \(movedBoards)
        union all
        select repository_id, window_name, 0 from (
          select distinct on (repository_id, window_name) * from generations
          order by repository_id, window_name, generation desc) newest
        where (formula_name, formula_version) <> ($2::text, $3::int)
          or (window_name <> 'all' and as_of_day < $1)
        """)

    private static let close = """
        update board_entries e set gen_to = c.generation
        from moved m join cut c using (repository_id, window_name)
        where m.old_tid is not null and e.ctid = m.old_tid
        """

    private static let insert = """
        insert into board_entries (repository_id, window_name, contributor_id, gen_from, place, bot,
          \(ScoreStore.counterList), first_day, last_day, repositories)
        select m.repository_id, m.window_name, m.contributor_id, c.generation, m.place, m.bot,
               \(ScoreStore.mapped("m.*")), m.first_day, m.last_day, m.repositories
        from moved m join cut c using (repository_id, window_name)
        where m.place is not null
        """
}
