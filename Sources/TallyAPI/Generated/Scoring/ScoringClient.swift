// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

public import RPC
public import RPCCore

/// Calls `tally.scoring.v1.Scoring`.
public struct ScoringClient: Sendable {
    private let channel: RPCChannel

    /// A client that calls through the channel.
    public init(_ channel: RPCChannel) { self.channel = channel }

    /// Calls `Scoring/Explain`; throws what the server said.
    public func explain(_ request: ExplainRequest, options: CallOptions = CallOptions())
        async throws(RPCError) -> Explanation
    {
        try await self.channel.unary(ScoringMethods.explain, request, options: options)
    }

    /// Calls `Scoring/GetContributor`; throws what the server said.
    public func getContributor(
        _ request: GetContributorRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> Contributor {
        try await self.channel.unary(ScoringMethods.getContributor, request, options: options)
    }

    /// Calls `Scoring/ActivitySeries`; throws what the server said.
    public func activitySeries<Value: Sendable>(
        _ request: ActivitySeriesRequest, options: CallOptions = CallOptions(),
        _ body: (RPCReader<ActivitySeriesBatch>) async throws -> Value
    ) async throws -> Value {
        try await self.channel.serverStreaming(
            ScoringMethods.activitySeries, request, options: options, body)
    }

    /// Calls `Scoring/ListFormulas`; throws what the server said.
    public func listFormulas(_ request: ListFormulasRequest, options: CallOptions = CallOptions())
        async throws(RPCError) -> ListFormulasResponse
    {
        try await self.channel.unary(ScoringMethods.listFormulas, request, options: options)
    }

    /// Calls `Scoring/GetStats`; throws what the server said.
    public func getStats(_ request: ScoringStatsRequest, options: CallOptions = CallOptions())
        async throws(RPCError) -> ScoringStats
    {
        try await self.channel.unary(ScoringMethods.getStats, request, options: options)
    }
}
