// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.BoardEntry`.
public struct BoardEntry: RPCMessage, Hashable {
    /// 1, 2, 2, 4 under the bot filter asked for.
    public var rank: UInt64
    /// In the last generation of an earlier UTC day; 0 = none.
    public var previousRank: UInt64
    /// The contributor id.
    public var contributorId: Int64
    /// The login.
    public var login: String
    /// The bot.
    public var bot: Bool
    /// Thousandths.
    public var score: Int64
    /// The counters.
    public var counters: Counters?
    /// The first day.
    public var firstDay: Int32
    /// The last day.
    public var lastDay: Int32
    /// The repositories.
    public var repositories: UInt32

    /// Makes a message; what is left out has its default.
    public init(
        rank: UInt64 = 0, previousRank: UInt64 = 0, contributorId: Int64 = 0, login: String = "",
        bot: Bool = false, score: Int64 = 0, counters: Counters? = nil, firstDay: Int32 = 0,
        lastDay: Int32 = 0, repositories: UInt32 = 0
    ) {
        self.rank = rank
        self.previousRank = previousRank
        self.contributorId = contributorId
        self.login = login
        self.bot = bot
        self.score = score
        self.counters = counters
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.repositories = repositories
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

extension BoardEntry: WireMessage {
    static let fullName = "tally.ranking.v1.BoardEntry"
    static var unpack: Unpack<Tally__Ranking__V1__BoardEntry> {
        tally__ranking__v1__board_entry__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__BoardEntry> {
        tally__ranking__v1__board_entry__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__BoardEntry> { tally__ranking__v1__board_entry__pack }
    static var initialize: Initialize<Tally__Ranking__V1__BoardEntry> {
        tally__ranking__v1__board_entry__init
    }

    init(_ c: Tally__Ranking__V1__BoardEntry) throws(RPCError) {
        self.init()
        self.rank = c.rank
        self.previousRank = c.previous_rank
        self.contributorId = c.contributor_id
        self.login = try Decoder.text(c.login, "BoardEntry.login")
        self.bot = c.bot != 0
        self.score = c.score
        if let inner = c.counters { self.counters = try Counters(inner.pointee) }
        self.firstDay = c.first_day
        self.lastDay = c.last_day
        self.repositories = c.repositories
    }

    func fill(_ c: inout Tally__Ranking__V1__BoardEntry, _ arena: Arena) {
        c.rank = self.rank
        c.previous_rank = self.previousRank
        c.contributor_id = self.contributorId
        c.login = arena.bytes(self.login)
        c.bot = self.bot ? 1 : 0
        c.score = self.score
        if let value = self.counters { c.counters = arena.message(value) }
        c.first_day = self.firstDay
        c.last_day = self.lastDay
        c.repositories = self.repositories
    }
}
