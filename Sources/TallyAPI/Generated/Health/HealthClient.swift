// Made by proto/generate.sh from tally/health/v1/health.proto; not to be edited.

public import RPC
public import RPCCore

/// Calls `tally.health.v1.Health`.
public struct HealthClient: Sendable {
    private let channel: RPCChannel

    /// A client that calls through the channel.
    public init(_ channel: RPCChannel) { self.channel = channel }

    /// Calls `Health/Check`; throws what the server said.
    public nonisolated(nonsending) func check(
        _ request: HealthCheckRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> HealthCheckResponse {
        try await self.channel.unary(HealthMethods.check, request, options: options)
    }

    /// Calls `Health/Watch`; throws what the server said.
    public nonisolated(nonsending) func watch<Value: Sendable>(
        _ request: HealthCheckRequest, options: CallOptions = CallOptions(),
        _ body: nonisolated(nonsending) (RPCReader<HealthCheckResponse>) async throws -> Value
    ) async throws -> Value {
        try await self.channel.serverStreaming(HealthMethods.watch, request, options: options, body)
    }

    /// Calls `Health/List`; throws what the server said.
    public nonisolated(nonsending) func list(
        _ request: HealthListRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> HealthListResponse {
        try await self.channel.unary(HealthMethods.list, request, options: options)
    }
}
