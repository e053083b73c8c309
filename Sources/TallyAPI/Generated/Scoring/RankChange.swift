// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.RankChange`.
public struct RankChange: RPCMessage, Hashable {
    /// The contributor id.
    public var contributorId: Int64
    /// The login.
    public var login: String
    /// Now, bots left out.
    public var rank: UInt64
    /// The new rank.
    public var newRank: UInt64
    /// The score.
    public var score: Int64
    /// The new score.
    public var newScore: Int64

    /// Makes a message; what is left out has its default.
    public init(
        contributorId: Int64 = 0, login: String = "", rank: UInt64 = 0, newRank: UInt64 = 0,
        score: Int64 = 0, newScore: Int64 = 0
    ) {
        self.contributorId = contributorId
        self.login = login
        self.rank = rank
        self.newRank = newRank
        self.score = score
        self.newScore = newScore
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

extension RankChange: WireMessage {
    static let fullName = "tally.scoring.v1.RankChange"
    static var unpack: Unpack<Tally__Scoring__V1__RankChange> {
        tally__scoring__v1__rank_change__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__RankChange> {
        tally__scoring__v1__rank_change__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__RankChange> { tally__scoring__v1__rank_change__pack }
    static var initialize: Initialize<Tally__Scoring__V1__RankChange> {
        tally__scoring__v1__rank_change__init
    }

    init(_ c: Tally__Scoring__V1__RankChange) throws(RPCError) {
        self.init()
        self.contributorId = c.contributor_id
        self.login = try Decoder.text(c.login, "RankChange.login")
        self.rank = c.rank
        self.newRank = c.new_rank
        self.score = c.score
        self.newScore = c.new_score
    }

    func fill(_ c: inout Tally__Scoring__V1__RankChange, _ arena: Arena) {
        c.contributor_id = self.contributorId
        c.login = arena.bytes(self.login)
        c.rank = self.rank
        c.new_rank = self.newRank
        c.score = self.score
        c.new_score = self.newScore
    }
}
