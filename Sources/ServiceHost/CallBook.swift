internal import RPC
internal import RPCCore
internal import ServiceKit
private import Synchronization

/// The durations of the calls of one side, by method and code, each series found once.
final class CallBook: Sendable {
    private struct Key: Hashable {
        let method: String
        let code: StatusCode
    }

    private struct State {
        var durations: [Key: DurationSeries] = [:]
        var queued: [String: DurationSeries] = [:]
        /// Calls like each other come one after the other.
        var last: Last?
    }

    private struct Last {
        let path: String
        let code: StatusCode
        let durations: DurationSeries
        let waits: DurationSeries
    }

    /// What calls of methods share that are not among the known ones: callers make them up.
    static let otherMethods = "unknown"

    private let prefix: String
    /// Nil: every method is known.
    private let methods: Set<String>?
    private let metrics: MetricsRegistry
    private let state = Mutex(State())

    init(_ prefix: String, methods: [String]?, metrics: MetricsRegistry) {
        self.prefix = prefix
        self.methods = methods.map { Set($0) }
        self.metrics = metrics
    }

    func ended(_ path: String, _ code: StatusCode, _ duration: Duration, queued: Duration) {
        let series = self.state.withLock { state in
            if let last = state.last, last.code == code, last.path == path { return last }
            let series = self.series(path, code, &state)
            state.last = series
            return series
        }
        series.durations.add(duration)
        series.waits.add(queued)
    }

    private func series(_ path: String, _ code: StatusCode, _ state: inout State) -> Last {
        let isKnown = self.methods?.contains(path) ?? true
        let method = isKnown ? path : Self.otherMethods
        let key = Key(method: method, code: code)
        let durations = state.durations[key] ?? self.durations(key)
        let waits = state.queued[method] ?? self.waits(method)
        (state.durations[key], state.queued[method]) = (durations, waits)
        return Last(path: path, code: code, durations: durations, waits: waits)
    }

    private func durations(_ key: Key) -> DurationSeries {
        self.metrics.durations(
            "\(self.prefix)_call_duration_seconds", help: "Time from request to status.",
            labels: [("rpc_method", key.method), ("rpc_response_status_code", key.code.name)])
    }

    private func waits(_ method: String) -> DurationSeries {
        self.metrics.durations(
            "\(self.prefix)_queue_duration_seconds",
            help: "The part of it before a call had its turn, or stood on a connection.",
            labels: [("rpc_method", method)])
    }
}

/// Counts the calls of a program's channels: durations by method and code, failures by reason.
struct ClientCallMeter: Sendable {
    private let book: CallBook
    private let metrics: MetricsRegistry

    init(metrics: MetricsRegistry) {
        self.book = CallBook("rpc_client", methods: nil, metrics: metrics)
        self.metrics = metrics
    }

    func ended(_ call: FinishedClientCall) {
        self.book.ended(call.method, call.code, call.duration, queued: call.queued)
        guard call.code != .ok else { return }
        self.metrics.count(
            "rpc_client_failures_total", help: "Calls that failed, by the name of the cause.",
            labels: [("reason", call.reason ?? call.code.name)])
    }
}
