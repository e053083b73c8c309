// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// To one neighbour, with all of its addresses.
public struct Channel: RPCMessage, Hashable {
    /// The name.
    public var name: String
    /// Pick_first, round_robin, power_of_two.
    public var balancing: String
    /// The addresses.
    public var addresses: UInt32
    /// 0..100; no retries at 50 or below.
    public var retryTokens: Double
    /// Tries of calls, those that follow included.
    public var attempts: UInt64
    /// The retries.
    public var retries: UInt64
    /// The transparent retries.
    public var transparentRetries: UInt64
    /// The hedges.
    public var hedges: UInt64
    /// The budget had nothing left.
    public var retriesDenied: UInt64
    /// Why a name has no new addresses; "" = it has.
    public var resolveError: String

    /// Makes a message; what is left out has its default.
    public init(
        name: String = "", balancing: String = "", addresses: UInt32 = 0, retryTokens: Double = 0,
        attempts: UInt64 = 0, retries: UInt64 = 0, transparentRetries: UInt64 = 0,
        hedges: UInt64 = 0, retriesDenied: UInt64 = 0, resolveError: String = ""
    ) {
        self.name = name
        self.balancing = balancing
        self.addresses = addresses
        self.retryTokens = retryTokens
        self.attempts = attempts
        self.retries = retries
        self.transparentRetries = transparentRetries
        self.hedges = hedges
        self.retriesDenied = retriesDenied
        self.resolveError = resolveError
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

extension Channel: WireMessage {
    static let fullName = "tally.admin.v1.Channel"
    static var unpack: Unpack<Tally__Admin__V1__Channel> { tally__admin__v1__channel__unpack }
    static var packedSize: PackedSize<Tally__Admin__V1__Channel> {
        tally__admin__v1__channel__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__Channel> { tally__admin__v1__channel__pack }
    static var initialize: Initialize<Tally__Admin__V1__Channel> { tally__admin__v1__channel__init }

    init(_ c: Tally__Admin__V1__Channel) throws(RPCError) {
        self.init()
        self.name = try Decoder.text(c.name, "Channel.name")
        self.balancing = try Decoder.text(c.balancing, "Channel.balancing")
        self.addresses = c.addresses
        self.retryTokens = c.retry_tokens
        self.attempts = c.attempts
        self.retries = c.retries
        self.transparentRetries = c.transparent_retries
        self.hedges = c.hedges
        self.retriesDenied = c.retries_denied
        self.resolveError = try Decoder.text(c.resolve_error, "Channel.resolve_error")
    }

    func fill(_ c: inout Tally__Admin__V1__Channel, _ arena: Arena) {
        c.name = arena.bytes(self.name)
        c.balancing = arena.bytes(self.balancing)
        c.addresses = self.addresses
        c.retry_tokens = self.retryTokens
        c.attempts = self.attempts
        c.retries = self.retries
        c.transparent_retries = self.transparentRetries
        c.hedges = self.hedges
        c.retries_denied = self.retriesDenied
        c.resolve_error = arena.bytes(self.resolveError)
    }
}
