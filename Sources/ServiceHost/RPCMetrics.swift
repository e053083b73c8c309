internal import RPC
internal import RPCCore
internal import ServiceKit

/// Puts what servers and channels know of themselves into the registry when somebody looks. No
/// series names an address: whoever may see the numbers need not see those.
struct RPCMetrics: Sendable {
    typealias Values = [(MetricsRegistry.Labels, Double)]

    let metrics: MetricsRegistry
    let serverMeter: ConnectionMeter
    let clientMeter: ConnectionMeter
    let turnstiles: MethodLimits?
    let connections: @Sendable () async -> [ConnectionSnapshot]
    let channels: @Sendable () async -> [(name: String, channel: ChannelSnapshot)]

    func collect() async {
        self.server(await self.connections())
        self.meter("rpc_server", self.serverMeter.counts)
        self.limits()
        self.client(await self.channels())
        self.meter("rpc_client", self.clientMeter.counts)
    }

    // MARK: Both sides

    private func meter(_ side: String, _ counts: ConnectionMeter.Counts) {
        self.counter("\(side)_received_bytes_total", "Bytes that came.", counts.receivedBytes)
        self.counter("\(side)_sent_bytes_total", "Bytes that left.", counts.sentBytes)
        self.metrics.replace(
            "\(side)_stalls_total",
            help: "Times that a sender waited: for credit of its stream, or for the socket.",
            .counter,
            by: [
                ([("for", "window")], Double(counts.windowStalls)),
                ([("for", "socket")], Double(counts.outboundStalls)),
            ])
        self.counter(
            "\(side)_other_schemas_total", "Peers built from other message definitions.",
            counts.otherSchemas)
        self.metrics.replace(
            "\(side)_goaways_total", help: "Farewells by their code.", .counter,
            by: Self.farewells("received", counts.goAwaysReceived)
                + Self.farewells("sent", counts.goAwaysSent))
    }

    private static func farewells(
        _ direction: String, _ counts: [GoAway.Code: UInt64]
    ) -> Values {
        counts.map { ([("direction", direction), ("code", $0.name)], Double($1)) }
    }

    private func counter(_ name: String, _ help: String, _ value: UInt64) {
        self.metrics.replace(name, help: help, .counter, by: [([], Double(value))])
    }

    /// How many are in each of the states, also in those that nobody is in.
    private static func states(
        _ all: [String], _ seen: some Sequence<String>, _ labels: MetricsRegistry.Labels = []
    ) -> Values {
        let counts = Dictionary(grouping: seen) { $0 }.mapValues(\.count)
        return all.map { (labels + [("state", $0)], Double(counts[$0] ?? 0)) }
    }

    // MARK: The server

    private static let serverStates = ["handshake", "open", "draining"]

    private func server(_ connections: [ConnectionSnapshot]) {
        self.metrics.replace(
            "rpc_server_connections", help: "Connections to the RPC port.",
            by: Self.states(Self.serverStates, connections.map(\.state)))
        self.metrics.set(
            "rpc_server_calls_in_flight", help: "Calls that are open.",
            to: Double(connections.reduce(0) { $0 + $1.openCalls }))
        self.metrics.replace(
            "rpc_server_refusals_total",
            help: "What was turned away before a handler began, by reason.", .counter,
            by: self.serverMeter.counts.refusals.map { ([("reason", $0)], Double($1)) })
    }

    private func limits() {
        guard let limits = self.turnstiles?.snapshot else { return }
        func values(_ number: KeyPath<MethodLimits.Snapshot, Int>) -> Values {
            limits.map { ([("rpc_method", $0)], Double($1[keyPath: number])) }
        }
        self.metrics.replace(
            "rpc_server_concurrency_limit", help: "Calls of a method that may run at once.",
            by: values(\.limit))
        self.metrics.replace(
            "rpc_server_concurrency_running", help: "Calls of a limited method that run.",
            by: values(\.running))
        self.metrics.replace(
            "rpc_server_concurrency_waiting", help: "Calls that wait for their turn.",
            by: values(\.waiting))
    }

    // MARK: The channels

    private static let clientStates = [
        "idle", "connecting", "handshake", "open", "draining", "backoff", "shutdown",
    ]
    private static let breakerStates = ["closed", "open", "probing"]

    private func client(_ channels: [(name: String, channel: ChannelSnapshot)]) {
        self.perChannel("rpc_client_connections", "Addresses by their connections.", channels) {
            Self.states(Self.clientStates, $1.connections.map(\.state), [("channel", $0)])
        }
        self.perChannel("rpc_client_breakers", "Addresses by their breakers.", channels) {
            Self.states(
                Self.breakerStates, $1.connections.compactMap { $0.endpoint?.breaker },
                [("channel", $0)])
        }
        self.perChannel("rpc_client_calls_in_flight", "Calls that were sent.", channels) {
            [([("channel", $0)], Double($1.connections.reduce(0) { $0 + $1.openCalls }))]
        }
        self.perChannel(
            "rpc_client_retry_tokens", "What is left for retries; none at 50 or below.", channels
        ) { [([("channel", $0)], $1.retryTokens)] }
        self.perChannel(
            "rpc_client_attempts_total", "Tries of calls, by why they were made.", channels,
            .counter
        ) { name, channel in Self.attempts(name, channel.counts) }
        self.perChannel(
            "rpc_client_retries_denied_total", "Retries for which the budget had nothing left.",
            channels, .counter
        ) { [([("channel", $0)], Double($1.counts.retriesDenied))] }
    }

    private func perChannel(
        _ name: String, _ help: String,
        _ channels: [(name: String, channel: ChannelSnapshot)],
        _ kind: MetricsRegistry.Kind = .gauge, _ values: (String, ChannelSnapshot) -> Values
    ) {
        self.metrics.replace(
            name, help: help, kind, by: channels.flatMap { values($0.name, $0.channel) })
    }

    private static func attempts(_ name: String, _ counts: ChannelCounts) -> Values {
        let others = counts.retries + counts.transparentRetries + counts.hedges
        let kinds = [
            ("first", counts.attempts - min(others, counts.attempts)), ("retry", counts.retries),
            ("transparent", counts.transparentRetries), ("hedge", counts.hedges),
        ]
        return kinds.map { ([("channel", name), ("kind", $0.0)], Double($0.1)) }
    }
}

extension GoAway.Code {
    /// As the protocol's document names it.
    fileprivate var name: String {
        switch self {
        case .noError: "NO_ERROR"
        case .protocolViolation: "PROTOCOL"
        case .frameSize: "FRAME_SIZE"
        case .flowControl: "FLOW_CONTROL"
        case .handshake: "HANDSHAKE"
        case .version: "VERSION"
        case .excessLoad: "EXCESS_LOAD"
        case .timeout: "TIMEOUT"
        case .internalError: "INTERNAL"
        }
    }
}
