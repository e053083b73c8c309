// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

public import RPC
public import RPCCore

/// Calls `tally.admin.v1.Admin`.
public struct AdminClient: Sendable {
    private let channel: RPCChannel

    /// A client that calls through the channel.
    public init(_ channel: RPCChannel) { self.channel = channel }

    /// Calls `Admin/Status`; throws what the server said.
    public nonisolated(nonsending) func status(
        _ request: StatusRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> StatusResponse {
        try await self.channel.unary(AdminMethods.status, request, options: options)
    }

    /// Calls `Admin/Vars`; throws what the server said.
    public nonisolated(nonsending) func vars(
        _ request: VarsRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> VarsResponse {
        try await self.channel.unary(AdminMethods.vars, request, options: options)
    }

    /// Calls `Admin/Rpcz`; throws what the server said.
    public nonisolated(nonsending) func rpcz(
        _ request: RpczRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> RpczResponse {
        try await self.channel.unary(AdminMethods.rpcz, request, options: options)
    }

    /// Calls `Admin/Connections`; throws what the server said.
    public nonisolated(nonsending) func connections(
        _ request: ConnectionsRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> ConnectionsResponse {
        try await self.channel.unary(AdminMethods.connections, request, options: options)
    }

    /// Calls `Admin/Drain`; throws what the server said.
    public nonisolated(nonsending) func drain(
        _ request: DrainRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> DrainResponse {
        try await self.channel.unary(AdminMethods.drain, request, options: options)
    }
}
