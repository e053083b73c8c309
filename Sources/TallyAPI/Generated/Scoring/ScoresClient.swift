// Made by proto/generate.sh from tally/scoring/v1/scores.proto; not to be edited.

public import RPC

/// Calls `tally.scoring.v1.Scores`.
public struct ScoresClient: Sendable {
    private let channel: RPCChannel

    /// A client that calls through the channel.
    public init(_ channel: RPCChannel) { self.channel = channel }

    /// Calls `Scores/Follow`; throws what the server said.
    public nonisolated(nonsending) func follow<Value: Sendable>(
        options: CallOptions = CallOptions(),
        _ body:
            nonisolated(nonsending) (RequestWriter<FollowRequest>, RPCReader<ScoreBatch>)
            async throws -> Value
    ) async throws -> Value {
        try await self.channel.bidirectional(ScoresMethods.follow, options: options, body)
    }

    /// Calls `Scores/Holdings`; throws what the server said.
    public nonisolated(nonsending) func holdings<Value: Sendable>(
        _ request: HoldingsRequest, options: CallOptions = CallOptions(),
        _ body: nonisolated(nonsending) (RPCReader<HoldingsBatch>) async throws -> Value
    ) async throws -> Value {
        try await self.channel.serverStreaming(
            ScoresMethods.holdings, request, options: options, body)
    }
}
