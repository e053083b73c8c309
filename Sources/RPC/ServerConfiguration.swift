public import Crypto
public import RPCCore

/// A call that ended, for metrics and logs.
public struct FinishedCall: Sendable {
    /// `/package.Service/Method`.
    public let method: String
    /// The caller's address.
    public let peer: String
    /// Who called, by a verified certificate; nil without TLS or certificate.
    public let identity: PeerIdentity?
    /// The request that the call belongs to.
    public let trace: TraceContext
    /// How it ended.
    public let code: StatusCode
    /// From its first byte to its status.
    public let duration: Duration
    /// The part of it in which the call waited for the turn of its method.
    public let queued: Duration
    /// What an unexpected error said; for the server's log alone.
    public let internalError: String?

    init(_ call: ServerCall, _ code: StatusCode, _ internalError: String?) {
        self.method = call.method
        self.peer = call.peer.peerName
        self.identity = call.identity
        self.trace = call.trace
        self.code = code
        self.duration = Moment.now - call.startedAt
        self.queued = call.queued
        self.internalError = internalError
    }
}

/// How a connection of a server ended.
public struct ConnectionEnd: Sendable {
    /// The client's address.
    public let peer: String
    /// The cause, in words.
    public let reason: String
    /// Whether it was somebody's fault, or the clock ended it: neither did the client leave, nor
    /// was it asked to.
    public let isFault: Bool

    /// Makes one from its parts.
    public init(peer: String, reason: String, isFault: Bool) {
        self.peer = peer
        self.reason = reason
        self.isFault = isFault
    }
}

/// How a server behaves.
public struct ServerConfiguration: Sendable {
    /// How the server introduces itself.
    public var hello: Hello
    /// Connections at once; more are closed as they come.
    public var connectionsMax = 1024
    /// What clients are shown, and whose clients are believed; nil = no TLS. With authorities a
    /// client without a certificate of theirs is refused.
    public var tls: LiveCredentials?
    /// Time for the introduction, the TLS handshake included.
    public var handshakeTimeout = Duration.seconds(5)
    /// Silence after which the client is asked whether it lives, and the time to answer.
    public var keepalive = Duration.seconds(60)
    /// Time for the answer to a keepalive ping.
    public var keepaliveTimeout = Duration.seconds(20)
    /// Time without any byte taken by a peer that has some waiting.
    public var writeStall = Duration.seconds(20)
    /// Time without a call after which the client is asked to go; nil = never.
    public var idleTimeout: Duration? = .seconds(900)
    /// Longest life of a connection, a tenth up or down; nil = no limit. Old connections keep
    /// calls from reaching new servers.
    public var ageMax: Duration?
    /// Time for running calls when a connection is asked to go.
    public var ageGrace = Duration.seconds(30)
    /// A number in 0..<1 for jitter; a test makes it fixed.
    public var random: @Sendable () -> Double = { Double.random(in: 0..<1) }
    /// Outbound bytes above which handlers wait and the connection is not read.
    public var outboundSoftBytes = 1 << 20
    /// Outbound bytes above which the connection is closed.
    public var outboundHardBytes = 8 << 20
    /// Memory for messages that are unfinished or unread, shared by all connections.
    public var assembly = AssemblyBudget.process
    /// What takes part in every call, in this order.
    public var interceptors: [any ServerInterceptor] = [DefaultDeadline()] {
        didSet { self.moments = Moments(self.interceptors) }
    }
    private(set) var moments = Moments([DefaultDeadline()])

    /// The interceptors by what they are there for.
    struct Moments: Sendable {
        let arrival: [@Sendable (CallContext) throws(RPCError) -> Void]
        /// The first one is the outermost.
        let handler: [any HandlerInterceptor]
        let end: [any EndInterceptor]

        init(_ all: [any ServerInterceptor]) {
            self.arrival = all.compactMap { ($0 as? any ArrivalInterceptor)?.begin }
            self.handler = all.compactMap { $0 as? any HandlerInterceptor }
            self.end = all.compactMap { $0 as? any EndInterceptor }
        }
    }

    /// Turns an error that a handler threw into a status; nil = UNKNOWN, and its words stay here.
    public var translate: @Sendable (any Error) -> RPCError? = { _ in nil }
    /// Counts what happens on all connections.
    public var meter = ConnectionMeter()
    /// Hears of every connection that closes.
    public var connectionClosed: @Sendable (ConnectionEnd) -> Void = { _ in }
    /// Hears of every client that was refused by TLS, with the cause.
    public var clientRefused: @Sendable (String, String) -> Void = { _, _ in }

    /// Hears of every client that was built from other message definitions.
    public var schemaDiffers: @Sendable (String) -> Void = { _ in }

    /// The defaults.
    public init(hello: Hello = Hello(agent: "tally-rpc/0.1")) { self.hello = hello }
}
