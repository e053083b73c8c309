/// Runs around every call of a server, whatever its kind: access logs, authorization, limits.
public protocol ServerInterceptor: Sendable {
    /// Runs `next`, which is the rest of the chain and the handler, or refuses the call by
    /// throwing `RPCError`.
    func intercept<Reply: Sendable>(
        _ context: CallContext, _ next: @Sendable () async throws -> Reply
    ) async throws -> Reply
}

extension [any ServerInterceptor] {
    /// The first one is the outermost.
    func run<Reply: Sendable>(
        _ context: CallContext, _ handler: @escaping @Sendable () async throws -> Reply
    ) async throws -> Reply {
        var chain = handler
        for interceptor in self.reversed() {
            let next = chain
            chain = { try await interceptor.intercept(context, next) }
        }
        return try await chain()
    }
}
