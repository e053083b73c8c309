// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.admin.v1.Connection`.
public struct Connection: RPCMessage, Hashable {
    /// "server": they call here; "client": calls go there.
    public var side: String
    /// The peer.
    public var peer: String
    /// The agent.
    public var agent: String
    /// The state.
    public var state: String
    /// The age ms.
    public var ageMs: UInt64
    /// The open calls.
    public var openCalls: UInt32
    /// The queued bytes.
    public var queuedBytes: UInt64
    /// The sent bytes.
    public var sentBytes: UInt64
    /// The oldest open calls, at most 100.
    public var streams: [Stream]
    /// Whose address it is; "" on the server side, like all that follows.
    public var channel: String
    /// Closed, open, probing.
    public var breaker: String
    /// Moving average of unary calls; 0 = none has ended.
    public var latencyUs: UInt64
    /// How the last connection or attempt ended; "" = none did.
    public var lastError: String
    /// Until the next attempt to connect; 0 = none is planned.
    public var retryInMs: UInt64

    /// Makes a message; what is left out has its default.
    public init(
        side: String = "", peer: String = "", agent: String = "", state: String = "",
        ageMs: UInt64 = 0, openCalls: UInt32 = 0, queuedBytes: UInt64 = 0, sentBytes: UInt64 = 0,
        streams: [Stream] = [], channel: String = "", breaker: String = "", latencyUs: UInt64 = 0,
        lastError: String = "", retryInMs: UInt64 = 0
    ) {
        self.side = side
        self.peer = peer
        self.agent = agent
        self.state = state
        self.ageMs = ageMs
        self.openCalls = openCalls
        self.queuedBytes = queuedBytes
        self.sentBytes = sentBytes
        self.streams = streams
        self.channel = channel
        self.breaker = breaker
        self.latencyUs = latencyUs
        self.lastError = lastError
        self.retryInMs = retryInMs
    }

    /// Reads the wire format; refuses what is malformed or over its budget.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(RPCError) {
        self = try Decoder.message(bytes)
    }

    /// Appends the wire format.
    public func encode(into bytes: inout [UInt8]) {
        Encoder.append(self, to: &bytes)
    }
}

extension Connection: WireMessage {
    static let fullName = "tally.admin.v1.Connection"
    static var unpack: Unpack<Tally__Admin__V1__Connection> { tally__admin__v1__connection__unpack }
    static var packedSize: PackedSize<Tally__Admin__V1__Connection> {
        tally__admin__v1__connection__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__Connection> { tally__admin__v1__connection__pack }
    static var initialize: Initialize<Tally__Admin__V1__Connection> {
        tally__admin__v1__connection__init
    }

    init(_ c: Tally__Admin__V1__Connection) throws(RPCError) {
        self.init()
        self.side = try Decoder.text(c.side, "Connection.side")
        self.peer = try Decoder.text(c.peer, "Connection.peer")
        self.agent = try Decoder.text(c.agent, "Connection.agent")
        self.state = try Decoder.text(c.state, "Connection.state")
        self.ageMs = c.age_ms
        self.openCalls = c.open_calls
        self.queuedBytes = c.queued_bytes
        self.sentBytes = c.sent_bytes
        for index in 0..<c.n_streams {
            guard let inner = c.streams[index] else { continue }
            self.streams.append(try Stream(inner.pointee))
        }
        self.channel = try Decoder.text(c.channel, "Connection.channel")
        self.breaker = try Decoder.text(c.breaker, "Connection.breaker")
        self.latencyUs = c.latency_us
        self.lastError = try Decoder.text(c.last_error, "Connection.last_error")
        self.retryInMs = c.retry_in_ms
    }

    func fill(_ c: inout Tally__Admin__V1__Connection, _ arena: Arena) {
        c.side = arena.bytes(self.side)
        c.peer = arena.bytes(self.peer)
        c.agent = arena.bytes(self.agent)
        c.state = arena.bytes(self.state)
        c.age_ms = self.ageMs
        c.open_calls = self.openCalls
        c.queued_bytes = self.queuedBytes
        c.sent_bytes = self.sentBytes
        c.n_streams = self.streams.count
        c.streams = arena.list(self.streams) { arena.message($0) }
        c.channel = arena.bytes(self.channel)
        c.breaker = arena.bytes(self.breaker)
        c.latency_us = self.latencyUs
        c.last_error = arena.bytes(self.lastError)
        c.retry_in_ms = self.retryInMs
    }
}
