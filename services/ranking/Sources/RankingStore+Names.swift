import Postgres
import TallyAPI

/// Names for boards that are computed elsewhere, and boards side by side.
extension RankingStore {
    /// What is shown of a contributor.
    struct Name: Sendable {
        let login: String
        let isBot: Bool
        let isHidden: Bool
    }

    /// The face of a board, with the time, and the names of people.
    func names(
        repository: String, of people: [Int64]
    ) async throws -> (board: Board, names: [Int64: Name]) {
        try await self.pool.transaction { connection in
            let key =
                try Self.key(repository, "", in: connection)
                ?? BoardKey(repositoryID: BoardKey.globalID, window: "")
            var board = try GenerationStore.face(of: key, in: connection)
            board.publishedAtUs = try connection.query(
                "select (extract(epoch from clock_timestamp()) * 1000000)::bigint as us"
            )[0].int64("us")
            let rows = try connection.query(
                """
                select contributor_id, login, bot, hidden from contributors
                where contributor_id = any ($1::bigint[])
                """, [.int64Array(people)])
            var names: [Int64: Name] = [:]
            for row in rows {
                names[try row.int64("contributor_id")] = Name(
                    login: try row.string("login"), isBot: try row.bool("bot"),
                    isHidden: try row.bool("hidden"))
            }
            return (board, names)
        }
    }

    /// The last day of the relative windows; 0 before the first batch.
    func asOfDay() async throws -> Int32 {
        try await self.pool.withConnection {
            try $0.query("select as_of_day from positions").first?.int32("as_of_day") ?? 0
        }
    }

    // MARK: Side by side

    /// What a comparison came to.
    enum Compared: Sendable {
        case boards(CompareResponse)
        case unknownRepository(String)
    }

    func compare(_ request: CompareRequest) async throws -> Compared {
        try await self.pool.transaction { connection in
            try connection.execute("set transaction isolation level repeatable read, read only")
            var response = CompareResponse()
            var keys: [BoardKey] = []
            for name in request.repositories {
                let page = GetPageRequest(
                    repository: name, window: request.window, bots: request.bots, page: 1,
                    pageSize: request.limit)
                guard let key = try Self.key(name, request.window, in: connection),
                    case .page(let found) = try Self.found(page, in: connection)
                else { return .unknownRepository(name) }
                keys.append(key)
                response.boards.append(found)
            }
            (response.shared, response.sharedTotal) = try Self.shared(
                keys, request, in: connection)
            return .boards(response)
        }
    }

    /// Who stands on two of the boards at least: on most of them first, then by score.
    private static func shared(
        _ keys: [BoardKey], _ request: CompareRequest, in connection: PostgresConnection
    ) throws -> (people: [SharedContributor], total: UInt64) {
        let rows = try connection.query(
            """
            select contributor_id, count(*) over () as total from board_entries
            where repository_id = any ($1::bigint[]) and window_name = $2 and gen_to = $3
              and case when bot then $5::bool else $4::bool end
            group by contributor_id having count(*) >= 2
            order by count(*) desc, sum(place), contributor_id limit $6
            """,
            [
                .int64Array(keys.map(\.repositoryID)), .string(request.window),
                .int64(PublicationStore.open), .bool(request.bots != .only),
                .bool(request.bots != .exclude), .int64(Int64(request.limit)),
            ])
        let ids = try rows.map { try $0.int64("contributor_id") }
        var people: [Int64: SharedContributor] = [:]
        for key in keys {
            guard let head = try GenerationStore.head(key, generation: 0, in: connection) else {
                continue
            }
            let query = EntryStore.Query(head: head, filter: request.bots)
            var entries = try EntryStore.of(ids, query, in: connection)
            try self.addRanks(
                &entries, try MapStore.read(head, in: connection), query, in: connection)
            for entry in entries {
                people[
                    entry.contributorId,
                    default: SharedContributor(
                        contributorId: entry.contributorId, login: entry.login, bot: entry.bot)
                ].places.append(
                    SharedPlace(
                        repository: head.board.repository, rank: entry.rank, score: entry.score))
            }
        }
        return (ids.compactMap { people[$0] }, UInt64(try rows.first?.int64("total") ?? 0))
    }

    // MARK: Whole boards

    /// Entries of one read of an export.
    static let exportRows: Int64 = 1000

    /// The entries behind a key of a generation, ranks left out; nil when it is no longer kept.
    func entries(
        _ board: Board, _ filter: BotFilter, behind key: BoardMap.Key
    ) async throws -> [BoardEntry]? {
        try await self.pool.transaction { connection in
            try connection.execute("set transaction isolation level repeatable read, read only")
            let boardKey = BoardKey(repositoryID: board.repositoryId, window: board.window)
            guard
                let head = try GenerationStore.head(
                    boardKey, generation: board.generation, in: connection)
            else { return nil }
            return try EntryStore.read(
                EntryStore.Query(head: head, filter: filter), from: key, count: Self.exportRows,
                in: connection)
        }
    }
}
