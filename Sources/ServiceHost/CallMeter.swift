internal import RPC
internal import RPCCore
internal import ServiceKit

/// Counts the calls of a server: durations by method and code, and what handlers threw.
struct CallMeter: EndInterceptor {
    private let book: CallBook
    private let logger: Logger

    /// - Parameter methods: those that have a handler; others share one name, for callers make
    ///   them up.
    init(methods: [String], metrics: MetricsRegistry, logger: Logger) {
        self.book = CallBook("rpc_server", methods: methods, metrics: metrics)
        self.logger = logger
    }

    func ended(_ call: FinishedCall) {
        self.book.ended(call.method, call.code, call.duration, queued: call.queued)
        guard let text = call.internalError else { return }
        self.logger.error(
            "a call failed", ["method": call.method, "trace": call.trace.id, "error": text])
    }
}
