// Made by proto/generate.sh from tally/scoring/v1/scores.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.PersonRow`.
public struct PersonRow: RPCMessage, Hashable {
    /// The change.
    public var change: Int64
    /// The contributor id.
    public var contributorId: Int64
    /// The login.
    public var login: String
    /// The bot.
    public var bot: Bool
    /// The bot reason.
    public var botReason: String
    /// The person this account belongs to; 0 = itself.
    public var canonicalId: Int64
    /// Opted out: on no board; the login is not told.
    public var hidden: Bool

    /// Makes a message; what is left out has its default.
    public init(
        change: Int64 = 0, contributorId: Int64 = 0, login: String = "", bot: Bool = false,
        botReason: String = "", canonicalId: Int64 = 0, hidden: Bool = false
    ) {
        self.change = change
        self.contributorId = contributorId
        self.login = login
        self.bot = bot
        self.botReason = botReason
        self.canonicalId = canonicalId
        self.hidden = hidden
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

extension PersonRow: WireMessage {
    static let fullName = "tally.scoring.v1.PersonRow"
    static var unpack: Unpack<Tally__Scoring__V1__PersonRow> {
        tally__scoring__v1__person_row__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__PersonRow> {
        tally__scoring__v1__person_row__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__PersonRow> { tally__scoring__v1__person_row__pack }
    static var initialize: Initialize<Tally__Scoring__V1__PersonRow> {
        tally__scoring__v1__person_row__init
    }

    init(_ c: Tally__Scoring__V1__PersonRow) throws(RPCError) {
        self.init()
        self.change = c.change
        self.contributorId = c.contributor_id
        self.login = try Decoder.text(c.login, "PersonRow.login")
        self.bot = c.bot != 0
        self.botReason = try Decoder.text(c.bot_reason, "PersonRow.bot_reason")
        self.canonicalId = c.canonical_id
        self.hidden = c.hidden != 0
    }

    func fill(_ c: inout Tally__Scoring__V1__PersonRow, _ arena: Arena) {
        c.change = self.change
        c.contributor_id = self.contributorId
        c.login = arena.bytes(self.login)
        c.bot = self.bot ? 1 : 0
        c.bot_reason = arena.bytes(self.botReason)
        c.canonical_id = self.canonicalId
        c.hidden = self.hidden ? 1 : 0
    }
}
