// Made by proto/generate.sh from tally/scoring/v1/scores.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// One contributor's score in one repository and window, under one formula version.
public struct ScoreRow: RPCMessage, Hashable {
    /// The change.
    public var change: Int64
    /// The formula's id in scoring, whatever its name and version.
    public var formulaVersion: UInt32
    /// The repository id.
    public var repositoryId: Int64
    /// The contributor id.
    public var contributorId: Int64
    /// All, 730d, 365d, 90d, 30d, 7d.
    public var window: String
    /// Thousandths.
    public var score: Int64
    /// The counters.
    public var counters: Counters?
    /// The first day.
    public var firstDay: Int32
    /// The last day.
    public var lastDay: Int32
    /// Fell to nothing: leaves the board.
    public var removed: Bool

    /// Makes a message; what is left out has its default.
    public init(
        change: Int64 = 0, formulaVersion: UInt32 = 0, repositoryId: Int64 = 0,
        contributorId: Int64 = 0, window: String = "", score: Int64 = 0, counters: Counters? = nil,
        firstDay: Int32 = 0, lastDay: Int32 = 0, removed: Bool = false
    ) {
        self.change = change
        self.formulaVersion = formulaVersion
        self.repositoryId = repositoryId
        self.contributorId = contributorId
        self.window = window
        self.score = score
        self.counters = counters
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.removed = removed
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

extension ScoreRow: WireMessage {
    static let fullName = "tally.scoring.v1.ScoreRow"
    static var unpack: Unpack<Tally__Scoring__V1__ScoreRow> {
        tally__scoring__v1__score_row__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ScoreRow> {
        tally__scoring__v1__score_row__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ScoreRow> { tally__scoring__v1__score_row__pack }
    static var initialize: Initialize<Tally__Scoring__V1__ScoreRow> {
        tally__scoring__v1__score_row__init
    }

    init(_ c: Tally__Scoring__V1__ScoreRow) throws(RPCError) {
        self.init()
        self.change = c.change
        self.formulaVersion = c.formula_version
        self.repositoryId = c.repository_id
        self.contributorId = c.contributor_id
        self.window = try Decoder.text(c.window, "ScoreRow.window")
        self.score = c.score
        if let inner = c.counters { self.counters = try Counters(inner.pointee) }
        self.firstDay = c.first_day
        self.lastDay = c.last_day
        self.removed = c.removed != 0
    }

    func fill(_ c: inout Tally__Scoring__V1__ScoreRow, _ arena: Arena) {
        c.change = self.change
        c.formula_version = self.formulaVersion
        c.repository_id = self.repositoryId
        c.contributor_id = self.contributorId
        c.window = arena.bytes(self.window)
        c.score = self.score
        if let value = self.counters { c.counters = arena.message(value) }
        c.first_day = self.firstDay
        c.last_day = self.lastDay
        c.removed = self.removed ? 1 : 0
    }
}
