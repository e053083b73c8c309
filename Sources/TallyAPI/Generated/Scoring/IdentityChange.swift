// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Who decided what about whom, when and why; nothing of it is ever erased.
public struct IdentityChange: RPCMessage, Hashable {
    /// Link or opt-out.
    public var kind: String
    /// The contributor id.
    public var contributorId: Int64
    /// The login.
    public var login: String
    /// The linked account.
    public var other: String
    /// The at us.
    public var atUs: Int64
    /// The author.
    public var author: String
    /// The reason.
    public var reason: String
    /// The undone at us.
    public var undoneAtUs: Int64
    /// The undone by.
    public var undoneBy: String
    /// The undone because.
    public var undoneBecause: String

    /// Makes a message; what is left out has its default.
    public init(
        kind: String = "", contributorId: Int64 = 0, login: String = "", other: String = "",
        atUs: Int64 = 0, author: String = "", reason: String = "", undoneAtUs: Int64 = 0,
        undoneBy: String = "", undoneBecause: String = ""
    ) {
        self.kind = kind
        self.contributorId = contributorId
        self.login = login
        self.other = other
        self.atUs = atUs
        self.author = author
        self.reason = reason
        self.undoneAtUs = undoneAtUs
        self.undoneBy = undoneBy
        self.undoneBecause = undoneBecause
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

extension IdentityChange: WireMessage {
    static let fullName = "tally.scoring.v1.IdentityChange"
    static var unpack: Unpack<Tally__Scoring__V1__IdentityChange> {
        tally__scoring__v1__identity_change__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__IdentityChange> {
        tally__scoring__v1__identity_change__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__IdentityChange> {
        tally__scoring__v1__identity_change__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__IdentityChange> {
        tally__scoring__v1__identity_change__init
    }

    init(_ c: Tally__Scoring__V1__IdentityChange) throws(RPCError) {
        self.init()
        self.kind = try Decoder.text(c.kind, "IdentityChange.kind")
        self.contributorId = c.contributor_id
        self.login = try Decoder.text(c.login, "IdentityChange.login")
        self.other = try Decoder.text(c.other, "IdentityChange.other")
        self.atUs = c.at_us
        self.author = try Decoder.text(c.author, "IdentityChange.author")
        self.reason = try Decoder.text(c.reason, "IdentityChange.reason")
        self.undoneAtUs = c.undone_at_us
        self.undoneBy = try Decoder.text(c.undone_by, "IdentityChange.undone_by")
        self.undoneBecause = try Decoder.text(c.undone_because, "IdentityChange.undone_because")
    }

    func fill(_ c: inout Tally__Scoring__V1__IdentityChange, _ arena: Arena) {
        c.kind = arena.bytes(self.kind)
        c.contributor_id = self.contributorId
        c.login = arena.bytes(self.login)
        c.other = arena.bytes(self.other)
        c.at_us = self.atUs
        c.author = arena.bytes(self.author)
        c.reason = arena.bytes(self.reason)
        c.undone_at_us = self.undoneAtUs
        c.undone_by = arena.bytes(self.undoneBy)
        c.undone_because = arena.bytes(self.undoneBecause)
    }
}
