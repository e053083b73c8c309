// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

public import RPCCore

/// The methods of `tally.ingest.v1.Activity`.
public enum ActivityMethods {
    /// `Activity/Follow`.
    public static let follow = MethodDescriptor(
        path: "/tally.ingest.v1.Activity/Follow", kind: .bidirectional,
        idempotency: .unknown,
        requestType: "tally.ingest.v1.FollowRequest",
        responseType: "tally.ingest.v1.ActivityBatch")
    /// `Activity/Holdings`.
    public static let holdings = MethodDescriptor(
        path: "/tally.ingest.v1.Activity/Holdings", kind: .serverStreaming,
        idempotency: .noSideEffects,
        requestType: "tally.common.v1.HoldingsRequest",
        responseType: "tally.common.v1.HoldingsBatch")
    /// All of them, in the order of the .proto file.
    public static let all = [follow, holdings]
}
