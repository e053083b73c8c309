// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

public import RPC

/// Calls `tally.ingest.v1.Activity`.
public struct ActivityClient: Sendable {
    private let channel: RPCChannel

    /// A client that calls through the channel.
    public init(_ channel: RPCChannel) { self.channel = channel }

    /// Calls `Activity/Follow`; throws what the server said.
    public nonisolated(nonsending) func follow<Value: Sendable>(
        options: CallOptions = CallOptions(),
        _ body:
            nonisolated(nonsending) (RequestWriter<FollowRequest>, RPCReader<ActivityBatch>)
            async throws -> Value
    ) async throws -> Value {
        try await self.channel.bidirectional(ActivityMethods.follow, options: options, body)
    }

    /// Calls `Activity/Holdings`; throws what the server said.
    public nonisolated(nonsending) func holdings<Value: Sendable>(
        _ request: HoldingsRequest, options: CallOptions = CallOptions(),
        _ body: nonisolated(nonsending) (RPCReader<HoldingsBatch>) async throws -> Value
    ) async throws -> Value {
        try await self.channel.serverStreaming(
            ActivityMethods.holdings, request, options: options, body)
    }
}
