public import RPCCore

/// How one connection is at one moment, for operators.
public struct ConnectionSnapshot: Sendable, Hashable {
    /// Most streams of a connection that are shown.
    public static let streamsMax = 100

    /// The other end's address.
    public let peer: String
    /// Program and version of the other end; empty before its introduction.
    public let agent: String
    /// Since it was made.
    public let age: Duration
    /// Calls that are open, those included whose handlers have not returned.
    public let openCalls: Int
    /// Bytes that wait to be written.
    public let queuedBytes: Int
    /// Bytes that left so far.
    public let sentBytes: UInt64
    /// `handshake`, `open`, `draining`; on the calling side also `idle`, `connecting`, `backoff`,
    /// `shutdown`.
    public let state: String
    /// The oldest open calls, at most `streamsMax`.
    public let streams: [StreamSnapshot]
    /// What the channel knows of the address; nil on the serving side.
    public var endpoint: EndpointSnapshot?
}

/// How one open call is at one moment.
public struct StreamSnapshot: Sendable, Hashable {
    /// Its id, kind and credit.
    public let state: StreamState
    /// `/package.Service/Method`; empty while its request is not complete.
    public let method: String
    /// Since it began; nil while its request is not complete.
    public let age: Duration?
}

/// What a channel knows of one of its addresses.
public struct EndpointSnapshot: Sendable, Hashable {
    /// `closed`, `open` or `probing`: whether calls are kept away because most of them failed.
    public let breaker: String
    /// Moving average of unary calls; nil until one has ended.
    public let latency: Duration?
    /// How the last connection, or the last attempt to make one, ended; nil = none did.
    public let lastError: RPCError?
    /// Until the next attempt to connect; nil when none is planned.
    public let retryIn: Duration?
}

/// How a channel is at one moment.
public struct ChannelSnapshot: Sendable, Hashable {
    /// Each address and its connections: the one that takes calls, and those that still end some.
    public let connections: [ConnectionSnapshot]
    /// Addresses that calls may go to.
    public let addresses: Int
    /// How an address is chosen.
    public let balancing: Balancing
    /// What is left for retries, 0...100; at or below half there are none.
    public let retryTokens: Double
    /// What calls cost.
    public let counts: ChannelCounts
    /// Why a name has no new addresses; nil after a good answer, and without names.
    public let resolveError: String?
}

/// What a channel did since it was made.
public struct ChannelCounts: Sendable, Hashable {
    /// Times that a call was tried on a connection, or for want of one.
    public var attempts: UInt64 = 0
    /// Of these, second and later tries within the retry budget.
    public var retries: UInt64 = 0
    /// Of these, tries of calls that no handler saw before.
    public var transparentRetries: UInt64 = 0
    /// Of these, second tries beside a first one that was slow.
    public var hedges: UInt64 = 0
    /// Times that a retry was due and the budget had nothing left.
    public var retriesDenied: UInt64 = 0
}

/// A call that ended, as its caller heard it, with all of its attempts.
public struct FinishedClientCall: Sendable {
    /// `/package.Service/Method`.
    public let method: String
    /// How it ended; CANCELLED for a stream that its reader left.
    public let code: StatusCode
    /// Stable name of what went wrong; nil when nothing did, or nothing was said.
    public let reason: String?
    /// From the call to its end.
    public let duration: Duration
    /// The part of it before the first attempt stood on a connection.
    public let queued: Duration
}
