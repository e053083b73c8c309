// Made by proto/generate.sh from tally/gateway/v1/gateway.proto; not to be edited.

public import RPC
public import RPCCore

/// Calls `tally.gateway.v1.Gateway`.
public struct GatewayClient: Sendable {
    private let channel: RPCChannel

    /// A client that calls through the channel.
    public init(_ channel: RPCChannel) { self.channel = channel }

    /// Calls `Gateway/Routes`; throws what the server said.
    public nonisolated(nonsending) func routes(
        _ request: RoutesRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> RoutesResponse {
        try await self.channel.unary(GatewayMethods.routes, request, options: options)
    }

    /// Calls `Gateway/Stats`; throws what the server said.
    public nonisolated(nonsending) func stats(
        _ request: GatewayStatsRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> GatewayStats {
        try await self.channel.unary(GatewayMethods.stats, request, options: options)
    }
}
