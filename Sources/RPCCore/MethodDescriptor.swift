/// How many messages go each way.
public enum CallKind: Sendable, Hashable, CaseIterable {
    /// One request, one response.
    case unary
    /// One request, many responses.
    case serverStreaming
    /// Many requests, one response.
    case clientStreaming
    /// Many of both, in any order.
    case bidirectional

    /// Whether the client sends a stream.
    public var streamsRequests: Bool { self == .clientStreaming || self == .bidirectional }
    /// Whether the server sends a stream.
    public var streamsResponses: Bool { self == .serverStreaming || self == .bidirectional }
}

/// Whether a call may be made again; the option `idempotency_level` of the .proto.
public enum Idempotency: Sendable, Hashable {
    /// Nothing was said: never repeated once a handler may have seen it.
    case unknown
    /// It only reads.
    case noSideEffects
    /// Twice is like once.
    case idempotent
}

/// One method of a service, as the generated tables list it.
public struct MethodDescriptor: Sendable, Hashable {
    /// `/tally.ingest.v1.Ingest/GetJob`.
    public let path: String
    /// How many messages go each way.
    public let kind: CallKind
    /// Whether it may be repeated.
    public let idempotency: Idempotency
    /// Full name of the request message.
    public let requestType: String
    /// Full name of the response message.
    public let responseType: String

    /// Makes a descriptor.
    public init(
        path: String, kind: CallKind, idempotency: Idempotency = .unknown,
        requestType: String = "", responseType: String = ""
    ) {
        self.path = path
        self.kind = kind
        self.idempotency = idempotency
        self.requestType = requestType
        self.responseType = responseType
    }
}

/// A value that travels as one message.
public protocol RPCMessage: Sendable {
    /// Reads the protobuf bytes.
    ///
    /// - Throws: `RPCError` with `internalError` when they are malformed or over their budget.
    init(decoding bytes: UnsafeRawBufferPointer) throws(RPCError)
    /// Appends the protobuf bytes.
    func encode(into bytes: inout [UInt8])
}
