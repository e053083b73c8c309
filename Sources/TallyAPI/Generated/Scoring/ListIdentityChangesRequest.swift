// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ListIdentityChangesRequest`.
public struct ListIdentityChangesRequest: RPCMessage, Hashable {
    /// The login.
    public var login: String
    /// The limit.
    public var limit: UInt32

    /// Makes a message; what is left out has its default.
    public init(login: String = "", limit: UInt32 = 0) {
        self.login = login
        self.limit = limit
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

extension ListIdentityChangesRequest: WireMessage {
    static let fullName = "tally.scoring.v1.ListIdentityChangesRequest"
    static var unpack: Unpack<Tally__Scoring__V1__ListIdentityChangesRequest> {
        tally__scoring__v1__list_identity_changes_request__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ListIdentityChangesRequest> {
        tally__scoring__v1__list_identity_changes_request__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ListIdentityChangesRequest> {
        tally__scoring__v1__list_identity_changes_request__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__ListIdentityChangesRequest> {
        tally__scoring__v1__list_identity_changes_request__init
    }

    init(_ c: Tally__Scoring__V1__ListIdentityChangesRequest) throws(RPCError) {
        self.init()
        self.login = try Decoder.text(c.login, "ListIdentityChangesRequest.login")
        self.limit = c.limit
    }

    func fill(_ c: inout Tally__Scoring__V1__ListIdentityChangesRequest, _ arena: Arena) {
        c.login = arena.bytes(self.login)
        c.limit = self.limit
    }
}
