// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

public import RPC

/// What a server of `tally.scoring.v1.Scoring` answers.
public protocol ScoringService: Sendable {
    /// `Scoring/Explain`.
    func explain(
        _ request: ExplainRequest, context: CallContext
    ) async throws -> Explanation
    /// `Scoring/GetContributor`.
    func getContributor(
        _ request: GetContributorRequest, context: CallContext
    ) async throws -> Contributor
    /// `Scoring/ActivitySeries`.
    func activitySeries(
        _ request: ActivitySeriesRequest, writer: RPCWriter<ActivitySeriesBatch>,
        context: CallContext
    ) async throws
    /// `Scoring/ListFormulas`.
    func listFormulas(
        _ request: ListFormulasRequest, context: CallContext
    ) async throws -> ListFormulasResponse
    /// `Scoring/GetStats`.
    func getStats(
        _ request: ScoringStatsRequest, context: CallContext
    ) async throws -> ScoringStats
}

extension RPCRouter {
    /// Answers `tally.scoring.v1.Scoring` by the service.
    public mutating func register(_ service: some ScoringService) {
        self.unary(ScoringMethods.explain) { request, context in
            try await service.explain(request, context: context)
        }
        self.unary(ScoringMethods.getContributor) { request, context in
            try await service.getContributor(request, context: context)
        }
        self.serverStreaming(ScoringMethods.activitySeries) { request, writer, context in
            try await service.activitySeries(request, writer: writer, context: context)
        }
        self.unary(ScoringMethods.listFormulas) { request, context in
            try await service.listFormulas(request, context: context)
        }
        self.unary(ScoringMethods.getStats) { request, context in
            try await service.getStats(request, context: context)
        }
    }
}
