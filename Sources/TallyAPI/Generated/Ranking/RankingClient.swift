// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

public import RPC
public import RPCCore

/// Calls `tally.ranking.v1.Ranking`.
public struct RankingClient: Sendable {
    private let channel: RPCChannel

    /// A client that calls through the channel.
    public init(_ channel: RPCChannel) { self.channel = channel }

    /// Calls `Ranking/GetPage`; throws what the server said.
    public nonisolated(nonsending) func getPage(
        _ request: GetPageRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> Page {
        try await self.channel.unary(RankingMethods.getPage, request, options: options)
    }

    /// Calls `Ranking/GetRank`; throws what the server said.
    public nonisolated(nonsending) func getRank(
        _ request: GetRankRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> RankResponse {
        try await self.channel.unary(RankingMethods.getRank, request, options: options)
    }

    /// Calls `Ranking/ListBoards`; throws what the server said.
    public nonisolated(nonsending) func listBoards(
        _ request: ListBoardsRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> ListBoardsResponse {
        try await self.channel.unary(RankingMethods.listBoards, request, options: options)
    }

    /// Calls `Ranking/Export`; throws what the server said.
    public nonisolated(nonsending) func export<Value: Sendable>(
        _ request: ExportRequest, options: CallOptions = CallOptions(),
        _ body: nonisolated(nonsending) (RPCReader<Page>) async throws -> Value
    ) async throws -> Value {
        try await self.channel.serverStreaming(
            RankingMethods.export, request, options: options, body)
    }

    /// Calls `Ranking/Compare`; throws what the server said.
    public nonisolated(nonsending) func compare(
        _ request: CompareRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> CompareResponse {
        try await self.channel.unary(RankingMethods.compare, request, options: options)
    }

    /// Calls `Ranking/Rebuild`; throws what the server said.
    public nonisolated(nonsending) func rebuild(
        _ request: RebuildRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> RebuildResponse {
        try await self.channel.unary(RankingMethods.rebuild, request, options: options)
    }

    /// Calls `Ranking/Verify`; throws what the server said.
    public nonisolated(nonsending) func verify(
        _ request: VerifyRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> VerifyResponse {
        try await self.channel.unary(RankingMethods.verify, request, options: options)
    }

    /// Calls `Ranking/Refollow`; throws what the server said.
    public nonisolated(nonsending) func refollow(
        _ request: RefollowRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> RefollowResponse {
        try await self.channel.unary(RankingMethods.refollow, request, options: options)
    }

    /// Calls `Ranking/WatchBoards`; throws what the server said.
    public nonisolated(nonsending) func watchBoards<Value: Sendable>(
        _ request: WatchBoardsRequest, options: CallOptions = CallOptions(),
        _ body: nonisolated(nonsending) (RPCReader<BoardsPublished>) async throws -> Value
    ) async throws -> Value {
        try await self.channel.serverStreaming(
            RankingMethods.watchBoards, request, options: options, body)
    }
}
