// Made by proto/generate.sh from tally/logs/v1/logs.proto; not to be edited.

public import RPC

/// Calls `tally.logs.v1.Logs`.
public struct LogsClient: Sendable {
    private let channel: RPCChannel

    /// A client that calls through the channel.
    public init(_ channel: RPCChannel) { self.channel = channel }

    /// Calls `Logs/Tail`; throws what the server said.
    public nonisolated(nonsending) func tail<Value: Sendable>(
        _ request: TailRequest, options: CallOptions = CallOptions(),
        _ body: nonisolated(nonsending) (RPCReader<TailBatch>) async throws -> Value
    ) async throws -> Value {
        try await self.channel.serverStreaming(LogsMethods.tail, request, options: options, body)
    }
}
