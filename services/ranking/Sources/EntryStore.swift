import Postgres
import TallyAPI

/// The entries of one generation: in order from any place, and where a score stands.
enum EntryStore {
    /// What a reader wants of a generation.
    struct Query: Sendable {
        let head: GenerationStore.Head
        let filter: BotFilter

        var values: [PostgresValue] {
            self.head.key.values + [
                .int64(self.head.generation), .bool(self.filter != .only),
                .bool(self.filter != .exclude),
            ]
        }
    }

    /// Entries `e` of the generation that the bot filter admits; `$1` to `$5` are a query's values.
    private static let admitted = """
        e.repository_id = $1 and e.window_name = $2 and e.gen_from <= $3 and e.gen_to > $3
        and case when e.bot then $5::bool else $4::bool end
        """

    private static let columns = """
        e.contributor_id, coalesce(c.login, '') as login, e.bot, -e.place as score,
        \(ScoreStore.mapped("e.*")), e.first_day, e.last_day, e.repositories
        """

    /// Entries from a key on, in order, without their ranks.
    static func read(
        _ query: Query, from key: BoardMap.Key, skip: Int64 = 0, count: Int64,
        in connection: PostgresConnection
    ) throws -> [BoardEntry] {
        try connection.query(
            """
            select \(self.columns) from (
              select * from board_entries e where \(self.admitted)
                and (e.place, e.contributor_id) >= ($6, $7)
              order by e.place, e.contributor_id offset $8 limit $9) e
            left join contributors c on c.contributor_id = e.contributor_id
            order by e.place, e.contributor_id
            """,
            query.values + [.int64(key.place), .int64(key.id), .int64(skip), .int64(count)]
        ).map(self.entry)
    }

    /// The entries whose login holds a text, in order, and how many there are.
    static func search(
        _ query: Query, _ text: String, offset: Int64, count: Int64,
        in connection: PostgresConnection
    ) throws -> (entries: [BoardEntry], total: UInt64) {
        let values = query.values + [.string(text)]
        let found = """
            from board_entries e join contributors c on c.contributor_id = e.contributor_id
            where \(self.admitted) and position(lower($6) in lower(c.login)) > 0
            """
        let total = try connection.query("select count(*) as n \(found)", values)[0].int64("n")
        let entries = try connection.query(
            """
            select \(self.columns) \(found)
            order by e.place, e.contributor_id offset $7 limit $8
            """, values + [.int64(offset), .int64(count)]
        ).map(self.entry)
        return (entries, UInt64(total))
    }

    /// The entry of one person, or of several.
    static func of(
        _ people: [Int64], _ query: Query, in connection: PostgresConnection
    ) throws -> [BoardEntry] {
        try connection.query(
            """
            select \(self.columns) from board_entries e
            left join contributors c on c.contributor_id = e.contributor_id
            where \(self.admitted) and e.contributor_id = any ($6::bigint[])
            order by e.place, e.contributor_id
            """, query.values + [.int64Array(people)]
        ).map(self.entry)
    }

    /// Ranks of scores on the whole board under the filter: one more than stand before each.
    static func ranks(
        of scores: Set<Int64>, _ map: BoardMap, _ query: Query, in connection: PostgresConnection
    ) throws -> [Int64: UInt64] {
        var counted: [Int64: Int64] = [:]
        var (places, fromPlaces, fromIDs) = ([Int64](), [Int64](), [Int64]())
        for score in scores {
            guard let before = map.before(place: -score, query.filter) else { continue }
            counted[score] = before.counted
            places.append(-score)
            fromPlaces.append(before.from.place)
            fromIDs.append(before.from.id)
        }
        guard !places.isEmpty else { return [:] }
        let rows = try connection.query(
            """
            select w.place, (select count(*) from board_entries e where \(self.admitted)
              and (e.place, e.contributor_id) >= (w.from_place, w.from_id)
              and e.place < w.place) as n
            from unnest($6::bigint[], $7::bigint[], $8::bigint[]) as w (place, from_place, from_id)
            """,
            query.values + [.int64Array(places), .int64Array(fromPlaces), .int64Array(fromIDs)])
        var ranks: [Int64: UInt64] = [:]
        for row in rows {
            let score = try -row.int64("place")
            ranks[score] = UInt64(max(0, (counted[score] ?? 0) + (try row.int64("n")))) + 1
        }
        return ranks
    }

    private static func entry(_ row: PostgresRow) throws -> BoardEntry {
        BoardEntry(
            contributorId: try row.int64("contributor_id"), login: try row.string("login"),
            bot: try row.bool("bot"), score: try row.int64("score"),
            counters: Counters(listed: try ScoreStore.counters.map { try row.int64($0) }),
            firstDay: try row.int32("first_day"), lastDay: try row.int32("last_day"),
            repositories: UInt32(try row.int64("repositories")))
    }
}

extension BoardKey {
    /// `$1` and `$2` of a statement about the board.
    var values: [PostgresValue] { [.int64(self.repositoryID), .string(self.window)] }
}
