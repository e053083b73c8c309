import Archive
import Crypto
import GatewayPages
import HTTPCore
import HTTPServer
import RPCCore
import ServiceHost
import ServiceKit

/// Takes every request: finds its route, keeps the conventions of http.md section 1.
struct GatewayHandler: HTTPHandler {
    let routes: [Route]
    let access: AccessRules
    let logs: LogRelay
    let health: HealthBoard
    let metrics: MetricsRegistry
    let logger: Logger

    /// Bodies above this are compressed for clients that take it.
    private static let gzipBytesMin = 1024

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let id = Exchange.id(of: request)
        let started = ContinuousClock.now
        var response = await self.answer(request, id)
        response = self.finished(response, request, id)
        self.metrics.observe(
            "http_server_request_duration_seconds", help: "Time from request to answer.",
            labels: [("method", Self.known(request.method)), ("status", "\(response.status)")],
            ContinuousClock.now - started)
        self.log(request, response.status, id, ContinuousClock.now - started)
        return response
    }

    /// The line that ties a request's id to the trace of the calls behind it.
    private func log(_ request: HTTPRequest, _ status: Int, _ id: String, _ duration: Duration) {
        guard self.logger.writes(.debug) else { return }
        let (seconds, attoseconds) = duration.components
        self.logger.debug(
            "request",
            [
                "method": request.method, "path": request.path, "status": "\(status)",
                "request": id, "trace": Exchange.trace(id).id,
                "duration_us": "\(seconds * 1_000_000 + attoseconds / 1_000_000_000_000)",
            ])
    }

    /// Methods from outside must not make series without end.
    private static func known(_ method: String) -> String {
        ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"].contains(method) ? method : "other"
    }

    private func answer(_ request: HTTPRequest, _ id: String) async -> HTTPResponse {
        do {
            return try await self.route(request, id)
        } catch let problem as Problem {
            return problem.response(instance: id)
        } catch {
            self.logger.error("a request failed", ["error": "\(error)", "request": id])
            return Problem(500, "internal_error", "The gateway failed; its log says why.")
                .response(instance: id)
        }
    }

    private func route(_ request: HTTPRequest, _ id: String) async throws -> HTTPResponse {
        if let page = await self.page(request) { return page }
        guard var path = request.segments else {
            throw Problem(400, "invalid_parameter", "The path is not well-formed.")
        }
        if path.starts(with: ["api", "v1"]) { path.removeFirst(2) }
        let matches = self.routes.compactMap { route in
            route.match(path).map { (route: route, captures: $0) }
        }
        let best = matches.map(\.route.rank).max() ?? 0
        let candidates = matches.filter { $0.route.rank == best }
        guard !candidates.isEmpty else {
            throw Problem(404, "not_found", "There is nothing at this path.")
        }
        let method = request.method == "HEAD" ? "GET" : request.method
        if method == "OPTIONS" { return self.options(candidates.map(\.route), request) }
        guard let match = candidates.first(where: { $0.route.method == method }) else {
            var problem = Problem(
                405, "method_not_allowed", "This path does not take \(method.prefix(20)).")
            problem.allow = Self.allowed(candidates.map(\.route))
            throw problem
        }
        if match.route.isWrite { try self.access.checkWrite(request) }
        return try await match.route.handler(
            Exchange(request: request, captures: match.captures, id: id))
    }

    private static func allowed(_ routes: [Route]) -> String {
        var methods = Set(routes.map(\.method))
        if methods.contains("GET") { methods.insert("HEAD") }
        methods.insert("OPTIONS")
        return methods.sorted().joined(separator: ", ")
    }

    private func options(_ routes: [Route], _ request: HTTPRequest) -> HTTPResponse {
        let allowed = Self.allowed(routes)
        var fields = [HTTPField("Allow", allowed)]
        fields.append(HTTPField("Access-Control-Allow-Methods", allowed))
        fields.append(
            HTTPField("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-Id"))
        return HTTPResponse(204, fields: fields)
    }

    /// What of this server is no API: the dashboard, health, numbers.
    private func page(_ request: HTTPRequest) async -> HTTPResponse? {
        guard request.method == "GET" || request.method == "HEAD" else { return nil }
        switch request.path {
        case "/healthz": return Self.text(200, "alive\n")
        case "/readyz":
            if case .notServing(let reason)? = self.health.state(of: "") {
                return Self.text(503, reason + "\n")
            }
            return Self.text(200, "ready\n")
        case "/metrics":
            await self.metrics.look()
            return Self.text(200, self.metrics.text)
        case let path:
            guard let page = WebPages.page(at: path) else { return nil }
            return HTTPResponse(
                200,
                fields: [
                    HTTPField("Content-Type", page.contentType),
                    HTTPField("Cache-Control", "no-cache"),
                    HTTPField(
                        "Content-Security-Policy",
                        "default-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; "
                            + "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"),
                    HTTPField("Referrer-Policy", "no-referrer"),
                ], body: .bytes(page.bytes))
        }
    }

    private static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status, fields: [HTTPField("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
            body: .bytes(Array(text.utf8)))
    }

    /// Adds what every answer has, and leaves out what the client has already.
    private func finished(
        _ response: HTTPResponse, _ request: HTTPRequest, _ id: String
    ) -> HTTPResponse {
        var response = response
        response.fields.append(HTTPField("X-Request-Id", id))
        response.fields.append(HTTPField("X-Content-Type-Options", "nosniff"))
        response.fields += self.access.crossOrigin(request)
        guard case .bytes(let body) = response.body else { return response }
        let isRead = request.method == "GET" || request.method == "HEAD"
        if isRead && response.status == 200 {
            let tag = "\"\(Text.hex(Array(SHA256.digest(body).prefix(12))))\""
            response.fields.append(HTTPField("ETag", tag))
            response.fields.append(HTTPField("Vary", "Accept-Encoding"))
            if Self.holds(request["If-None-Match"], tag) {
                response.status = 304
                response.body = .bytes([])
                return response
            }
        }
        if body.count >= Self.gzipBytesMin, Self.takesGzip(request), response.status == 200 {
            response.body = .bytes(GzipWriter.compress(body))
            response.fields.append(HTTPField("Content-Encoding", "gzip"))
        }
        return response
    }

    private static func holds(_ header: String?, _ tag: String) -> Bool {
        guard let header else { return false }
        let tags = header.split(separator: ",").map { $0.filter { $0 != " " } }
        return tags.contains("*") || tags.contains(tag) || tags.contains("W/\(tag)")
    }

    private static func takesGzip(_ request: HTTPRequest) -> Bool {
        let codings = (request["Accept-Encoding"] ?? "").lowercased().split(separator: ",")
        return codings.contains { coding in
            let parts = coding.split(separator: ";").map { $0.filter { $0 != " " } }
            return (parts.first == "gzip" || parts.first == "*")
                && !parts.dropFirst().contains { $0 == "q=0" || $0.hasPrefix("q=0.0") }
        }
    }

    func upgrade(_ request: HTTPRequest) async -> HTTPUpgrade {
        let id = Exchange.id(of: request)
        do throws(Problem) {
            guard ["/ws/logs", "/api/v1/ws/logs"].contains(request.path) else {
                throw Problem(404, "not_found", "There is no WebSocket at this path.")
            }
            try self.access.checkOrigin(request)
            let filter = try LogFilter(request)
            let trace = Exchange.trace(id)
            return .accept { socket in await self.logs.serve(socket, filter, trace) }
        } catch {
            return .refuse(error.response(instance: id))
        }
    }
}
