private import CCurl

/// Exchanges over HTTP and HTTPS with curl; blocks the thread that asks. `HTTPPool` is the same for
/// tasks.
///
/// Redirects are not followed: the caller reads `location` and decides. Certificates are verified.
/// Proxies are those of the environment, as curl reads it.
public final class HTTPClient {
    private static let isReady = tally_http_start() == 0

    private let handle: UnsafeMutableRawPointer

    /// A client for one exchange at a time.
    ///
    /// - Returns: nil without memory.
    public init?() {
        guard Self.isReady, let handle = tally_http_handle_take() else { return nil }
        self.handle = handle
    }

    deinit { tally_http_handle_give_back(self.handle) }

    /// Downloads a body piece by piece.
    ///
    /// - Parameters:
    ///   - agent: how the client calls itself.
    ///   - shouldStop: asked five times a second; true ends the exchange.
    ///   - body: takes the pieces of a body with status 200 or 206; what it throws ends the
    ///     exchange. The text of another status is of no use and is dropped.
    /// - Throws: `Failure`, or what `body` throws.
    public func get(
        _ request: Request, agent: String, limits: Limits = Limits(), shouldStop: () -> Bool,
        body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Response {
        try self.exchange(request, agent, limits, shouldStop) { status, piece in
            if status == 200 || status == 206 { try body(piece) }
        }
    }

    /// Asks and keeps the answer's body, whatever its status: those of errors say why.
    ///
    /// - Parameters:
    ///   - agent: how the client calls itself.
    ///   - shouldStop: asked five times a second; true ends the exchange.
    /// - Throws: `Failure`; its kind is `.tooLarge` for a body above `limits.bodyBytes`.
    public func send(
        _ request: Request, agent: String, limits: Limits = Limits(), shouldStop: () -> Bool
    ) throws -> Answer {
        struct TooLarge: Error {}
        var body: [UInt8] = []
        do {
            let response = try self.exchange(request, agent, limits, shouldStop) { _, piece in
                guard piece.count <= limits.bodyBytes - body.count else { throw TooLarge() }
                body.append(contentsOf: piece)
            }
            return Answer(response: response, body: body)
        } catch is TooLarge {
            throw Failure(
                kind: .tooLarge, message: "the answer is larger than \(limits.bodyBytes) bytes")
        }
    }

    private func exchange(
        _ request: Request, _ agent: String, _ limits: Limits, _ shouldStop: () -> Bool,
        _ body: (Int, UnsafeRawBufferPointer) throws -> Void
    ) throws -> Response {
        let lines = try request.lines(agent: agent)
        var raw = tally_http_response()
        let (head, thrown) = withoutActuallyEscaping(shouldStop) { stop in
            withoutActuallyEscaping(body) { body in
                let exchange = Exchange(headBytesMax: limits.headBytes, stop: stop, body: body)
                self.perform(request, lines, limits, exchange, &raw)
                return (exchange.head, exchange.thrown)
            }
        }
        let response = Response(
            status: raw.status, headers: head.headers,
            retryAfter: raw.retry_after > 0 ? .seconds(raw.retry_after) : nil)
        if var failure = thrown as? Failure {
            failure.response = response
            throw failure
        }
        if let thrown { throw thrown }
        guard raw.code == 0 else {
            throw Failure(
                code: raw.code, words: String(cString: tally_http_words(raw.code)),
                detail: Self.text(raw.detail), response: response)
        }
        return response
    }

    private func perform(
        _ request: Request, _ lines: [String], _ limits: Limits, _ exchange: Exchange,
        _ response: inout tally_http_response
    ) {
        var list: UnsafeMutableRawPointer?
        for line in lines { list = tally_http_line_add(list, line) }
        defer { tally_http_lines_free(list) }
        request.url.withCString { url in
            (request.body ?? []).withUnsafeBufferPointer { body in
                var raw = tally_http_request(
                    url: url, is_post: request.body == nil ? 0 : 1, body: body.baseAddress,
                    body_count: body.count, lines: list, takes_gzip: request.takesGzip ? 1 : 0,
                    connect_timeout_ms: limits.connect.milliseconds,
                    total_timeout_ms: limits.total?.milliseconds ?? 0,
                    low_speed_seconds: max(1, limits.stall.milliseconds / 1000),
                    low_speed_bytes: limits.slowestBytes)
                tally_http_perform(
                    self.handle, &raw, takeHead, takeBody, shouldStopNow,
                    Unmanaged.passUnretained(exchange).toOpaque(), &response)
            }
        }
    }

    /// The text in a C array of characters.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

extension Duration {
    /// At least 1, so that a limit never turns into none.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = self.components
        return max(1, Int(clamping: seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
