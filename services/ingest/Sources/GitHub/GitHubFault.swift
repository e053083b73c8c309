import ServiceKit

/// Why GitHub did not give what was asked for.
struct GitHubFault: Error, Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// Not there, or not for us to see: GitHub does not tell the two apart.
        case unknown
        /// Blocked by GitHub, for reasons of law mostly.
        case blocked
        /// The token is wrong or has expired.
        case tokenRefused
        /// The token lacks a right.
        case forbidden
        /// There is no token, and this needs one.
        case tokenMissing
        /// Limits; `retryAfter` says how long.
        case limited
        /// No answer, or an answer that says nothing.
        case unreachable
        /// What came is not what GitHub documents.
        case garbled
    }

    var kind: Kind
    /// Words for people: no address, no token.
    var message: String
    var retryAfter: Duration?

    init(_ kind: Kind, _ message: String, retryAfter: Duration? = nil) {
        self.kind = kind
        self.message = message
        self.retryAfter = retryAfter
    }

    static let tokenMissing = GitHubFault(
        .tokenMissing,
        "GitHub counts for signed-in callers only: name a file with a token in "
            + "TALLY_GITHUB_TOKEN_FILE, or use another source")
    static let tokenRefused = GitHubFault(
        .tokenRefused,
        "GitHub refuses the token in TALLY_GITHUB_TOKEN_FILE: it is wrong or has expired; "
            + "write a new one, or use another source")

    static func garbled(_ what: String) -> GitHubFault {
        GitHubFault(.garbled, "GitHub's answer cannot be read: \(what)")
    }

    /// What a job is told.
    var failure: JobFailure {
        switch kind {
        case .unknown: JobFailure(code: "github_unknown", message: message, canPass: false)
        case .blocked: JobFailure(code: "github_blocked", message: message, canPass: false)
        case .tokenRefused:
            JobFailure(code: "github_token_refused", message: message, canPass: false)
        case .tokenMissing:
            JobFailure(code: "github_token_missing", message: message, canPass: false)
        case .forbidden: JobFailure(code: "github_forbidden", message: message, canPass: false)
        case .limited: JobFailure(code: "rate_limited", message: message, canPass: true)
        case .unreachable:
            JobFailure(code: "github_unreachable", message: message, canPass: true)
        case .garbled: JobFailure(code: "github_garbled", message: message, canPass: true)
        }
    }
}
