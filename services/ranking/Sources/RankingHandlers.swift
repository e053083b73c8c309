import RPC
import RPCCore
import ServiceHost
import TallyAPI

/// Answers `tally.ranking.v1.Ranking`.
struct RankingHandlers: RankingService {
    let store: RankingStore
    let published: Wakeup

    static let pageSizeMax: UInt32 = 1000
    static let pageMax: UInt32 = 1_000_000
    private static let textMax = 140
    /// How long a watcher waits at most when a wake-up was lost.
    private static let poll = Duration.seconds(2)

    private static func window(_ name: String) throws(RPCError) -> String {
        let window = name.isEmpty ? "all" : name
        guard BoardKey.windows.contains(where: { $0.name == window }) else {
            let names = BoardKey.windows.map(\.name).joined(separator: ", ")
            throw RPCError(.invalidArgument, "window: one of \(names)")
        }
        return window
    }

    private static func check(_ filter: BotFilter) throws(RPCError) {
        guard [.include, .exclude, .only].contains(filter) else {
            throw RPCError(.invalidArgument, "bots: exclude, include or only")
        }
    }

    func getPage(_ request: GetPageRequest, context: CallContext) async throws -> Page {
        var request = request
        request.window = try Self.window(request.window)
        try Self.check(request.bots)
        request.page = max(1, request.page)
        request.pageSize = request.pageSize == 0 ? 50 : request.pageSize
        guard request.pageSize <= Self.pageSizeMax, request.page <= Self.pageMax else {
            throw RPCError(
                .invalidArgument,
                "page_size: at most \(Self.pageSizeMax); page: at most \(Self.pageMax)")
        }
        guard request.repository.utf8.count <= Self.textMax,
            request.query.utf8.count <= Self.textMax,
            request.generation >= 0
        else { throw RPCError(.invalidArgument, "repository, query or generation is out of range") }
        switch try await self.store.page(request) {
        case .page(let page): return page
        case .unknownRepository:
            throw RPCError(
                .notFound, "\(request.repository) is not tracked", reason: "REPOSITORY_NOT_FOUND")
        case .goneGeneration:
            throw RPCError(
                .outOfRange,
                "generation \(request.generation) is no longer kept; ask for the newest",
                reason: "GENERATION_GONE")
        }
    }

    func getRank(_ request: GetRankRequest, context: CallContext) async throws -> RankResponse {
        var request = request
        request.window = try Self.window(request.window)
        try Self.check(request.bots)
        guard !request.login.isEmpty, request.login.utf8.count <= Self.textMax else {
            throw RPCError(.invalidArgument, "login: 1 to \(Self.textMax) bytes")
        }
        guard let ranks = try await self.store.ranks(request) else {
            throw RPCError(
                .notFound, "nobody called \(request.login) is known",
                reason: "CONTRIBUTOR_NOT_FOUND")
        }
        return RankResponse(boards: ranks)
    }

    func listBoards(
        _ request: ListBoardsRequest, context: CallContext
    ) async throws -> ListBoardsResponse {
        let window = request.window.isEmpty ? "" : try Self.window(request.window)
        return ListBoardsResponse(
            boards: try await self.store.boards(window: window, publishedAfter: 0))
    }

    func watchBoards(
        _ request: WatchBoardsRequest, writer: RPCWriter<BoardsPublished>, context: CallContext
    ) async throws {
        try await context.endingWithDrain {
            var last: Int64 = 0
            while !Task.isCancelled {
                let seen = self.published.count
                let boards = try await self.store.boards(window: "", publishedAfter: last)
                if !boards.isEmpty {
                    last = boards.map(\.publishedAtUs).max() ?? last
                    try await writer.send(BoardsPublished(boards: boards))
                }
                await self.published.wait(beyond: seen, upTo: Self.poll)
            }
        }
    }
}
