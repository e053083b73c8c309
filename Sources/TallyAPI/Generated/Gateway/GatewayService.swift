// Made by proto/generate.sh from tally/gateway/v1/gateway.proto; not to be edited.

public import RPC

/// What a server of `tally.gateway.v1.Gateway` answers.
public protocol GatewayService: Sendable {
    /// `Gateway/Routes`.
    func routes(
        _ request: RoutesRequest, context: CallContext
    ) async throws -> RoutesResponse
    /// `Gateway/Stats`.
    func stats(
        _ request: GatewayStatsRequest, context: CallContext
    ) async throws -> GatewayStats
}

extension RPCRouter {
    /// Answers `tally.gateway.v1.Gateway` by the service.
    public mutating func register(_ service: some GatewayService) {
        self.unary(GatewayMethods.routes) { request, context in
            try await service.routes(request, context: context)
        }
        self.unary(GatewayMethods.stats) { request, context in
            try await service.stats(request, context: context)
        }
    }
}
