import HTTPCore
import RPCCore
import ServiceKit

/// An error as clients see it: RFC 9457, with a stable code of ours.
struct Problem: Error, Hashable, Sendable {
    let status: Int
    /// Machine-readable and stable, such as `repository_not_found`.
    let code: String
    /// What is wrong and what to do.
    let detail: String
    var retryAfterSeconds: Int?
    var allow: String?

    init(_ status: Int, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    static func invalid(_ detail: String) -> Problem { Problem(400, "invalid_parameter", detail) }

    /// The problem of a failed call; nothing of the inner service but its words for callers.
    init(_ error: RPCError, service: String) {
        let status = Self.status(error.code)
        self.init(status, Self.code(error, status), Self.detail(error, status, service))
        if status == 503 || status == 429 {
            let seconds = error.retryAfter.map { Int($0.components.seconds) } ?? 1
            self.retryAfterSeconds = max(1, seconds)
        }
    }

    /// rpc.md 1.8.
    private static func status(_ code: StatusCode) -> Int {
        switch code {
        case .ok: 200
        case .cancelled: 499
        case .unknown, .internalError, .dataLoss: 500
        case .invalidArgument, .failedPrecondition, .outOfRange: 400
        case .deadlineExceeded: 504
        case .notFound: 404
        case .alreadyExists, .aborted: 409
        case .permissionDenied: 403
        case .resourceExhausted: 429
        case .unimplemented: 501
        case .unavailable: 503
        case .unauthenticated: 401
        }
    }

    private static let codes = [
        "REPOSITORY_NOT_FOUND": "repository_not_found", "JOB_NOT_FOUND": "job_not_found",
        "CONTRIBUTOR_NOT_FOUND": "contributor_not_found", "GENERATION_GONE": "generation_gone",
        "JOB_COMPLETED": "job_completed", "JOB_ACTIVE": "job_active",
        "FORMULA_NOT_FOUND": "formula_not_found", "FORMULA_EXISTS": "formula_exists",
        "ALREADY_LINKED": "already_linked",
        "SOURCE_NOT_CONFIGURED": "source_not_configured", "SOURCE_FAILED": "source_failed",
        "REPOSITORY_BLOCKED": "repository_blocked", "OVER_BUDGET": "over_budget",
    ]

    private static func code(_ error: RPCError, _ status: Int) -> String {
        if let reason = error.reason, let code = self.codes[reason] { return code }
        return self.usualCode(status)
    }

    static func usualCode(_ status: Int) -> String {
        switch status {
        case 400: "invalid_parameter"
        case 401: "unauthorized"
        case 403: "forbidden"
        case 404: "not_found"
        case 405: "method_not_allowed"
        case 408: "request_timeout"
        case 409: "conflict"
        case 410: "generation_gone"
        case 413: "body_too_large"
        case 429: "too_many_requests"
        case 501: "not_implemented"
        case 503: "service_unavailable"
        case 504: "timeout"
        case _: status < 500 ? "bad_request" : "internal_error"
        }
    }

    /// Words made by the library name addresses of inner services: they stay here.
    private static func detail(_ error: RPCError, _ status: Int, _ service: String) -> String {
        switch status {
        case 503 where error.reason != "SOURCE_FAILED":
            "The \(service) service is away; try again soon."
        case 500: "The \(service) service failed; its log says why."
        case 504: "The \(service) service did not answer in time."
        case _: error.message
        }
    }

    /// The answer.
    func response(instance: String) -> HTTPResponse {
        var writer = JSONWriter()
        writer.object { object in
            object.member("type", "about:blank")
            object.member("title", HTTPResponse.reason(self.status))
            object.member("status", self.status)
            object.member("detail", self.detail)
            object.member("code", self.code)
            object.member("instance", instance)
        }
        var fields = [HTTPField("Content-Type", "application/problem+json")]
        if let retryAfterSeconds { fields.append(HTTPField("Retry-After", "\(retryAfterSeconds)")) }
        if let allow { fields.append(HTTPField("Allow", allow)) }
        return HTTPResponse(self.status, fields: fields, body: .bytes(writer.bytes))
    }
}
