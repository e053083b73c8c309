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
    /// `Scoring/GetStats`.
    public static let getStats = MethodDescriptor(
        path: "/tally.scoring.v1.Scoring/GetStats", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.scoring.v1.ScoringStatsRequest",
        responseType: "tally.scoring.v1.ScoringStats")
    /// All of them, in the order of the .proto file.
    public static let all = [explain, getContributor, activitySeries, listFormulas, getStats]
}
