public import RPCCore

/// Takes part in every call of a server, of all four kinds: metrics, access logs, authorization,
/// deadlines.
///
/// A call has three moments, each with a protocol of its own, and an interceptor adopts those that
/// it is there for: what nobody is there for costs nothing.
public protocol ServerInterceptor: Sendable {}

/// Looks at calls as they come, before their handlers begin.
public protocol ArrivalInterceptor: ServerInterceptor {
    /// May refuse the call, or give it less time (`CallContext.limit`). On the connection's loop,
    /// where nothing may wait.
    ///
    /// - Throws: what the caller is told; no handler runs, and no later interceptor is asked.
    func begin(_ call: CallContext) throws(RPCError)
}

/// Runs around handlers: concurrency limits, values of the task.
public protocol HandlerInterceptor: ServerInterceptor {
    /// Runs `next`, which is the rest of the chain and the handler, or refuses the call by
    /// throwing `RPCError`. A single reply leaves when all have returned; replies of a stream have
    /// left by then.
    nonisolated(nonsending) func intercept<Reply: Sendable>(
        _ context: CallContext, _ next: nonisolated(nonsending) @Sendable () async throws -> Reply
    ) async throws -> Reply
}

/// Hears of every call that ended, also of those that were refused or given up.
public protocol EndInterceptor: ServerInterceptor {
    /// The call ended as its caller heard it. On the connection's loop, where nothing may wait.
    func ended(_ call: FinishedCall)
}

extension [any HandlerInterceptor] {
    /// The first one is the outermost.
    nonisolated(nonsending) func run<Reply: Sendable>(
        _ context: CallContext,
        _ handler: nonisolated(nonsending) @escaping @Sendable () async throws -> Reply
    ) async throws -> Reply {
        guard let first = self.first else { return try await handler() }
        var chain = handler
        for interceptor in self.dropFirst().reversed() {
            let next = chain
            chain = { try await interceptor.intercept(context, next) }
        }
        return try await first.intercept(context, chain)
    }
}

/// Gives calls of one request and one reply a deadline when their callers named none. Streams may
/// be meant to last.
public struct DefaultDeadline: ArrivalInterceptor {
    private let timeout: Duration

    /// - Parameter timeout: above zero.
    public init(_ timeout: Duration = .seconds(60)) { self.timeout = timeout }

    /// Sets the deadline.
    public func begin(_ call: CallContext) {
        guard call.kind == .unary, !call.hasDeadline else { return }
        call.limit(to: self.timeout)
    }
}
