import HTTPClient
import JSON
import ServiceKit

/// Calls of Google's REST interface: token, retries, deadlines.
struct BigQueryWeb: Sendable {
    /// One exchange over HTTP.
    typealias Send =
        @Sendable (HTTPClient.Request, HTTPClient.Limits) async throws -> HTTPClient.Answer

    /// Where time comes from; a test gives its own.
    struct Timing: Sendable {
        var now: @Sendable () -> ContinuousClock.Instant = { .now }
        var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    }

    /// A call, its retries included (sources.md section 3).
    static let callLimit: Duration = .seconds(600)
    static let firstPause: Duration = .seconds(1)
    static let longestPause: Duration = .seconds(32)
    /// One exchange; Google holds an answer back for 10 s when we ask it to wait for a job.
    private static let exchangeLimit: Duration = .seconds(60)
    /// Of an answer: Google caps a page of rows at 10 MB.
    private static let bodyBytesMax = 16 << 20

    /// Without a slash at its end.
    let address: String
    /// nil: calls carry no token, as for an emulator.
    let tokens: AccessTokens?
    let send: Send
    var timing = Timing()
    let metrics: MetricsRegistry

    /// A GET, or a POST with a body.
    ///
    /// Only calls that may be made twice come here: everything that starts something names it.
    /// - Parameters:
    ///   - limit: of the call with all its retries.
    ///   - isRetried: false: the caller tries again by itself.
    /// - Throws: `BigQueryFault`, `CancellationError`.
    func call(
        _ path: String, _ parameters: [(String, String)] = [], post body: [UInt8]? = nil,
        within limit: Duration = callLimit, isRetried: Bool = true
    ) async throws -> JSONValue {
        let url = address + path + Self.query(parameters)
        let end = timing.now() + limit
        var pause = Self.firstPause
        var hasRenewed = false
        while true {
            do {
                let left = timing.now().duration(to: end)
                return try await once(url, body, min(Self.exchangeLimit, max(left, .seconds(1))))
            } catch let fault as BigQueryFault {
                if fault.status == 401, tokens != nil, !hasRenewed {
                    hasRenewed = true
                    await tokens?.forget()
                    continue
                }
                let wait = max(pause, fault.retryAfter ?? .zero)
                guard fault.isRetried, isRetried, timing.now() + wait < end else { throw fault }
                try await pauseForRetry(wait)
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    private func once(
        _ url: String, _ body: [UInt8]?, _ total: Duration
    ) async throws -> JSONValue {
        var request = HTTPClient.Request(url: url, body: body)
        request.takesGzip = true
        if body != nil { request.headers.append(.init("Content-Type", "application/json")) }
        if let token = try await tokens?.token() {
            request.headers.append(.init("Authorization", "Bearer \(token)"))
        }
        var limits = HTTPClient.Limits(total: total)
        limits.bodyBytes = Self.bodyBytesMax
        count("requests")
        let (finished, bounds) = (request, limits)
        let answer = try await Self.reaching { try await send(finished, bounds) }
        count("bytes", by: Double(answer.body.count))
        guard (200..<300).contains(answer.response.status) else {
            throw BigQueryFault(
                status: answer.response.status, body: answer.body,
                retryAfter: answer.response.retryAfter)
        }
        if answer.body.isEmpty { return .null }
        do { return try JSONReader.read(answer.body) } catch {
            throw BigQueryFault.badReply(error.message)
        }
    }

    /// Waits before the same is asked again.
    func pauseForRetry(_ wait: Duration) async throws {
        count("retries")
        try await timing.sleep(wait)
    }

    private func count(_ what: String, by amount: Double = 1) {
        metrics.count(what, of: BigQuerySource.sourceName, by: amount)
    }

    /// Turns a failure of the exchange into a fault without addresses. TLS is never tried again.
    static func reaching<T: Sendable>(
        _ body: @Sendable () async throws -> T
    ) async throws -> T {
        do { return try await body() } catch let failure as HTTPClient.Failure {
            try Task.checkCancellation()
            throw BigQueryFault(
                reason: failure.kind == .timedOut ? "tooSlow" : "unreachable",
                message: "BigQuery cannot be reached: \(failure.message)",
                isRetried: failure.canPass)
        }
    }

    private static func query(_ parameters: [(String, String)]) -> String {
        guard !parameters.isEmpty else { return "" }
        return "?" + parameters.map { "\($0)=\(escaped($1))" }.joined(separator: "&")
    }

    /// Percent-encodes all but unreserved characters (RFC 3986 section 2.3).
    static func escaped(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
                out.unicodeScalars.append(Unicode.Scalar(byte))
            case _:
                let hex = String(byte, radix: 16, uppercase: true)
                out += "%" + (byte < 16 ? "0" : "") + hex
            }
        }
        return out
    }
}
