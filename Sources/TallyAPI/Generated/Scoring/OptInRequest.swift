// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.OptInRequest`.
public struct OptInRequest: RPCMessage, Hashable {
    /// The login.
    public var login: String
    /// The author.
    public var author: String
    /// The reason.
    public var reason: String

    /// Makes a message; what is left out has its default.
    public init(login: String = "", author: String = "", reason: String = "") {
        self.login = login
        self.author = author
        self.reason = reason
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

extension OptInRequest: WireMessage {
    static let fullName = "tally.scoring.v1.OptInRequest"
    static var unpack: Unpack<Tally__Scoring__V1__OptInRequest> {
        tally__scoring__v1__opt_in_request__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__OptInRequest> {
        tally__scoring__v1__opt_in_request__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__OptInRequest> {
        tally__scoring__v1__opt_in_request__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__OptInRequest> {
        tally__scoring__v1__opt_in_request__init
    }

    init(_ c: Tally__Scoring__V1__OptInRequest) throws(RPCError) {
        self.init()
        self.login = try Decoder.text(c.login, "OptInRequest.login")
        self.author = try Decoder.text(c.author, "OptInRequest.author")
        self.reason = try Decoder.text(c.reason, "OptInRequest.reason")
    }

    func fill(_ c: inout Tally__Scoring__V1__OptInRequest, _ arena: Arena) {
        c.login = arena.bytes(self.login)
        c.author = arena.bytes(self.author)
        c.reason = arena.bytes(self.reason)
    }
}
