// Made by proto/generate.sh from tally/health/v1/health.proto; not to be edited.

public import RPC

/// What a server of `tally.health.v1.Health` answers.
public protocol HealthService: Sendable {
    /// `Health/Check`.
    func check(
        _ request: HealthCheckRequest, context: CallContext
    ) async throws -> HealthCheckResponse
    /// `Health/Watch`.
    func watch(
        _ request: HealthCheckRequest, writer: RPCWriter<HealthCheckResponse>, context: CallContext
    ) async throws
    /// `Health/List`.
    func list(
        _ request: HealthListRequest, context: CallContext
    ) async throws -> HealthListResponse
}

extension RPCRouter {
    /// Answers `tally.health.v1.Health` by the service.
    public mutating func register(_ service: some HealthService) {
        self.unary(HealthMethods.check) { request, context in
            try await service.check(request, context: context)
        }
        self.serverStreaming(HealthMethods.watch) { request, writer, context in
            try await service.watch(request, writer: writer, context: context)
        }
        self.unary(HealthMethods.list) { request, context in
            try await service.list(request, context: context)
        }
    }
}
