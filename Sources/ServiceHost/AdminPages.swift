internal import HTTPCore
internal import HTTPServer
internal import ServiceKit

/// The loopback port for machines that watch: `/healthz`, `/readyz`, `/metrics`.
struct AdminPages: HTTPHandler {
    let health: HealthBoard
    let metrics: MetricsRegistry
    let connections: @Sendable () -> Int

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard request.method == "GET" || request.method == "HEAD" else {
            return HTTPResponse(405, fields: [HTTPField("Allow", "GET, HEAD")])
        }
        switch request.path {
        case "/healthz": return Self.text(200, "alive\n")
        case "/readyz":
            switch self.health.state(of: "") {
            case .serving?, nil: return Self.text(200, "ready\n")
            case .notServing(let reason)?: return Self.text(503, reason + "\n")
            }
        case "/metrics":
            self.look()
            return Self.text(200, self.metrics.text)
        case _: return Self.text(404, "there are /healthz, /readyz and /metrics\n")
        }
    }

    /// Gauges that are read when somebody asks.
    private func look() {
        self.metrics.set(
            "process_resident_memory_bytes", help: "Memory in use.",
            to: Double(SystemAccess.residentBytes))
        self.metrics.set(
            "rpc_server_connections", help: "Connections to the RPC port.",
            to: Double(self.connections()))
        for part in [""] + self.health.parts {
            self.metrics.set(
                "health_serving", help: "1 while the part serves; the whole has no name.",
                labels: [("part", part)], to: self.health.state(of: part) == .serving ? 1 : 0)
        }
    }

    private static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status, fields: [HTTPField("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
            body: .bytes(Array(text.utf8)))
    }
}
