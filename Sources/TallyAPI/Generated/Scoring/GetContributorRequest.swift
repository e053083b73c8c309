// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.GetContributorRequest`.
public struct GetContributorRequest: RPCMessage, Hashable {
    /// The login.
    public var login: String
    /// The window.
    public var window: String

    /// Makes a message; what is left out has its default.
    public init(login: String = "", window: String = "") {
        self.login = login
        self.window = window
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

extension GetContributorRequest: WireMessage {
    static let fullName = "tally.scoring.v1.GetContributorRequest"
    static var unpack: Unpack<Tally__Scoring__V1__GetContributorRequest> {
        tally__scoring__v1__get_contributor_request__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__GetContributorRequest> {
        tally__scoring__v1__get_contributor_request__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__GetContributorRequest> {
        tally__scoring__v1__get_contributor_request__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__GetContributorRequest> {
        tally__scoring__v1__get_contributor_request__init
    }

    init(_ c: Tally__Scoring__V1__GetContributorRequest) throws(RPCError) {
        self.init()
        self.login = try Decoder.text(c.login, "GetContributorRequest.login")
        self.window = try Decoder.text(c.window, "GetContributorRequest.window")
    }

    func fill(_ c: inout Tally__Scoring__V1__GetContributorRequest, _ arena: Arena) {
        c.login = arena.bytes(self.login)
        c.window = arena.bytes(self.window)
    }
}
