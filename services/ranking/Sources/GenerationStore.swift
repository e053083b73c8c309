import Postgres
import ServiceKit
import TallyAPI

/// Published generations: written whole, read by chunks, dropped whole.
enum GenerationStore {
    /// Generations of a board that are kept, besides the last one of each UTC day.
    static let kept: Int64 = 3
    /// Days for which the last generation of a day is kept.
    static let keptDays: Int32 = 30

    /// What a generation is cut under.
    struct Facts: Sendable {
        let change: Int64
        let asOfDay: Int32
        let formulaName: String
        let formulaVersion: Int32
        let nowUs: Int64
    }

    /// Cuts a new generation of a board from the scores.
    static func publish(
        _ key: BoardKey, _ facts: Facts, in connection: PostgresConnection
    ) throws {
        let entries = try self.entries(of: key, in: connection)
        let row = try connection.query(
            """
            insert into boards (repository_id, window_name, generation, published_us, published_day,
              up_to_change, formula_name, formula_version, as_of_day, first_day, last_day, entries)
            select $1, $2, 1 + coalesce(max(generation), 0), $3, $4, $5, $6, $7, $8, $9, $10, $11
            from boards where repository_id = $1 and window_name = $2
            returning generation
            """,
            [
                .int64(key.repositoryID), .string(key.window), .int64(facts.nowUs),
                .int32(CivilDay(microseconds: facts.nowUs).rawValue), .int64(facts.change),
                .string(facts.formulaName), .int32(facts.formulaVersion), .int32(facts.asOfDay),
                .int32(entries.map(\.firstDay).min() ?? 0),
                .int32(entries.map(\.lastDay).max() ?? 0), .int64(Int64(entries.count)),
            ])[0]
        let generation = try row.int64("generation")
        try self.write(entries, key, generation, in: connection)
        try self.drop(key, newest: generation, facts, in: connection)
    }

    /// Everybody on a board, best first; the global one adds the repositories up.
    private static func entries(
        of key: BoardKey, in connection: PostgresConnection
    ) throws -> [BoardEntry] {
        let isGlobal = key.repositoryID == BoardKey.globalID
        let sums = BoardScoreStore.counters.map { "sum(s.\($0))::bigint as \($0)" }
        let rows = try connection.query(
            """
            select s.contributor_id, coalesce(c.login, '') as login, coalesce(c.bot, false) as bot,
                   sum(s.score)::bigint as score, \(sums.joined(separator: ", ")),
                   min(s.first_day) as first_day, max(s.last_day) as last_day,
                   count(*) as repositories
            from board_scores s left join contributors c on c.contributor_id = s.contributor_id
            where s.window_name = $1 \(isGlobal ? "" : "and s.repository_id = $2")
            group by s.contributor_id, c.login, c.bot
            order by score desc, s.contributor_id
            """,
            [.string(key.window)] + (isGlobal ? [] : [.int64(key.repositoryID)]))
        return try rows.map { row in
            let counts = try BoardScoreStore.counters.map { UInt64(max(0, try row.int64($0))) }
            return BoardEntry(
                contributorId: try row.int64("contributor_id"), login: try row.string("login"),
                bot: try row.bool("bot"), score: try row.int64("score"),
                counters: Counters(
                    commits: counts[0], prsOpened: counts[1], prsMerged: counts[2],
                    prsReviewed: counts[3], issuesOpened: counts[4], issuesClosed: counts[5],
                    comments: counts[6], releases: counts[7], linesAdded: counts[8],
                    linesDeleted: counts[9]),
                firstDay: try row.int32("first_day"), lastDay: try row.int32("last_day"),
                repositories: UInt32(try row.int64("repositories")))
        }
    }

    private static func write(
        _ entries: [BoardEntry], _ key: BoardKey, _ generation: Int64,
        in connection: PostgresConnection
    ) throws {
        let pieces = stride(from: 0, to: entries.count, by: ChunkMap.entriesMax).map {
            Array(entries[$0..<min($0 + ChunkMap.entriesMax, entries.count)])
        }
        guard !pieces.isEmpty else { return }
        let contents = pieces.map { piece in
            var bytes: [UInt8] = []
            Page(entries: piece).encode(into: &bytes)
            return bytes
        }
        try connection.execute(
            """
            insert into board_chunks (repository_id, window_name, generation, place, entries, bots,
              first_score, last_score, content)
            select $1, $2, $3, * from unnest($4::int[], $5::int[], $6::int[], $7::bigint[],
              $8::bigint[], $9::bytea[])
            """,
            [
                .int64(key.repositoryID), .string(key.window), .int64(generation),
                .int32Array(pieces.indices.map { Int32($0) }),
                .int32Array(pieces.map { Int32($0.count) }),
                .int32Array(pieces.map { piece in Int32(piece.filter(\.bot).count) }),
                .int64Array(pieces.map { $0.first?.score ?? 0 }),
                .int64Array(pieces.map { $0.last?.score ?? 0 }), .bytesArray(contents),
            ])
    }

