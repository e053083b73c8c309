// Made by proto/generate.sh from tally/gateway/v1/gateway.proto; not to be edited.

public import RPCCore

/// The methods of `tally.gateway.v1.Gateway`.
public enum GatewayMethods {
    /// `Gateway/Routes`.
    public static let routes = MethodDescriptor(
        path: "/tally.gateway.v1.Gateway/Routes", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.gateway.v1.RoutesRequest",
        responseType: "tally.gateway.v1.RoutesResponse")
    /// `Gateway/Stats`.
    public static let stats = MethodDescriptor(
        path: "/tally.gateway.v1.Gateway/Stats", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.gateway.v1.GatewayStatsRequest",
        responseType: "tally.gateway.v1.GatewayStats")
    /// All of them, in the order of the .proto file.
    public static let all = [routes, stats]
}
