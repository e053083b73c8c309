internal import RPC
internal import RPCCore
internal import ServiceKit

/// Has every line that a handler logs bear the trace of its call.
struct TraceScope: HandlerInterceptor {
    nonisolated(nonsending) func intercept<Reply: Sendable>(
        _ context: CallContext, _ next: nonisolated(nonsending) @Sendable () async throws -> Reply
    ) async throws -> Reply {
        try await Logger.$trace.withValue(context.trace, operation: next)
    }
}
