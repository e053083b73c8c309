/// How a call failed: a code for programs, words for people, details for both.
public struct RPCError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Machine-readable extra: the same bytes as google.protobuf.Any.
    public struct Detail: Sendable, Hashable {
        /// Type of the message, such as `type.tally/tally.rpc.ErrorInfo`.
        public let typeURL: String
        /// The encoded message.
        public let value: [UInt8]

        /// Makes a detail from its parts.
        public init(typeURL: String, value: [UInt8]) {
            self.typeURL = typeURL
            self.value = value
        }
    }

    private struct Parts: Sendable, Hashable {
        var code: StatusCode
        var message: String
        var reason: String?
        var details: [Detail]
        var trailers: Metadata
        var retryAfter: Duration?
        var isUnprocessed: Bool
        var facts: [String: String]
    }

    /// Apart from the error itself: most calls succeed, and carry the room for an error through
    /// everything they do.
    private indirect enum Box: Sendable, Hashable { case of(Parts) }

    private var box: Box

    private var parts: Parts {
        get {
            switch self.box {
            case .of(let parts): parts
            }
        }
        set { self.box = .of(newValue) }
    }

    /// What kind of failure it is.
    public var code: StatusCode {
        get { self.parts.code }
        set { self.parts.code = newValue }
    }
    /// Words for the caller; never SQL, a path, a token or an inner address.
    public var message: String {
        get { self.parts.message }
        set { self.parts.message = newValue }
    }
    /// Stable name of the cause, such as `CONNECT_REFUSED`, from the first `ErrorInfo` detail.
    public var reason: String? {
        get { self.parts.reason }
        set { self.parts.reason = newValue }
    }
    /// Other details.
    public var details: [Detail] {
        get { self.parts.details }
        set { self.parts.details = newValue }
    }
    /// Metadata that came with the status.
    public var trailers: Metadata {
        get { self.parts.trailers }
        set { self.parts.trailers = newValue }
    }
    /// When to try again; negative: never. Nil: nothing was said.
    public var retryAfter: Duration? {
        get { self.parts.retryAfter }
        set { self.parts.retryAfter = newValue }
    }
    /// No handler saw the call, so that it may be tried elsewhere whatever it does.
    public var isUnprocessed: Bool {
        get { self.parts.isUnprocessed }
        set { self.parts.isUnprocessed = newValue }
    }
    /// Facts about the failure (`peer`, `phase`, `limit`, …), sorted by key.
    public var facts: [String: String] {
        get { self.parts.facts }
        set { self.parts.facts = newValue }
    }

    /// Longest message on the wire in bytes; longer ones are cut at a character and marked.
    public static let messageBytesMax = 1024

    /// Makes an error.
    public init(
        _ code: StatusCode, _ message: String, reason: String? = nil,
        facts: [String: String] = [:], details: [Detail] = [], trailers: Metadata = Metadata(),
        retryAfter: Duration? = nil, isUnprocessed: Bool = false
    ) {
        self.box = .of(
            Parts(
                code: code, message: message, reason: reason, details: details,
                trailers: trailers, retryAfter: retryAfter, isUnprocessed: isUnprocessed,
                facts: facts))
    }

    /// `NOT_FOUND: repository not tracked`.
    public var description: String {
        let cause = self.reason.map { " (\($0))" } ?? ""
        return "\(self.code.name)\(cause): \(self.message)"
    }

    /// The message, cut to what travels.
    var shortMessage: String {
        guard self.message.utf8.count > Self.messageBytesMax else { return self.message }
        let mark = " …"
        var kept = ""
        var bytes = mark.utf8.count
        for character in self.message {
            bytes += String(character).utf8.count
            if bytes > Self.messageBytesMax { break }
            kept.append(character)
        }
        return kept + mark
    }
}

extension RPCError {
    /// The caller's time is over.
    package static func late(_ words: String) -> RPCError {
        RPCError(
            .deadlineExceeded, "the deadline passed: \(words)", reason: ErrorReason.deadline)
    }
}

/// Names of causes that the library itself reports (rpc.md 1.8).
public enum ErrorReason {
    /// Nobody listens at the address.
    public static let connectRefused = "CONNECT_REFUSED"
    /// The connection was not made in time.
    public static let connectTimeout = "CONNECT_TIMEOUT"
    /// The name has no address.
    public static let dnsFailed = "DNS_FAILED"
    /// The two sides do not trust each other, or one of them does not encrypt.
    public static let tlsFailed = "TLS_FAILED"
    /// The peer speaks something else.
    public static let notTallyRPC = "NOT_TALLY_RPC"
    /// The major versions differ.
    public static let version = "VERSION"
    /// The peer did not introduce itself in time.
    public static let handshakeTimeout = "HANDSHAKE_TIMEOUT"
    /// The connection was cut.
    public static let connectionReset = "CONNECTION_RESET"
    /// The peer was silent for too long.
    public static let keepaliveTimeout = "KEEPALIVE_TIMEOUT"
    /// The peer did not read for too long.
    public static let writeStall = "WRITE_STALL"
    /// The server is about to stop.
    public static let draining = "DRAINING"
    /// The peer sends more than anyone needs.
    public static let excessLoad = "EXCESS_LOAD"
    /// Too many calls wait.
    public static let queueFull = "QUEUE_FULL"
    /// A limit is reached.
    public static let limit = "LIMIT"
    /// A message is larger than allowed.
    public static let messageTooLarge = "MESSAGE_TOO_LARGE"
    /// Calls to the address mostly fail; none is sent for a moment.
    public static let breakerOpen = "BREAKER_OPEN"
    /// Too many retries lately.
    public static let retryBudget = "RETRY_BUDGET"
    /// There is no such method.
    public static let unknownMethod = "UNKNOWN_METHOD"
    /// The message is encoded in a way that is not understood here.
    public static let unknownEncoding = "UNKNOWN_ENCODING"
    /// No message, or more than one, where exactly one is due.
    public static let cardinality = "CARDINALITY"
    /// The caller's time is over.
    public static let deadline = "DEADLINE"
    /// The caller gave up.
    public static let cancelled = "CANCELLED"
    /// The handler ended in a way that nobody foresaw; the server's log says how.
    public static let handlerFailed = "HANDLER_FAILED"
    /// The peer broke the protocol.
    public static let protocolViolation = "PROTOCOL"
}
