internal import RPC
internal import RPCCore
internal import ServiceKit

/// Counts the calls of a server: durations by method and code, and what handlers threw.
struct CallMeter: EndInterceptor {
    private let methods: Set<String>
    private let metrics: MetricsRegistry
    private let logger: Logger

    /// - Parameter methods: those that have a handler; others share one name, for callers make
    ///   them up.
    init(methods: [String], metrics: MetricsRegistry, logger: Logger) {
        self.methods = Set(methods)
        self.metrics = metrics
        self.logger = logger
    }

    func ended(_ call: FinishedCall) {
        let method = self.methods.contains(call.method) ? call.method : "unknown"
        self.metrics.observe(
            "rpc_server_call_duration_seconds", help: "Time from request to status.",
            labels: [("rpc_method", method), ("rpc_response_status_code", call.code.name)],
            call.duration)
        guard let text = call.internalError else { return }
        self.logger.error(
            "a call failed", ["method": method, "trace": call.trace.id, "error": text])
    }
}
