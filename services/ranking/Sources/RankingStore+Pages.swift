import Postgres
import TallyAPI

/// Pages and ranks, each from one snapshot.
extension RankingStore {
    /// What a page request came to.
    enum Found: Sendable {
        case page(Page)
        /// The repository is not tracked.
        case unknownRepository
        /// The generation is no longer kept.
        case goneGeneration
    }

    func page(_ request: GetPageRequest) async throws -> Found {
        try await self.pool.transaction { connection in
            try connection.execute("set transaction isolation level repeatable read, read only")
            return try Self.found(request, in: connection)
        }
    }

    static func found(
        _ request: GetPageRequest, in connection: PostgresConnection
    ) throws -> Found {
        guard
            let key = try self.key(request.repository, request.window, in: connection)
        else { return .unknownRepository }
        guard
            let head = try GenerationStore.head(key, generation: request.generation, in: connection)
        else {
            if request.generation != 0 { return .goneGeneration }
            return .page(try self.emptyPage(key, request, in: connection))
        }
        return .page(try self.page(head, request, in: connection))
    }

    static func key(
        _ repository: String, _ window: String, in connection: PostgresConnection
    ) throws -> BoardKey? {
        if repository.isEmpty {
            return BoardKey(repositoryID: BoardKey.globalID, window: window)
        }
        // Two may bear a name for a moment when it changes hands: the newer repository has it.
        let row = try connection.query(
            """
            select repository_id from repositories where lower(name) = lower($1) and not removed
            order by repository_id desc limit 1
            """, [.string(repository)]
        ).first
        return try row.map {
            BoardKey(repositoryID: try $0.int64("repository_id"), window: window)
        }
    }

    /// A tracked repository, or the whole, before anything was published.
    private static func emptyPage(
        _ key: BoardKey, _ request: GetPageRequest, in connection: PostgresConnection
    ) throws -> Page {
        Page(
            board: try GenerationStore.face(of: key, in: connection), page: request.page,
            pageSize: request.pageSize)
    }

    private static func page(
        _ head: GenerationStore.Head, _ request: GetPageRequest,
        in connection: PostgresConnection
    ) throws -> Page {
        let query = EntryStore.Query(head: head, filter: request.bots)
        let map = try MapStore.read(head, in: connection)
        let offset = Int64(request.page - 1) * Int64(request.pageSize)
        var page = Page(board: head.board, page: request.page, pageSize: request.pageSize)
        if !request.query.isEmpty {
            (page.entries, page.total) = try EntryStore.search(
                query, request.query, offset: offset, count: Int64(request.pageSize),
                in: connection)
        } else {
            page.total = UInt64(max(0, map.total(request.bots)))
            if let start = map.start(request.bots, offset: offset) {
                page.entries = try EntryStore.read(
                    query, from: start.first, skip: start.skip, count: Int64(request.pageSize),
                    in: connection)
            }
        }
        try self.addRanks(&page.entries, map, query, in: connection)
        try self.addEarlierRanks(&page.entries, query, in: connection)
        return page
    }

    /// Ranks on the whole board; entries in order have them from the first on.
    static func addRanks(
        _ entries: inout [BoardEntry], _ map: BoardMap, _ query: EntryStore.Query,
        in connection: PostgresConnection
    ) throws {
        let ranks = try EntryStore.ranks(
            of: Set(entries.map(\.score)), map, query, in: connection)
        for index in entries.indices { entries[index].rank = ranks[entries[index].score] ?? 0 }
    }

    /// Ranks in the last generation of an earlier UTC day.
    static func addEarlierRanks(
        _ entries: inout [BoardEntry], _ query: EntryStore.Query,
        in connection: PostgresConnection
    ) throws {
        guard !entries.isEmpty,
            let head = try GenerationStore.earlier(query.head, in: connection)
        else { return }
        let earlier = EntryStore.Query(head: head, filter: query.filter)
        var known = try EntryStore.of(entries.map(\.contributorId), earlier, in: connection)
        try self.addRanks(
            &known, try MapStore.read(head, in: connection), earlier, in: connection)
        let ranks = Dictionary(
            known.map { ($0.contributorId, $0.rank) }, uniquingKeysWith: { first, _ in first })
        for index in entries.indices {
            entries[index].previousRank = ranks[entries[index].contributorId] ?? 0
        }
    }

    /// Where a person stands, on the global board first, then by score; nil for an unknown login.
    func ranks(_ request: GetRankRequest) async throws -> [RankEntry]? {
        try await self.pool.transaction { connection in
            try connection.execute("set transaction isolation level repeatable read, read only")
            guard let id = try Self.person(request.login, in: connection) else { return nil }
            let boards = try connection.query(
                """
                select e.repository_id
                from (select 0::bigint as repository_id union
                      select s.repository_id from positions p
                      join scores s on s.formula_id = p.formula_id
                      where s.contributor_id = $1 and s.window_name = $2) s
                cross join lateral (
                  select * from board_entries
                  where repository_id = s.repository_id and window_name = $2
                    and contributor_id = $1 and gen_to = $3 offset 0) e
                order by e.repository_id = 0 desc, e.place, e.repository_id
                """, [.int64(id), .string(request.window), .int64(PublicationStore.open)])
            return try boards.compactMap { board in
                let key = BoardKey(
                    repositoryID: try board.int64("repository_id"), window: request.window)
                return try Self.rank(of: id, key, request.bots, in: connection)
            }
        }
    }

    /// Who bears a login; a linked account's is the person it belongs to.
    private static func person(
        _ login: String, in connection: PostgresConnection
    ) throws -> Int64? {
        try connection.query(
            """
            select case when canonical_id <> 0 then canonical_id else contributor_id end as id
            from contributors where lower(login) = lower($1) and not hidden
            order by contributor_id desc limit 1
            """, [.string(login)]
        ).first?.int64("id")
    }

    private static func rank(
        of id: Int64, _ key: BoardKey, _ filter: BotFilter, in connection: PostgresConnection
    ) throws -> RankEntry? {
        guard let head = try GenerationStore.head(key, generation: 0, in: connection) else {
            return nil
        }
        let query = EntryStore.Query(head: head, filter: filter)
        let map = try MapStore.read(head, in: connection)
        var found = try EntryStore.of([id], query, in: connection)
        try self.addRanks(&found, map, query, in: connection)
        try self.addEarlierRanks(&found, query, in: connection)
        guard let entry = found.first else { return nil }
        return RankEntry(
            board: head.board, entry: entry, total: UInt64(max(0, map.total(filter))))
    }

    func boards(window: String, publishedAfter us: Int64) async throws -> [Board] {
        try await self.pool.withConnection { connection in
            try GenerationStore.heads(window: window, publishedAfter: us, in: connection)
                .map(\.board)
        }
    }
}
