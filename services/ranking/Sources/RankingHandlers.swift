import RPC
import RPCCore
import ServiceHost
import TallyAPI

/// Answers `tally.ranking.v1.Ranking`.
struct RankingHandlers: RankingService {
    let store: RankingStore
    /// Boards that are not kept ready.
    let ranges: RangeBoards
    /// Signalled when boards were published, and when the follower is to look at its cursor.
    let published: Wakeup
    /// Boards against the scores of scoring.
    let scores: FeedComparison

    static let pageSizeMax: UInt32 = 1000
    static let pageMax: UInt32 = 1_000_000
    static let textMax = 140
    /// How long a watcher waits at most when a wake-up was lost.
    private static let poll = Duration.seconds(2)

    static func window(_ name: String) throws(RPCError) -> String {
        let window = name.isEmpty ? "all" : name
        guard BoardKey.windows.contains(where: { $0.name == window }) else {
            let names = BoardKey.windows.map(\.name).joined(separator: ", ")
            throw RPCError(.invalidArgument, "window: one of \(names)")
        }
        return window
    }

    static func check(_ filter: BotFilter) throws(RPCError) {
        guard [.include, .exclude, .only].contains(filter) else {
            throw RPCError(.invalidArgument, "bots: exclude, include or only")
        }
    }

    static func check(_ text: String, _ field: String) throws(RPCError) {
        guard text.utf8.count <= Self.textMax, !text.utf8.contains(0) else {
            throw RPCError(.invalidArgument, "\(field): at most \(Self.textMax) bytes, no NUL")
        }
    }

    func getPage(_ request: GetPageRequest, context: CallContext) async throws -> Page {
        var request = request
        try Self.check(request.bots)
        request.page = max(1, request.page)
        request.pageSize = request.pageSize == 0 ? 50 : request.pageSize
        guard request.pageSize <= Self.pageSizeMax else {
            throw RPCError(.invalidArgument, "page_size: at most \(Self.pageSizeMax)")
        }
        guard request.page <= Self.pageMax else {
            throw RPCError(.invalidArgument, "page: at most \(Self.pageMax)")
        }
        try Self.check(request.repository, "repository")
        try Self.check(request.query, "query")
        try Self.check(request.formula, "formula")
        guard request.generation >= 0 else {
            throw RPCError(.invalidArgument, "generation: 0 or more")
        }
        if let board = try await self.rangeBoard(request) { return board.page(request) }
        request.window = request.window.isEmpty ? "all" : request.window
        switch try await self.store.page(request) {
        case .page(let page): return page
        case .unknownRepository: throw Self.untracked(request.repository)
        case .goneGeneration: throw Self.gone(request.generation)
        }
    }

    /// The board, when it is one that is computed for whoever asks; nil when it is kept ready.
    func rangeBoard(_ request: GetPageRequest) async throws -> RangeBoards.Computed? {
        var asOf = request.asOfDay
        if asOf != 0, request.formula.isEmpty, try await self.store.asOfDay() == asOf { asOf = 0 }
        let window = try BoardWindow(request.window, asOf: asOf)
        if window.days == nil && request.formula.isEmpty { return nil }
        // The days that a ready window has today.
        let today = try await self.store.asOfDay()
        let days: ClosedRange<Int32>
        if let given = window.days {
            days = given
        } else if window.name == "all" {
            days = Int32.min...Int32.max
        } else {
            days = try BoardWindow(window.name, asOf: max(1, today)).days ?? today...today
        }
        let key = RangeBoards.Key(
            repository: request.repository.lowercased(), days: days, formula: request.formula)
        guard let board = try await self.ranges.board(key, generation: request.generation) else {
            throw Self.gone(request.generation)
        }
        return board
    }

    static func untracked(_ repository: String) -> RPCError {
        RPCError(.notFound, "\(repository) is not tracked", reason: "REPOSITORY_NOT_FOUND")
    }

    static func gone(_ generation: Int64) -> RPCError {
        RPCError(
            .outOfRange, "generation \(generation) is no longer kept; ask for the newest",
            reason: "GENERATION_GONE")
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
