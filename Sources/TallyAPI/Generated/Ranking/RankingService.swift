// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

public import RPC

/// What a server of `tally.ranking.v1.Ranking` answers.
public protocol RankingService: Sendable {
    /// `Ranking/GetPage`.
    func getPage(
        _ request: GetPageRequest, context: CallContext
    ) async throws -> Page
    /// `Ranking/GetRank`.
    func getRank(
        _ request: GetRankRequest, context: CallContext
    ) async throws -> RankResponse
    /// `Ranking/ListBoards`.
    func listBoards(
        _ request: ListBoardsRequest, context: CallContext
    ) async throws -> ListBoardsResponse
    /// `Ranking/Export`.
    func export(
        _ request: ExportRequest, writer: RPCWriter<Page>, context: CallContext
    ) async throws
    /// `Ranking/Compare`.
    func compare(
        _ request: CompareRequest, context: CallContext
    ) async throws -> CompareResponse
    /// `Ranking/Rebuild`.
    func rebuild(
        _ request: RebuildRequest, context: CallContext
    ) async throws -> RebuildResponse
    /// `Ranking/Verify`.
    func verify(
        _ request: VerifyRequest, context: CallContext
    ) async throws -> VerifyResponse
    /// `Ranking/Refollow`.
    func refollow(
        _ request: RefollowRequest, context: CallContext
    ) async throws -> RefollowResponse
    /// `Ranking/WatchBoards`.
    func watchBoards(
        _ request: WatchBoardsRequest, writer: RPCWriter<BoardsPublished>, context: CallContext
    ) async throws
}

extension RPCRouter {
    /// Answers `tally.ranking.v1.Ranking` by the service.
    public mutating func register(_ service: some RankingService) {
        self.unary(RankingMethods.getPage) { request, context in
            try await service.getPage(request, context: context)
        }
        self.unary(RankingMethods.getRank) { request, context in
            try await service.getRank(request, context: context)
        }
        self.unary(RankingMethods.listBoards) { request, context in
            try await service.listBoards(request, context: context)
        }
        self.serverStreaming(RankingMethods.export) { request, writer, context in
            try await service.export(request, writer: writer, context: context)
        }
        self.unary(RankingMethods.compare) { request, context in
            try await service.compare(request, context: context)
        }
        self.unary(RankingMethods.rebuild) { request, context in
            try await service.rebuild(request, context: context)
        }
        self.unary(RankingMethods.verify) { request, context in
            try await service.verify(request, context: context)
        }
        self.unary(RankingMethods.refollow) { request, context in
            try await service.refollow(request, context: context)
        }
        self.serverStreaming(RankingMethods.watchBoards) { request, writer, context in
            try await service.watchBoards(request, writer: writer, context: context)
        }
    }
}
