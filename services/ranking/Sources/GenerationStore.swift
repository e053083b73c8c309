import Postgres
import ServiceKit
import TallyAPI

/// Heads of published generations: which there are, and what a board says of itself.
enum GenerationStore {
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
            select \(self.columns) from generations b
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
            select distinct on (b.repository_id, b.window_name) \(self.columns) from generations b
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
            select \(self.columns) from generations b
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

    /// What a board says of itself before anything was published.
    static func face(of key: BoardKey, in connection: PostgresConnection) throws -> Board {
        var board = Board(scope: "global", window: key.window)
        let row = try connection.query(
            "select name, demonstration, coverage from repositories where repository_id = $1",
            [.int64(key.repositoryID)]
        ).first
        guard let row else { return board }
        let coverage = try row.bytes("coverage")
        board.scope = "repository"
        board.repositoryId = key.repositoryID
        board.repository = try row.string("name")
        board.demonstration = try row.bool("demonstration")
        board.coverage =
            coverage.isEmpty
            ? nil : try coverage.withUnsafeBytes { try CoverageNote(decoding: $0) }
        return board
    }
}
