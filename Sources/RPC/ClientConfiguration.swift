public import Crypto
public import RPCCore
public import Sockets

/// How a channel behaves.
public struct ClientConfiguration: Sendable {
    /// How the client introduces itself.
    public var hello: Hello
    /// Whom to believe, and what to show when asked; nil = no TLS.
    public var tls: LiveCredentials?
    /// Name that a server's certificate must hold; nil = the host of its address.
    public var tlsName: String?
    /// Time for one connection, its introduction included.
    public var connectTimeout = Duration.seconds(3)
    /// First pause after a failed connection; grows by 1.6 up to `backoffMax`.
    public var backoffFirst = Duration.milliseconds(200)
    /// Longest pause between two attempts.
    public var backoffMax = Duration.seconds(10)
    /// Silence after which the server is asked whether it lives.
    public var keepalive = Duration.seconds(30)
    /// Time for the answer.
    public var keepaliveTimeout = Duration.seconds(10)
    /// Time without any byte taken by a server that has some waiting.
    public var writeStall = Duration.seconds(20)
    /// Time without a call after which the connection is closed; nil = never.
    public var idleTimeout: Duration? = .seconds(300)
    /// How an address is chosen when there are several.
    public var balancing = Balancing.powerOfTwo
    /// Whether calls that only read get a second attempt elsewhere when the first is slow.
    public var hedges = false
    /// How often names are looked up again.
    public var resolveInterval = Duration.seconds(30)
    /// Addresses of a name; nil asks the system.
    public var resolve: (@Sendable (SocketAddress) async throws(SocketError) -> [SocketAddress])?
    /// Whether servers built from other message definitions are refused.
    public var refusesOtherSchemas = false
    /// Hears of servers built from other message definitions.
    public var schemaDiffers: @Sendable (String) -> Void = { _ in }
    /// Hears of every call that ended, all of its attempts included; nil where nobody counts.
    public var callEnded: (@Sendable (FinishedClientCall) -> Void)?
    /// Counts what happens on all connections.
    public var meter = ConnectionMeter()
    /// Hears of every attempt to connect that failed, with its cause.
    public var connectFailed: @Sendable (String, RPCError) -> Void = { _, _ in }
    /// Hears of every connection that ended, with its cause.
    public var connectionEnded: @Sendable (String, RPCError) -> Void = { _, _ in }
    /// Calls that may wait for a free stream of one connection.
    public var queuedCallsMax = 10_000
    /// Attempts of one call whose method may be repeated.
    public var attemptsMax = 3
    /// First stream id; a test starts near the end of the numbers.
    public var firstStream: UInt32 = 1
    /// A number in 0..<1 for jitter; a test makes it fixed.
    public var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

    /// The defaults.
    public init(hello: Hello = Hello(agent: "tally-rpc/0.1")) { self.hello = hello }
}

/// How a channel chooses among its addresses.
public enum Balancing: Sendable, Hashable {
    /// The first that is ready.
    case pickFirst
    /// Each in turn.
    case roundRobin
    /// Of two at random the one with less to do: fewer open calls, quicker answers.
    case powerOfTwo
}