    private static func drop(
        _ key: BoardKey, newest: Int64, _ facts: Facts, in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            delete from boards b where b.repository_id = $1 and b.window_name = $2
              and b.generation <= $3
              and (b.published_day < $4 or exists (
                select 1 from boards later where later.repository_id = b.repository_id
                  and later.window_name = b.window_name and later.published_day = b.published_day
                  and later.generation > b.generation))
            """,
            [
                .int64(key.repositoryID), .string(key.window), .int64(newest - Self.kept),
                .int32(CivilDay(microseconds: facts.nowUs).rawValue - Self.keptDays),
            ])
    }

    // MARK: Reading

    /// A board's head: everything but its entries.
    struct Head: Sendable {
        let key: BoardKey
        let generation: Int64
        let board: Board
        let publishedDay: Int32
    }

    private static let columns = """
        b.repository_id, b.window_name, b.generation, b.published_us, b.published_day,
        b.formula_name, b.formula_version, b.as_of_day, b.first_day, b.last_day, b.entries,
        coalesce(r.name, '') as name, coalesce(r.coverage, '') as coverage,
        coalesce(r.demonstration, (select bool_or(demonstration) from repositories
                                   where not removed), false) as demonstration
        """

    /// The newest generation, or the one named; nil when there is none.
    static func head(
        _ key: BoardKey, generation: Int64, in connection: PostgresConnection
    ) throws -> Head? {
        try connection.query(
            """
            select \(self.columns) from boards b
            left join repositories r on r.repository_id = b.repository_id
            where b.repository_id = $1 and b.window_name = $2 and ($3 = 0 or b.generation = $3)
            order by b.generation desc limit 1
            """, [.int64(key.repositoryID), .string(key.window), .int64(generation)]
        ).first.map(self.head)
    }

    /// The newest generations of all boards that are still tracked, newest publication first.
    static func heads(
        window: String, publishedAfter us: Int64, in connection: PostgresConnection
    ) throws -> [Head] {
        try connection.query(
            """
            select distinct on (b.repository_id, b.window_name) \(self.columns) from boards b
            left join repositories r on r.repository_id = b.repository_id
            where ($1 = '' or b.window_name = $1) and b.published_us > $2
              and (b.repository_id = 0 or not r.removed)
            order by b.repository_id, b.window_name, b.generation desc
            """, [.string(window), .int64(us)]
        ).map(self.head)
    }

    /// The last generation of an earlier UTC day.
    static func earlier(_ head: Head, in connection: PostgresConnection) throws -> Head? {
        try connection.query(
            """
            select \(self.columns) from boards b
            left join repositories r on r.repository_id = b.repository_id
            where b.repository_id = $1 and b.window_name = $2 and b.published_day < $3
            order by b.generation desc limit 1
            """,
            [.int64(head.key.repositoryID), .string(head.key.window), .int32(head.publishedDay)]
        ).first.map(self.head)
    }

    private static func head(_ row: PostgresRow) throws -> Head {
        let key = BoardKey(
            repositoryID: try row.int64("repository_id"), window: try row.string("window_name"))
        let (first, last) = (try row.int32("first_day"), try row.int32("last_day"))
        let days = BoardKey.days(
            of: key.window, asOf: try row.int32("as_of_day"), data: first...max(first, last))
        let coverage = try row.bytes("coverage")
        let board = Board(
            scope: key.repositoryID == BoardKey.globalID ? "global" : "repository",
            repositoryId: key.repositoryID, repository: try row.string("name"),
            window: key.window, sinceDay: days.lowerBound, untilDay: days.upperBound,
            formulaName: try row.string("formula_name"),
            formulaVersion: UInt32(try row.int32("formula_version")),
            generation: try row.int64("generation"), publishedAtUs: try row.int64("published_us"),
            entries: UInt64(try row.int64("entries")),
            coverage: coverage.isEmpty
                ? nil : try coverage.withUnsafeBytes { try CoverageNote(decoding: $0) },
            demonstration: try row.bool("demonstration"))
        return Head(
            key: key, generation: board.generation, board: board,
            publishedDay: try row.int32("published_day"))
    }

    static func map(_ head: Head, in connection: PostgresConnection) throws -> ChunkMap {
        let rows = try connection.query(
            """
            select place, entries, bots, first_score, last_score from board_chunks
            where repository_id = $1 and window_name = $2 and generation = $3 order by place
            """,
            [
                .int64(head.key.repositoryID), .string(head.key.window), .int64(head.generation),
            ])
        return ChunkMap(
            chunks: try rows.map {
                ChunkMap.Chunk(
                    place: try $0.int32("place"), entries: UInt64(try $0.int32("entries")),
                    bots: UInt64(try $0.int32("bots")), firstScore: try $0.int64("first_score"),
                    lastScore: try $0.int64("last_score"))
            })
    }

    /// The entries of some chunks, or of all.
    static func entries(
        _ head: Head, places: [Int32]?, in connection: PostgresConnection
    ) throws -> [BoardEntry] {
        let rows = try connection.query(
            """
            select content from board_chunks
            where repository_id = $1 and window_name = $2 and generation = $3
              and ($4 or place = any ($5::int[]))
            order by place
            """,
            [
                .int64(head.key.repositoryID), .string(head.key.window), .int64(head.generation),
                .bool(places == nil), .int32Array(places ?? []),
            ])
        return try rows.flatMap { row in
            try row.bytes("content").withUnsafeBytes { try Page(decoding: $0) }.entries
        }
    }
}
