import HTTPClient
import JSON
import ServiceKit
import Synchronization

/// Asks GitHub's API, within its limits, and tries again what can pass.
///
/// One of these stands for the account: every request of the process goes through it.
final class GitHubClient: Sendable {
    /// The clock, and how to wait by it; a test gives its own.
    struct Clock: Sendable {
        var now: @Sendable () -> Timestamp
        var sleep: @Sendable (Duration) async throws -> Void
    }

    /// What to do when a limit stands in the way.
    enum Patience: Sendable {
        /// Wait, and tell for what first.
        case waits(@Sendable (GitHubLimits.Wait?) -> Void)
        /// Somebody waits for the answer: fail at once.
        case none

        /// One exchange; somebody who waits must have an answer before all tries are over.
        var total: Duration {
            switch self {
            case .waits: .seconds(60)
            case .none: .seconds(8)
            }
        }

        /// Before a request that failed is sent again; each further pause is twice as long.
        var firstPause: Duration {
            switch self {
            case .waits: .seconds(1)
            case .none: .milliseconds(250)
            }
        }
    }

    static let apiVersion = "2022-11-28"
    /// Exchanges at a time; GitHub allows a hundred.
    static let exchangesMax = 4
    /// Tries of one request in a row, when the answer is a failure that can pass.
    static let triesMax = 5
    /// Looks at something that GitHub still computes (202).
    static let looksMax = 8
    /// Limits met by one request in a row; each is a wait of up to an hour.
    static let limitsMax = 48

    let address: GitHubAddress
    let hasToken: Bool
    let clock: Clock
    private let metrics: MetricsRegistry
    private let token: String?
    private let pool = HTTPPool(agent: "tally-ingest", threads: exchangesMax)
    private let limits = Mutex(GitHubLimits())
    private let asked = Mutex(UInt64(0))

    init(
        address: GitHubAddress, token: String?, clock: Clock,
        metrics: MetricsRegistry = MetricsRegistry()
    ) {
        self.metrics = metrics
        self.address = address
        self.token = token
        hasToken = token != nil
        self.clock = clock
    }

    /// Requests sent so far.
    var requests: UInt64 { asked.withLock { $0 } }

    /// Requests left of the hour, as far as known.
    func left(_ resource: GitHubLimits.Resource) -> Int? {
        limits.withLock { $0.left[resource] }
    }

    /// Asks for something of the API by its whole address.
    /// - Parameters:
    ///   - etag: of the version we have; the answer is 304 when it is still that one.
    ///   - signed: with the token, when there is one.
    /// - Returns: an answer with status 2xx, 301, 302, 304, 307, 308, 404, 410 or 451.
    /// - Throws: `GitHubFault`, `CancellationError`.
    func get(
        _ url: String, etag: String? = nil, signed: Bool = true, patience: Patience
    ) async throws -> GitHubReply {
        var headers = headers(signed: signed)
        if let etag { headers.append(.init("If-None-Match", etag)) }
        var request = HTTPClient.Request(url: url, headers: headers)
        request.takesGzip = true
        return try await ask(request, .core, patience)
    }

    /// Asks a GraphQL query.
    /// - Returns: the whole answer, `errors` and all.
    /// - Throws: `GitHubFault`, `CancellationError`.
    func query(
        _ text: String, _ variables: [(String, GraphQLValue)], patience: Patience
    ) async throws -> JSONValue {
        guard hasToken else { throw GitHubFault.tokenMissing }
        var writer = JSONWriter()
        writer.object { object in
            object.member("query", text)
            object.object("variables") { object in
                for (name, value) in variables { value.write(name, to: &object) }
            }
        }
        var request = HTTPClient.Request(
            url: address.graphQL,
            headers: headers(signed: true) + [.init("Content-Type", "application/json")],
            body: writer.bytes)
        request.takesGzip = true
        return try await ask(request, .graphql, patience).json
    }

    private func headers(signed: Bool) -> [HTTPClient.Header] {
        var headers = [
            HTTPClient.Header("Accept", "application/vnd.github+json"),
            HTTPClient.Header("X-GitHub-Api-Version", Self.apiVersion),
        ]
        if signed, let token { headers.append(.init("Authorization", "Bearer \(token)")) }
        return headers
    }

