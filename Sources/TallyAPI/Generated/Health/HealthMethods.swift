// Made by proto/generate.sh from tally/health/v1/health.proto; not to be edited.

public import RPCCore

/// The methods of `tally.health.v1.Health`.
public enum HealthMethods {
    /// `Health/Check`.
    public static let check = MethodDescriptor(
        path: "/tally.health.v1.Health/Check", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.health.v1.HealthCheckRequest",
        responseType: "tally.health.v1.HealthCheckResponse")
    /// `Health/Watch`.
    public static let watch = MethodDescriptor(
        path: "/tally.health.v1.Health/Watch", kind: .serverStreaming,
        idempotency: .noSideEffects,
        requestType: "tally.health.v1.HealthCheckRequest",
        responseType: "tally.health.v1.HealthCheckResponse")
    /// `Health/List`.
    public static let list = MethodDescriptor(
        path: "/tally.health.v1.Health/List", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.health.v1.HealthListRequest",
        responseType: "tally.health.v1.HealthListResponse")
    /// All of them, in the order of the .proto file.
    public static let all = [check, watch, list]
}
