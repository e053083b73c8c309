// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

public import RPC

/// What a server of `tally.admin.v1.Admin` answers.
public protocol AdminService: Sendable {
    /// `Admin/Status`.
    func status(
        _ request: StatusRequest, context: CallContext
    ) async throws -> StatusResponse
    /// `Admin/Vars`.
    func vars(
        _ request: VarsRequest, context: CallContext
    ) async throws -> VarsResponse
    /// `Admin/Rpcz`.
    func rpcz(
        _ request: RpczRequest, context: CallContext
    ) async throws -> RpczResponse
    /// `Admin/Connections`.
    func connections(
        _ request: ConnectionsRequest, context: CallContext
    ) async throws -> ConnectionsResponse
    /// `Admin/Drain`.
    func drain(
        _ request: DrainRequest, context: CallContext
    ) async throws -> DrainResponse
}

extension RPCRouter {
    /// Answers `tally.admin.v1.Admin` by the service.
    public mutating func register(_ service: some AdminService) {
        self.unary(AdminMethods.status) { request, context in
            try await service.status(request, context: context)
        }
        self.unary(AdminMethods.vars) { request, context in
            try await service.vars(request, context: context)
        }
        self.unary(AdminMethods.rpcz) { request, context in
            try await service.rpcz(request, context: context)
        }
        self.unary(AdminMethods.connections) { request, context in
            try await service.connections(request, context: context)
        }
        self.unary(AdminMethods.drain) { request, context in
            try await service.drain(request, context: context)
        }
    }
}
