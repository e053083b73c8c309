import RPC
import RPCCore
import ServiceHost
import TallyAPI

/// Whole boards, boards side by side, and what operators do with them.
extension RankingHandlers {
    /// Repositories of one comparison: as many as stand beside each other on a wide screen.
    static let comparedMax = 10
    static let compareLimitMax: UInt32 = 100

    func export(
        _ request: ExportRequest, writer: RPCWriter<Page>, context: CallContext
    ) async throws {
        var page = GetPageRequest(
            repository: request.repository, window: request.window, bots: request.bots,
            generation: request.generation, page: 1, pageSize: Self.pageSizeMax,
            query: request.query, asOfDay: request.asOfDay, formula: request.formula)
        var found = try await self.getPage(page, context: context)
        try await writer.send(found)
        let isReady = try await self.rangeBoard(page) == nil
        if isReady && request.query.isEmpty {
            return try await self.exportRest(found, request.bots, writer)
        }
        // Every further page is cut from the same generation.
        page.generation = found.board?.generation ?? 0
        while found.entries.count == Int(Self.pageSizeMax) {
            page.page += 1
            found = try await self.getPage(page, context: context)
            if !found.entries.isEmpty { try await writer.send(found) }
        }
    }

    /// Goes on behind the first page along the order: what a read costs does not grow.
    private func exportRest(
        _ first: Page, _ filter: BotFilter, _ writer: RPCWriter<Page>
    ) async throws {
        guard let board = first.board, board.generation > 0 else { return }
        var ranker = Ranker()
        for entry in first.entries { _ = ranker.next(entry.score) }
        var last = first.entries.last
        while let entry = last {
            let key = BoardMap.Key(place: -entry.score, id: entry.contributorId + 1)
            guard var entries = try await self.store.entries(board, filter, behind: key) else {
                throw Self.gone(board.generation)
            }
            for index in entries.indices { entries[index].rank = ranker.next(entries[index].score) }
            last = entries.last
            if !entries.isEmpty { try await writer.send(Page(board: board, entries: entries)) }
        }
    }

    func compare(
        _ request: CompareRequest, context: CallContext
    ) async throws -> CompareResponse {
        var request = request
        request.window = try Self.window(request.window)
        try Self.check(request.bots)
        guard (2...Self.comparedMax).contains(request.repositories.count) else {
            throw RPCError(.invalidArgument, "repositories: 2 to \(Self.comparedMax)")
        }
        for name in request.repositories { try Self.check(name, "repositories") }
        guard Set(request.repositories.map { $0.lowercased() }).count == request.repositories.count,
            !request.repositories.contains("")
        else {
            throw RPCError(.invalidArgument, "repositories: each one named, and once")
        }
        guard request.limit <= Self.compareLimitMax else {
            throw RPCError(.invalidArgument, "limit: 1 to \(Self.compareLimitMax), or 0 for 10")
        }
        request.limit = request.limit == 0 ? 10 : request.limit
        switch try await self.store.compare(request) {
        case .boards(let response): return response
        case .unknownRepository(let name): throw Self.untracked(name)
        }
    }

    func rebuild(_ request: RebuildRequest, context: CallContext) async throws -> RebuildResponse {
        guard let result = try await self.store.rebuild() else {
            throw RPCError(
                .failedPrecondition, "the feed of scores is not read to its end yet; try again",
                reason: "NOT_CAUGHT_UP")
        }
        self.published.signal()
        return RebuildResponse(
            boards: UInt64(result.boards), different: UInt64(result.different))
    }

    func verify(_ request: VerifyRequest, context: CallContext) async throws -> VerifyResponse {
        let own = try await self.store.findings()
        let scores = try await self.scores.finding(within: context.remaining) {
            context.options(timeout: $0)
        }
        return VerifyResponse(findings: own + [scores])
    }

    func refollow(
        _ request: RefollowRequest, context: CallContext
    ) async throws -> RefollowResponse {
        try await self.store.restart()
        self.published.signal()
        return RefollowResponse()
    }
}
