// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.Person`.
public struct Person: RPCMessage, Hashable {
    /// The contributor id.
    public var contributorId: Int64
    /// The login.
    public var login: String
    /// The former logins.
    public var formerLogins: [String]
    /// The bot.
    public var bot: Bool
    /// The bot reason.
    public var botReason: String
    /// Other accounts whose work counts here.
    public var linkedLogins: [String]

    /// Makes a message; what is left out has its default.
    public init(
        contributorId: Int64 = 0, login: String = "", formerLogins: [String] = [],
        bot: Bool = false, botReason: String = "", linkedLogins: [String] = []
    ) {
        self.contributorId = contributorId
        self.login = login
        self.formerLogins = formerLogins
        self.bot = bot
        self.botReason = botReason
        self.linkedLogins = linkedLogins
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

extension Person: WireMessage {
    static let fullName = "tally.scoring.v1.Person"
    static var unpack: Unpack<Tally__Scoring__V1__Person> { tally__scoring__v1__person__unpack }
    static var packedSize: PackedSize<Tally__Scoring__V1__Person> {
        tally__scoring__v1__person__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__Person> { tally__scoring__v1__person__pack }
    static var initialize: Initialize<Tally__Scoring__V1__Person> {
        tally__scoring__v1__person__init
    }

    init(_ c: Tally__Scoring__V1__Person) throws(RPCError) {
        self.init()
        self.contributorId = c.contributor_id
        self.login = try Decoder.text(c.login, "Person.login")
        for index in 0..<c.n_former_logins {
            self.formerLogins.append(
                try Decoder.text(c.former_logins[index], "Person.former_logins"))
        }
        self.bot = c.bot != 0
        self.botReason = try Decoder.text(c.bot_reason, "Person.bot_reason")
        for index in 0..<c.n_linked_logins {
            self.linkedLogins.append(
                try Decoder.text(c.linked_logins[index], "Person.linked_logins"))
        }
    }

    func fill(_ c: inout Tally__Scoring__V1__Person, _ arena: Arena) {
        c.contributor_id = self.contributorId
        c.login = arena.bytes(self.login)
        c.n_former_logins = self.formerLogins.count
        c.former_logins = arena.list(self.formerLogins) { arena.bytes($0) }
        c.bot = self.bot ? 1 : 0
        c.bot_reason = arena.bytes(self.botReason)
        c.n_linked_logins = self.linkedLogins.count
        c.linked_logins = arena.list(self.linkedLogins) { arena.bytes($0) }
    }
}
