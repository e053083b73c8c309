// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

public import RPC
public import RPCCore

/// Calls `tally.scoring.v1.Scoring`.
public struct ScoringClient: Sendable {
    private let channel: RPCChannel

    /// A client that calls through the channel.
    public init(_ channel: RPCChannel) { self.channel = channel }

    /// Calls `Scoring/Explain`; throws what the server said.
    public nonisolated(nonsending) func explain(
        _ request: ExplainRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> Explanation {
        try await self.channel.unary(ScoringMethods.explain, request, options: options)
    }

    /// Calls `Scoring/GetContributor`; throws what the server said.
    public nonisolated(nonsending) func getContributor(
        _ request: GetContributorRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> Contributor {
        try await self.channel.unary(ScoringMethods.getContributor, request, options: options)
    }

    /// Calls `Scoring/ActivitySeries`; throws what the server said.
    public nonisolated(nonsending) func activitySeries<Value: Sendable>(
        _ request: ActivitySeriesRequest, options: CallOptions = CallOptions(),
        _ body: nonisolated(nonsending) (RPCReader<ActivitySeriesBatch>) async throws -> Value
    ) async throws -> Value {
        try await self.channel.serverStreaming(
            ScoringMethods.activitySeries, request, options: options, body)
    }

    /// Calls `Scoring/ListFormulas`; throws what the server said.
    public nonisolated(nonsending) func listFormulas(
        _ request: ListFormulasRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> ListFormulasResponse {
        try await self.channel.unary(ScoringMethods.listFormulas, request, options: options)
    }

    /// Calls `Scoring/PutFormula`; throws what the server said.
    public nonisolated(nonsending) func putFormula(
        _ request: PutFormulaRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> PutFormulaResponse {
        try await self.channel.unary(ScoringMethods.putFormula, request, options: options)
    }

    /// Calls `Scoring/PreviewFormula`; throws what the server said.
    public nonisolated(nonsending) func previewFormula(
        _ request: PreviewFormulaRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> PreviewFormulaResponse {
        try await self.channel.unary(ScoringMethods.previewFormula, request, options: options)
    }

    /// Calls `Scoring/ScoreRange`; throws what the server said.
    public nonisolated(nonsending) func scoreRange<Value: Sendable>(
        _ request: ScoreRangeRequest, options: CallOptions = CallOptions(),
        _ body: nonisolated(nonsending) (RPCReader<ScoreRangeBatch>) async throws -> Value
    ) async throws -> Value {
        try await self.channel.serverStreaming(
            ScoringMethods.scoreRange, request, options: options, body)
    }

    /// Calls `Scoring/LinkIdentity`; throws what the server said.
    public nonisolated(nonsending) func linkIdentity(
        _ request: LinkIdentityRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> IdentityResponse {
        try await self.channel.unary(ScoringMethods.linkIdentity, request, options: options)
    }

    /// Calls `Scoring/UnlinkIdentity`; throws what the server said.
    public nonisolated(nonsending) func unlinkIdentity(
        _ request: UnlinkIdentityRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> IdentityResponse {
        try await self.channel.unary(ScoringMethods.unlinkIdentity, request, options: options)
    }

    /// Calls `Scoring/OptOut`; throws what the server said.
    public nonisolated(nonsending) func optOut(
        _ request: OptOutRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> OptOutResponse {
        try await self.channel.unary(ScoringMethods.optOut, request, options: options)
    }

    /// Calls `Scoring/OptIn`; throws what the server said.
    public nonisolated(nonsending) func optIn(
        _ request: OptInRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> OptOutResponse {
        try await self.channel.unary(ScoringMethods.optIn, request, options: options)
    }

    /// Calls `Scoring/ListIdentityChanges`; throws what the server said.
    public nonisolated(nonsending) func listIdentityChanges(
        _ request: ListIdentityChangesRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> ListIdentityChangesResponse {
        try await self.channel.unary(ScoringMethods.listIdentityChanges, request, options: options)
    }

    /// Calls `Scoring/Verify`; throws what the server said.
    public nonisolated(nonsending) func verify(
        _ request: VerifyRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> VerifyResponse {
        try await self.channel.unary(ScoringMethods.verify, request, options: options)
    }

    /// Calls `Scoring/Refollow`; throws what the server said.
    public nonisolated(nonsending) func refollow(
        _ request: RefollowRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> RefollowResponse {
        try await self.channel.unary(ScoringMethods.refollow, request, options: options)
    }

    /// Calls `Scoring/GetStats`; throws what the server said.
    public nonisolated(nonsending) func getStats(
        _ request: ScoringStatsRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> ScoringStats {
        try await self.channel.unary(ScoringMethods.getStats, request, options: options)
    }
}
