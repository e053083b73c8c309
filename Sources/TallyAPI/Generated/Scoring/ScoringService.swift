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
    /// `Scoring/PutFormula`.
    func putFormula(
        _ request: PutFormulaRequest, context: CallContext
    ) async throws -> PutFormulaResponse
    /// `Scoring/PreviewFormula`.
    func previewFormula(
        _ request: PreviewFormulaRequest, context: CallContext
    ) async throws -> PreviewFormulaResponse
    /// `Scoring/ScoreRange`.
    func scoreRange(
        _ request: ScoreRangeRequest, writer: RPCWriter<ScoreRangeBatch>, context: CallContext
    ) async throws
    /// `Scoring/LinkIdentity`.
    func linkIdentity(
        _ request: LinkIdentityRequest, context: CallContext
    ) async throws -> IdentityResponse
    /// `Scoring/UnlinkIdentity`.
    func unlinkIdentity(
        _ request: UnlinkIdentityRequest, context: CallContext
    ) async throws -> IdentityResponse
    /// `Scoring/OptOut`.
    func optOut(
        _ request: OptOutRequest, context: CallContext
    ) async throws -> OptOutResponse
    /// `Scoring/OptIn`.
    func optIn(
        _ request: OptInRequest, context: CallContext
    ) async throws -> OptOutResponse
    /// `Scoring/ListIdentityChanges`.
    func listIdentityChanges(
        _ request: ListIdentityChangesRequest, context: CallContext
    ) async throws -> ListIdentityChangesResponse
    /// `Scoring/Verify`.
    func verify(
        _ request: VerifyRequest, context: CallContext
    ) async throws -> VerifyResponse
    /// `Scoring/Refollow`.
    func refollow(
        _ request: RefollowRequest, context: CallContext
    ) async throws -> RefollowResponse
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
        self.unary(ScoringMethods.putFormula) { request, context in
            try await service.putFormula(request, context: context)
        }
        self.unary(ScoringMethods.previewFormula) { request, context in
            try await service.previewFormula(request, context: context)
        }
        self.serverStreaming(ScoringMethods.scoreRange) { request, writer, context in
            try await service.scoreRange(request, writer: writer, context: context)
        }
        self.unary(ScoringMethods.linkIdentity) { request, context in
            try await service.linkIdentity(request, context: context)
        }
        self.unary(ScoringMethods.unlinkIdentity) { request, context in
            try await service.unlinkIdentity(request, context: context)
        }
        self.unary(ScoringMethods.optOut) { request, context in
            try await service.optOut(request, context: context)
        }
        self.unary(ScoringMethods.optIn) { request, context in
            try await service.optIn(request, context: context)
        }
        self.unary(ScoringMethods.listIdentityChanges) { request, context in
            try await service.listIdentityChanges(request, context: context)
        }
        self.unary(ScoringMethods.verify) { request, context in
            try await service.verify(request, context: context)
        }
        self.unary(ScoringMethods.refollow) { request, context in
            try await service.refollow(request, context: context)
        }
        self.unary(ScoringMethods.getStats) { request, context in
            try await service.getStats(request, context: context)
        }
    }
}
