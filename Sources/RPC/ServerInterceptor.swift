public import RPCCore

/// Takes part in every call of a server, of all four kinds: metrics, access logs, authorization,
/// deadlines. What it leaves out does nothing.
///
/// Both moments are on the connection's loop, where nothing may wait; who has to wait, or to stand
/// around the handler, is a `HandlerInterceptor`.
public protocol ServerInterceptor: Sendable {
    /// A call came; its handler has not begun. May give it less time (`CallContext.limit`).
    ///
    /// - Throws: what the caller is told; no handler runs, and no later interceptor is asked.
    func begin(_ call: CallContext) throws(RPCError)

    /// A call ended as its caller heard it, also one that was refused or given up.
    func ended(_ call: FinishedCall)
}

extension ServerInterceptor {
    /// Lets every call through.
    public func begin(_ call: CallContext) throws(RPCError) {}
    /// Takes no notice.
    public func ended(_ call: FinishedCall) {}
}

/// An interceptor that also runs around handlers: concurrency limits, values of the task.
public protocol HandlerInterceptor: ServerInterceptor {
    /// Runs `next`, which is the rest of the chain and the handler, or refuses the call by
    /// throwing `RPCError`.
    func intercept<Reply: Sendable>(
        _ context: CallContext, _ next: @Sendable () async throws -> Reply
    ) async throws -> Reply
}

extension [any HandlerInterceptor] {
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

/// Gives calls of one request and one reply a deadline when their callers named none. Streams may
/// be meant to last.
public struct DefaultDeadline: ServerInterceptor {
    private let timeout: Duration

    /// - Parameter timeout: above zero.
    public init(_ timeout: Duration = .seconds(60)) { self.timeout = timeout }

    /// Sets the deadline.
    public func begin(_ call: CallContext) {
        guard call.kind == .unary, call.deadline == nil else { return }
        call.limit(to: self.timeout)
    }
}
