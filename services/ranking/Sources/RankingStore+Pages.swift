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
            guard let key = try Self.key(request, in: connection) else { return .unknownRepository }
            guard
                let head = try GenerationStore.head(
                    key, generation: request.generation, in: connection)
            else {
                if request.generation != 0 { return .goneGeneration }
                return .page(try Self.emptyPage(key, request, in: connection))
            }
            return .page(try Self.page(head, request, in: connection))
        }
    }

    private static func key(
        _ request: GetPageRequest, in connection: PostgresConnection
    ) throws -> BoardKey? {
        if request.repository.isEmpty {
            return BoardKey(repositoryID: BoardKey.globalID, window: request.window)
        }
        // Two may bear a name for a moment when it changes hands: the newer repository has it.
        let row = try connection.query(
            """
            select repository_id from repositories where lower(name) = lower($1) and not removed
            order by repository_id desc limit 1
            """, [.string(request.repository)]
        ).first
        guard let row else { return nil }
        return BoardKey(repositoryID: try row.int64("repository_id"), window: request.window)
    }

    /// A tracked repository, or the whole, before anything was published.
    private static func emptyPage(
        _ key: BoardKey, _ request: GetPageRequest, in connection: PostgresConnection
    ) throws -> Page {
        var board = Board(scope: "global", window: request.window)
        let row = try connection.query(
            "select name, demonstration, coverage from repositories where repository_id = $1",
            [.int64(key.repositoryID)]
        ).first
        if let row {
            let coverage = try row.bytes("coverage")
            board = Board(
                scope: "repository", repositoryId: key.repositoryID,
                repository: try row.string("name"), window: request.window,
                coverage: coverage.isEmpty
                    ? nil : try coverage.withUnsafeBytes { try CoverageNote(decoding: $0) },
                demonstration: try row.bool("demonstration"))
        }
        return Page(board: board, page: request.page, pageSize: request.pageSize)
    }

    private static func page(
        _ head: GenerationStore.Head, _ request: GetPageRequest, in connection: PostgresConnection
    ) throws -> Page {
        let offset = UInt64(request.page - 1) * UInt64(request.pageSize)
        var page = Page(board: head.board, page: request.page, pageSize: request.pageSize)
        if !request.query.isEmpty {
            let all = try GenerationStore.entries(head, places: nil, in: connection)
            let found = PageCutter.search(
                all, request.query, request.bots, offset: Int(clamping: offset),
                count: Int(request.pageSize))
            (page.entries, page.total) = (found.page, UInt64(found.total))
        } else {
            let map = try GenerationStore.map(head, in: connection)
            page.total = map.total(request.bots)
            let slice = map.slice(request.bots, offset: offset, count: UInt64(request.pageSize))
            if let slice {
                let entries = try GenerationStore.entries(
                    head, places: slice.places, in: connection)
                page.entries = PageCutter.cut(
                    entries, slice, request.bots, count: Int(request.pageSize))
            }
        }
        try self.addEarlierRanks(&page.entries, head, request.bots, in: connection)
        return page
    }

    /// Ranks in the last generation of an earlier UTC day.
    static func addEarlierRanks(
        _ entries: inout [BoardEntry], _ head: GenerationStore.Head, _ filter: BotFilter,
        in connection: PostgresConnection
    ) throws {
        guard !entries.isEmpty, let earlier = try GenerationStore.earlier(head, in: connection)
        else { return }
        var ranker = Ranker()
        var ranks: [Int64: UInt64] = [:]
        let wanted = Set(entries.map(\.contributorId))
        for entry in try GenerationStore.entries(earlier, places: nil, in: connection)
        where filter.admits(entry.bot) {
            let rank = ranker.next(entry.score)
            if wanted.contains(entry.contributorId) { ranks[entry.contributorId] = rank }
        }
        for index in entries.indices {
            entries[index].previousRank = ranks[entries[index].contributorId] ?? 0
        }
    }

    /// Where a person stands, on the global board first, then by score; nil for an unknown login.
    func ranks(_ request: GetRankRequest) async throws -> [RankEntry]? {
        try await self.pool.transaction { connection in
            try connection.execute("set transaction isolation level repeatable read, read only")
            let row = try connection.query(
                """
                select contributor_id from contributors where lower(login) = lower($1)
                order by contributor_id desc limit 1
                """, [.string(request.login)]
            ).first
            guard let row else { return nil }
            let id = try row.int64("contributor_id")
            let boards = try connection.query(
                """
                select repository_id, score from (
                  select 0::bigint as repository_id, sum(score)::bigint as score from board_scores
                  where contributor_id = $1 and window_name = $2 having count(*) > 0
                  union all
                  select repository_id, score from board_scores
                  where contributor_id = $1 and window_name = $2) found
                order by repository_id = 0 desc, score desc
                """, [.int64(id), .string(request.window)])
            return try boards.compactMap { board in
                let key = BoardKey(
                    repositoryID: try board.int64("repository_id"), window: request.window)
                return try Self.rank(
                    of: id, score: try board.int64("score"), key, request.bots, in: connection)
            }
        }
    }

    /// Nil when the newest generation does not hold the person with this score yet.
    private static func rank(
        of id: Int64, score: Int64, _ key: BoardKey, _ filter: BotFilter,
        in connection: PostgresConnection
    ) throws -> RankEntry? {
        guard let head = try GenerationStore.head(key, generation: 0, in: connection) else {
            return nil
        }
        let map = try GenerationStore.map(head, in: connection)
        guard let (places, first) = map.places(ofScore: score) else { return nil }
        var ranker = Ranker(before: map.before(first, filter))
        let entries = try GenerationStore.entries(head, places: places, in: connection)
        for var entry in entries where filter.admits(entry.bot) {
            entry.rank = ranker.next(entry.score)
            guard entry.contributorId == id else { continue }
            var found = [entry]
            try self.addEarlierRanks(&found, head, filter, in: connection)
            return RankEntry(board: head.board, entry: found[0], total: map.total(filter))
        }
        return nil
    }

    func boards(window: String, publishedAfter us: Int64) async throws -> [Board] {
        try await self.pool.withConnection { connection in
            try GenerationStore.heads(window: window, publishedAfter: us, in: connection)
                .map(\.board)
        }
    }
}