    /// Sends until there is an answer that counts.
    private func ask(
        _ request: HTTPClient.Request, _ resource: GitHubLimits.Resource, _ patience: Patience
    ) async throws -> GitHubReply {
        var (tries, looks, refusals) = (0, 0, 0)
        while true {
            try await pass(resource, patience)
            switch try await exchange(request, resource, within: patience.total) {
            case .reply(let reply): return reply
            case .fault(let fault): throw fault
            case .limited:
                refusals += 1
                guard refusals < Self.limitsMax else {
                    throw GitHubFault(.limited, "GitHub refuses again and again for its limits")
                }
            case .computing:
                looks += 1
                guard looks < Self.looksMax else {
                    throw GitHubFault(.unreachable, "GitHub still computes the answer")
                }
                try await pause(patience, behind: looks)
            case .passing(let words):
                tries += 1
                guard tries < Self.triesMax else {
                    throw GitHubFault(
                        .unreachable, "\(words) (asked \(tries) times)", retryAfter: .seconds(30))
                }
                try await pause(patience, behind: tries)
            }
        }
    }

    /// Before the same is asked again; each pause is twice as long as the one before.
    private func pause(_ patience: Patience, behind tries: Int) async throws {
        metrics.count("retries", of: SourceRank.github)
        try await clock.sleep(patience.firstPause * (1 << min(tries - 1, 5)))
    }

    /// Waits until nothing forbids the next request.
    private func pass(
        _ resource: GitHubLimits.Resource, _ patience: Patience
    ) async throws {
        while true {
            try Task.checkCancellation()
            let now = clock.now()
            let wait = limits.withLock { limits -> GitHubLimits.Wait? in
                let wait = limits.wait(for: resource, at: now)
                if wait == nil { limits.sent(resource, at: now) }
                return wait
            }
            guard let wait else {
                if case .waits(let tell) = patience { tell(nil) }
                return
            }
            let rest = Duration.microseconds(wait.until.rawValue - now.rawValue)
            guard case .waits(let tell) = patience else {
                throw GitHubFault(
                    .limited, "GitHub's limit for this account is used up; try again later",
                    retryAfter: rest)
            }
            tell(wait)
            try await clock.sleep(rest)
        }
    }

    private enum Outcome {
        case reply(GitHubReply)
        case fault(GitHubFault)
        case limited
        case computing
        case passing(String)
    }

    private func exchange(
        _ request: HTTPClient.Request, _ resource: GitHubLimits.Resource,
        within total: Duration
    ) async throws -> Outcome {
        asked.withLock { $0 += 1 }
        metrics.count("requests", of: SourceRank.github)
        let answer: HTTPClient.Answer
        do {
            answer = try await pool.send(request, limits: HTTPClient.Limits(total: total))
        } catch let failure as HTTPClient.Failure {
            let words = "GitHub cannot be reached: \(failure.message)"
            return failure.canPass ? .passing(words) : .fault(GitHubFault(.unreachable, words))
        }
        metrics.count("bytes", of: SourceRank.github, by: Double(answer.body.count))
        let json = Self.json(answer.body)
        let facts = GitHubReply.limits(answer.response, json)
        let now = clock.now()
        let refused = limits.withLock { $0.received(facts, for: resource, at: now) }
        tellLeft()
        if refused != nil {
            metrics.count("refusals", of: SourceRank.github)
            return .limited
        }
        return outcome(answer.response, answer.body.isEmpty ? .null : json)
    }

    private func tellLeft() {
        for (resource, left) in limits.withLock({ $0.left }) {
            metrics.set(
                "ingest_github_requests_left", help: "Requests left of the hour, as GitHub says.",
                labels: [("resource", resource.rawValue)], to: Double(left))
        }
    }

    private static func json(_ body: [UInt8]) -> JSONValue? {
        do { return try JSONReader.read(body) } catch { return nil }
    }

    private func outcome(_ response: HTTPClient.Response, _ json: JSONValue?) -> Outcome {
        let words = GitHubReply.words(response.status, json)
        switch response.status {
        case 202: return .computing
        case 200..<300, 301, 302, 304, 307, 308, 404, 410, 451:
            // Cut or mangled on its way: once more.
            guard let json else { return .passing("GitHub's answer is not JSON") }
            return .reply(
                GitHubReply(
                    status: response.status, json: json, etag: response.etag,
                    next: response["link"].flatMap(GitHubAddress.next),
                    location: response["location"]))
        case 401: return .fault(hasToken ? .tokenRefused : GitHubFault(.forbidden, words))
        case 403:
            return .fault(
                GitHubFault(.forbidden, words + (hasToken ? "; the token lacks a right" : "")))
        case 408, 409, 425, 500...: return .passing(words)
        case _: return .fault(GitHubFault(.garbled, words))
        }
    }
}

/// A variable of a query.
enum GraphQLValue: Hashable, Sendable {
    case text(String?)
    case number(Int)

    func write(_ name: String, to object: inout JSONWriter) {
        switch self {
        case .text(let text): object.member(name, text)
        case .number(let number): object.member(name, number)
        }
    }
}
