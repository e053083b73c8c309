// Made by proto/generate.sh from tally/scoring/v1/scores.proto; not to be edited.

public import RPCCore

/// The methods of `tally.scoring.v1.Scores`.
public enum ScoresMethods {
    /// `Scores/Follow`.
    public static let follow = MethodDescriptor(
        path: "/tally.scoring.v1.Scores/Follow", kind: .bidirectional,
        idempotency: .unknown,
        requestType: "tally.ingest.v1.FollowRequest",
        responseType: "tally.scoring.v1.ScoreBatch")
    /// `Scores/Holdings`.
    public static let holdings = MethodDescriptor(
        path: "/tally.scoring.v1.Scores/Holdings", kind: .serverStreaming,
        idempotency: .noSideEffects,
        requestType: "tally.common.v1.HoldingsRequest",
        responseType: "tally.common.v1.HoldingsBatch")
    /// All of them, in the order of the .proto file.
    public static let all = [follow, holdings]
}
