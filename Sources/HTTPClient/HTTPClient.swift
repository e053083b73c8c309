private import CCurl

/// Downloads over HTTP and HTTPS with curl; blocks the thread that asks.
///
/// Redirects are not followed: an answer of another place is another answer. Proxies are those of
/// the environment, as curl reads it.
public final class HTTPClient {
    /// What to ask for.
    public struct Request: Sendable, Hashable {
        /// http or https.
        public var url: String
        /// First byte wanted; above 0 the rest of a body is asked for.
        public var offset: Int64
        /// The ETag that the bytes before `offset` had: another one starts the body again.
        public var etag: String?

        /// Makes a request.
        public init(url: String, offset: Int64 = 0, etag: String? = nil) {
            self.url = url
            self.offset = offset
            self.etag = etag
        }
    }

    /// What came back, its body aside.
    public struct Response: Sendable, Hashable {
        /// Such as 200; 206 = the rest that was asked for.
        public var status: Int
        /// Names the version of the body; nil when the server has none.
        public var etag: String?
        /// What the server asks to wait.
        public var retryAfter: Duration?

        /// Makes a response.
        public init(status: Int, etag: String? = nil, retryAfter: Duration? = nil) {
            self.status = status
            self.etag = etag
            self.retryAfter = retryAfter
        }
    }

    /// The exchange did not come to its end.
    public struct Failure: Error, Sendable, Hashable {
        /// Words without address.
        public let message: String
        /// Whether the same may go well later.
        public let canPass: Bool
        /// What came before the failure.
        public let response: Response
    }

    private static let isReady = tally_http_start() == 0
    private static let connectTimeoutMs = 10_000
    /// A stall: fewer bytes a second than this, for so many seconds.
    private static let slowestBytes = 512
    private static let stallSeconds = 30
    /// Failures that no waiting heals: a bad address or scheme, a certificate that is wrong.
    private static let lasting: Set<Int32> = [1, 3, 60, 77, 83, 90, 91]

    private let handle: UnsafeMutableRawPointer

    /// A client with a connection of its own.
    ///
    /// - Returns: nil without memory.
    public init?() {
        guard Self.isReady, let handle = tally_http_handle_create() else { return nil }
        self.handle = handle
    }

    deinit { tally_http_handle_destroy(self.handle) }

    /// Makes a GET.
    ///
    /// - Parameters:
    ///   - shouldStop: asked at least once a second; true ends the exchange.
    ///   - body: takes the pieces of a body with status 200 or 206; what it throws ends the
    ///     exchange. The response is what is known so far.
    /// - Throws: `Failure`, or what `body` throws.
    public func get(
        _ request: Request, agent: String, shouldStop: () -> Bool,
        body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Response {
        var raw = tally_http_response()
        let thrown = withoutActuallyEscaping(shouldStop) { stop in
            withoutActuallyEscaping(body) { body -> (any Error)? in
                let exchange = Exchange(stop: stop, body: body)
                self.perform(request, agent, exchange, &raw)
                return exchange.thrown
            }
        }
        if let thrown { throw thrown }
        let response = Response(
            status: raw.status, etag: Self.text(raw.etag),
            retryAfter: raw.retry_after > 0 ? .seconds(raw.retry_after) : nil)
        guard raw.code == 0 else {
            throw Failure(
                message: Self.text(raw.error) ?? "the exchange failed",
                canPass: !Self.lasting.contains(raw.code), response: response)
        }
        return response
    }

    private func perform(
        _ request: Request, _ agent: String, _ exchange: Exchange,
        _ response: inout tally_http_response
    ) {
        request.url.withCString { url in
            agent.withCString { agent in
                (request.etag ?? "").withCString { etag in
                    var raw = tally_http_request(
                        url: url, user_agent: agent, offset: request.offset,
                        if_range: request.etag == nil ? nil : etag,
                        connect_timeout_ms: Self.connectTimeoutMs,
                        low_speed_seconds: Self.stallSeconds, low_speed_bytes: Self.slowestBytes)
                    tally_http_get(
                        self.handle, &raw, takeBody, shouldStopNow,
                        Unmanaged.passUnretained(exchange).toOpaque(), &response)
                }
            }
        }
    }

    /// The text in a C array of characters; nil when it is empty.
    private static func text<Characters>(_ characters: Characters) -> String? {
        let text = withUnsafeBytes(of: characters) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return text.isEmpty ? nil : text
    }
}

/// What the C callbacks reach during one exchange.
private final class Exchange {
    let stop: () -> Bool
    let body: (UnsafeRawBufferPointer) throws -> Void
    var thrown: (any Error)?

    init(stop: @escaping () -> Bool, body: @escaping (UnsafeRawBufferPointer) throws -> Void) {
        self.stop = stop
        self.body = body
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> Exchange? {
        context.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
    }
}

private func takeBody(
    _ context: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<UInt8>?, _ count: Int
) -> Int32 {
    guard let exchange = Exchange.of(context) else { return 1 }
    do {
        try exchange.body(UnsafeRawBufferPointer(start: bytes, count: count))
        return 0
    } catch {
        exchange.thrown = error
        return 1
    }
}

private func shouldStopNow(_ context: UnsafeMutableRawPointer?) -> Int32 {
    Exchange.of(context)?.stop() == false ? 0 : 1
}
