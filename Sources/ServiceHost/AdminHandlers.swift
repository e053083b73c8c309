internal import RPC
internal import RPCCore
internal import ServiceKit
internal import TallyAPI

/// Answers `tally.admin.v1.Admin`.
struct AdminHandlers: AdminService {
    let service: String
    let instance: String
    let started: Timestamp
    let clock: WallClock
    let metrics: MetricsRegistry
    let history: CallHistory
    let load: @Sendable () async -> (connections: Int, calls: Int)
    let connections: @Sendable () async -> ConnectionsReport
    let roles: RoleNames
    let isDraining: @Sendable () -> Bool
    let drain: @Sendable (Duration) -> Void

    func status(_ request: StatusRequest, context: CallContext) async throws -> StatusResponse {
        let load = await self.load()
        let uptime = max(0, self.clock.now().rawValue - self.started.rawValue)
        return StatusResponse(
            service: self.service, version: Version.text, instance: self.instance,
            startedAtUs: self.started.rawValue, uptimeMs: UInt64(uptime / 1000),
            residentBytes: SystemAccess.residentBytes, connections: UInt32(load.connections),
            callsInFlight: UInt32(load.calls), draining: self.isDraining())
    }

    func vars(_ request: VarsRequest, context: CallContext) async throws -> VarsResponse {
        await self.metrics.look()
        return VarsResponse(
            vars: self.metrics.samples.filter { $0.name.hasPrefix(request.prefix) }
                .map { Var(name: $0.name, labels: $0.labels, value: $0.value) })
    }

    /// Most records of one answer.
    private static let recordsMax: UInt32 = 200

    func rpcz(_ request: RpczRequest, context: CallContext) async throws -> RpczResponse {
        guard request.limit <= Self.recordsMax else {
            throw RPCError(.invalidArgument, "limit: at most \(Self.recordsMax)")
        }
        let limit = request.limit == 0 ? 20 : Int(request.limit)
        let records = self.history.records(slowest: request.slow, failed: request.errors)
        return RpczResponse(calls: Array(records.prefix(limit)))
    }

    func connections(
        _ request: ConnectionsRequest, context: CallContext
    ) async throws -> ConnectionsResponse {
        await self.connections().answer
    }

    func drain(_ request: DrainRequest, context: CallContext) async throws -> DrainResponse {
        guard context.isLocal || self.roles.stand(for: .operator, in: context.identity) else {
            throw RPCError(
                .permissionDenied, "a drain is taken from this machine or an operator alone")
        }
        let load = await self.load()
        self.drain(.milliseconds(request.graceMs))
        return DrainResponse(callsInFlight: UInt32(max(0, load.calls - 1)))
    }
}

/// The version of all four programs.
public enum Version {
    /// Major, minor, patch.
    public static let text = "0.1.0"
}
