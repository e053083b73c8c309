import RPC
import TallyAPI

/// Answers `tally.gateway.v1.Gateway`, for its probe.
struct GatewayHandlers: GatewayService {
    let table: [Route]
    let address: String
    let connections: @Sendable () -> Int

    func routes(_ request: RoutesRequest, context: CallContext) async throws -> RoutesResponse {
        RoutesResponse(
            routes: self.table.map {
                TallyAPI.Route(method: $0.method, path: "/api/v1\($0.pattern)", summary: $0.summary)
            })
    }

    func stats(
        _ request: GatewayStatsRequest, context: CallContext
    ) async throws -> GatewayStats {
        GatewayStats(connections: UInt32(self.connections()), httpAddress: self.address)
    }
}
