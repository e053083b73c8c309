// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.Board`.
public struct Board: RPCMessage, Hashable {
    /// "global" or "repository".
    public var scope: String
    /// The repository id.
    public var repositoryId: Int64
    /// The repository.
    public var repository: String
    /// The window.
    public var window: String
    /// First and last day the window covers; for "all": of the data.
    public var sinceDay: Int32
    /// The until day.
    public var untilDay: Int32
    /// The formula name.
    public var formulaName: String
    /// The formula version.
    public var formulaVersion: UInt32
    /// 0 = nothing published yet.
    public var generation: Int64
    /// The published at us.
    public var publishedAtUs: Int64
    /// Bots included.
    public var entries: UInt64
    /// The coverage.
    public var coverage: CoverageNote?
    /// The demonstration.
    public var demonstration: Bool

    /// Makes a message; what is left out has its default.
    public init(
        scope: String = "", repositoryId: Int64 = 0, repository: String = "", window: String = "",
        sinceDay: Int32 = 0, untilDay: Int32 = 0, formulaName: String = "",
        formulaVersion: UInt32 = 0, generation: Int64 = 0, publishedAtUs: Int64 = 0,
        entries: UInt64 = 0, coverage: CoverageNote? = nil, demonstration: Bool = false
    ) {
        self.scope = scope
        self.repositoryId = repositoryId
        self.repository = repository
        self.window = window
        self.sinceDay = sinceDay
        self.untilDay = untilDay
        self.formulaName = formulaName
        self.formulaVersion = formulaVersion
        self.generation = generation
        self.publishedAtUs = publishedAtUs
        self.entries = entries
        self.coverage = coverage
        self.demonstration = demonstration
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

extension Board: WireMessage {
    static let fullName = "tally.ranking.v1.Board"
    static var unpack: Unpack<Tally__Ranking__V1__Board> { tally__ranking__v1__board__unpack }
    static var packedSize: PackedSize<Tally__Ranking__V1__Board> {
        tally__ranking__v1__board__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__Board> { tally__ranking__v1__board__pack }
    static var initialize: Initialize<Tally__Ranking__V1__Board> { tally__ranking__v1__board__init }

    init(_ c: Tally__Ranking__V1__Board) throws(RPCError) {
        self.init()
        self.scope = try Decoder.text(c.scope, "Board.scope")
        self.repositoryId = c.repository_id
        self.repository = try Decoder.text(c.repository, "Board.repository")
        self.window = try Decoder.text(c.window, "Board.window")
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
        self.formulaName = try Decoder.text(c.formula_name, "Board.formula_name")
        self.formulaVersion = c.formula_version
        self.generation = c.generation
        self.publishedAtUs = c.published_at_us
        self.entries = c.entries
        if let inner = c.coverage { self.coverage = try CoverageNote(inner.pointee) }
        self.demonstration = c.demonstration != 0
    }

    func fill(_ c: inout Tally__Ranking__V1__Board, _ arena: Arena) {
        c.scope = arena.bytes(self.scope)
        c.repository_id = self.repositoryId
        c.repository = arena.bytes(self.repository)
        c.window = arena.bytes(self.window)
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
        c.formula_name = arena.bytes(self.formulaName)
        c.formula_version = self.formulaVersion
        c.generation = self.generation
        c.published_at_us = self.publishedAtUs
        c.entries = self.entries
        if let value = self.coverage { c.coverage = arena.message(value) }
        c.demonstration = self.demonstration ? 1 : 0
    }
}
