import JSON
import ServiceKit

/// Why Google did not do as asked.
struct BigQueryFault: Error, Hashable, Sendable {
    /// Google's word, such as `rateLimitExceeded`, or one of ours, such as `unreachable`.
    var reason: String
    /// For people: no secret, no SQL, no address stands in it.
    var message: String
    /// Of HTTP; 0 = there was no answer, or a job failed that was taken.
    var status = 0
    /// The same request may go well a little later.
    var isRetried: Bool
    /// A job that was taken says so of its end: asked again, it says the same for ever.
    var endedJob = false
    /// What Google asks to wait.
    var retryAfter: Duration?

    /// Exactly what Google's own client tries again (sources.md section 3), of requests and jobs.
    static let retriedReasons: Set<String> = [
        "rateLimitExceeded", "backendError", "internalError", "badGateway", "jobBackendError",
        "jobInternalError", "jobRateLimitExceeded",
    ]
    static let retriedStatuses: Set<Int> = [429, 500, 502, 503]
    /// Longest part of Google's own words that is passed on.
    private static let wordsMax = 300
    /// Google repeats the text of the query when it does not like it.
    private static let quoting: Set<String> = ["invalidQuery", "invalid"]

    init(
        reason: String, message: String, status: Int = 0, isRetried: Bool = false,
        retryAfter: Duration? = nil
    ) {
        self.reason = reason
        self.message = message
        self.status = status
        self.isRetried = isRetried
        self.retryAfter = retryAfter
    }

    /// What an answer says that is not 2xx.
    init(status: Int, body: [UInt8], retryAfter: Duration? = nil) {
        var error: JSONValue?
        // A proxy's page is no JSON: then the status alone decides.
        if let json = try? JSONReader.read(body) { error = json["error"] }
        let first = error?["errors"]?.array?.first
        let reason = first?["reason"]?.string
        self.init(
            reason: reason ?? "status\(status)",
            message: Self.words(
                reason ?? "HTTP \(status)", first?["message"]?.string ?? error?["message"]?.string),
            status: status,
            isRetried: reason.map(Self.retriedReasons.contains)
                ?? Self.retriedStatuses.contains(status),
            retryAfter: retryAfter)
    }

    /// What a job says that was taken and failed: its `errorResult`, or the first of `errors`.
    init(job error: JSONValue) {
        let reason = error["reason"]?.string ?? "unknown"
        self.init(
            reason: reason, message: Self.words(reason, error["message"]?.string),
            isRetried: Self.retriedReasons.contains(reason))
        endedJob = true
    }

    private static func words(_ reason: String, _ message: String?) -> String {
        guard let message, !message.isEmpty, !quoting.contains(reason) else {
            return "BigQuery says \(reason)"
        }
        return "BigQuery says \(reason): " + Logger.visible(String(message.prefix(wordsMax)))
    }

    /// The answer is not what the interface promises.
    static func badReply(_ words: String) -> BigQueryFault {
        BigQueryFault(reason: "badReply", message: "BigQuery's answer cannot be read: \(words)")
    }

    /// What the job is told. Limits, failures of Google's and of the network pass; so may a reply
    /// that came in pieces.
    var failure: JobFailure {
        let passing: Set<String> = ["badReply", "unreachable", "tooSlow"]
        return JobFailure(
            code: Self.codes[reason] ?? "bigquery_failed", message: message,
            canPass: isRetried || passing.contains(reason))
    }

    private static let codes = [
        "unreachable": "bigquery_unreachable", "tooSlow": "bigquery_slow",
        "badReply": "bigquery_bad_reply", "auth": "bigquery_auth",
        "accessDenied": "bigquery_access_denied", "quotaExceeded": "bigquery_quota",
        "rateLimitExceeded": "rate_limited", "bytesBilledLimitExceeded": "over_budget",
        "billingNotEnabled": "bigquery_billing",
    ]
}
