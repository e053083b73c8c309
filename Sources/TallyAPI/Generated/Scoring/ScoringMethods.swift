// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

public import RPCCore

/// The methods of `tally.scoring.v1.Scoring`.
public enum ScoringMethods {
    /// `Scoring/Explain`.
    public static let explain = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/Explain", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.scoring.v1.ExplainRequest",
        responseType: "tally.scoring.v1.Explanation")
    /// `Scoring/GetContributor`.
    public static let getContributor = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/GetContributor", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.scoring.v1.GetContributorRequest",
        responseType: "tally.scoring.v1.Contributor")
    /// `Scoring/ActivitySeries`.
    public static let activitySeries = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/ActivitySeries", kind: .serverStreaming,
        idempotency: .noSideEffects,
        requestType: "tally.scoring.v1.ActivitySeriesRequest",
        responseType: "tally.scoring.v1.ActivitySeriesBatch")
    /// `Scoring/ListFormulas`.
    public static let listFormulas = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/ListFormulas", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.scoring.v1.ListFormulasRequest",
        responseType: "tally.scoring.v1.ListFormulasResponse")
    /// `Scoring/PutFormula`.
    public static let putFormula = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/PutFormula", kind: .unary,
        idempotency: .idempotent,
        requestType: "tally.scoring.v1.PutFormulaRequest",
        responseType: "tally.scoring.v1.PutFormulaResponse")
    /// `Scoring/PreviewFormula`.
    public static let previewFormula = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/PreviewFormula", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.scoring.v1.PreviewFormulaRequest",
        responseType: "tally.scoring.v1.PreviewFormulaResponse")
    /// `Scoring/ScoreRange`.
    public static let scoreRange = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/ScoreRange", kind: .serverStreaming,
        idempotency: .noSideEffects,
        requestType: "tally.scoring.v1.ScoreRangeRequest",
        responseType: "tally.scoring.v1.ScoreRangeBatch")
    /// `Scoring/LinkIdentity`.
    public static let linkIdentity = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/LinkIdentity", kind: .unary,
        idempotency: .idempotent,
        requestType: "tally.scoring.v1.LinkIdentityRequest",
        responseType: "tally.scoring.v1.IdentityResponse")
    /// `Scoring/UnlinkIdentity`.
    public static let unlinkIdentity = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/UnlinkIdentity", kind: .unary,
        idempotency: .idempotent,
        requestType: "tally.scoring.v1.UnlinkIdentityRequest",
        responseType: "tally.scoring.v1.IdentityResponse")
    /// `Scoring/OptOut`.
    public static let optOut = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/OptOut", kind: .unary,
        idempotency: .idempotent,
        requestType: "tally.scoring.v1.OptOutRequest",
        responseType: "tally.scoring.v1.OptOutResponse")
    /// `Scoring/OptIn`.
    public static let optIn = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/OptIn", kind: .unary,
        idempotency: .idempotent,
        requestType: "tally.scoring.v1.OptInRequest",
        responseType: "tally.scoring.v1.OptOutResponse")
    /// `Scoring/ListIdentityChanges`.
    public static let listIdentityChanges = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/ListIdentityChanges", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.scoring.v1.ListIdentityChangesRequest",
        responseType: "tally.scoring.v1.ListIdentityChangesResponse")
    /// `Scoring/Verify`.
    public static let verify = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/Verify", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.common.v1.VerifyRequest",
        responseType: "tally.common.v1.VerifyResponse")
    /// `Scoring/Refollow`.
    public static let refollow = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/Refollow", kind: .unary,
        idempotency: .idempotent,
        requestType: "tally.common.v1.RefollowRequest",
        responseType: "tally.common.v1.RefollowResponse")
    /// `Scoring/GetStats`.
    public static let getStats = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/GetStats", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.scoring.v1.ScoringStatsRequest",
        responseType: "tally.scoring.v1.ScoringStats")
    /// All of them, in the order of the .proto file.
    public static let all = [
        explain, getContributor, activitySeries, listFormulas, putFormula, previewFormula,
        scoreRange, linkIdentity, unlinkIdentity, optOut, optIn, listIdentityChanges, verify,
        refollow, getStats,
    ]
}
