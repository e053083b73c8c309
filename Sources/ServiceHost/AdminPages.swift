internal import HTTPCore
internal import HTTPServer
internal import ServiceKit

/// The loopback port for machines that watch: `/healthz`, `/readyz`, `/metrics`.
struct AdminPages: HTTPHandler {
    let health: HealthBoard
    let metrics: MetricsRegistry

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
            await self.metrics.look()
            return Self.text(200, self.metrics.text)
        case _: return Self.text(404, "there are /healthz, /readyz and /metrics\n")
        }
    }

    private static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status, fields: [HTTPField("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
            body: .bytes(Array(text.utf8)))
    }
}
