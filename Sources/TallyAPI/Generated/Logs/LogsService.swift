// Made by proto/generate.sh from tally/logs/v1/logs.proto; not to be edited.

public import RPC

/// What a server of `tally.logs.v1.Logs` answers.
public protocol LogsService: Sendable {
    /// `Logs/Tail`.
    func tail(
        _ request: TailRequest, writer: RPCWriter<TailBatch>, context: CallContext
    ) async throws
}

extension RPCRouter {
    /// Answers `tally.logs.v1.Logs` by the service.
    public mutating func register(_ service: some LogsService) {
        self.serverStreaming(LogsMethods.tail) { request, writer, context in
            try await service.tail(request, writer: writer, context: context)
        }
    }
}
