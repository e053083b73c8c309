// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ScoreRangeBatch`.
public struct ScoreRangeBatch: RPCMessage, Hashable {
    /// By repository, then contributor.
    public var rows: [ScoreRow]
    /// The feed's number when the batch was read.
    public var change: Int64
    /// The formula name.
    public var formulaName: String
    /// The formula version.
    public var formulaVersion: UInt32

    /// Makes a message; what is left out has its default.
    public init(
        rows: [ScoreRow] = [], change: Int64 = 0, formulaName: String = "",
        formulaVersion: UInt32 = 0
    ) {
        self.rows = rows
        self.change = change
        self.formulaName = formulaName
        self.formulaVersion = formulaVersion
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

extension ScoreRangeBatch: WireMessage {
    static let fullName = "tally.scoring.v1.ScoreRangeBatch"
    static var unpack: Unpack<Tally__Scoring__V1__ScoreRangeBatch> {
        tally__scoring__v1__score_range_batch__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ScoreRangeBatch> {
        tally__scoring__v1__score_range_batch__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ScoreRangeBatch> {
        tally__scoring__v1__score_range_batch__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__ScoreRangeBatch> {
        tally__scoring__v1__score_range_batch__init
    }

    init(_ c: Tally__Scoring__V1__ScoreRangeBatch) throws(RPCError) {
        self.init()
        for index in 0..<c.n_rows {
            guard let inner = c.rows[index] else { continue }
            self.rows.append(try ScoreRow(inner.pointee))
        }
        self.change = c.change
        self.formulaName = try Decoder.text(c.formula_name, "ScoreRangeBatch.formula_name")
        self.formulaVersion = c.formula_version
    }

    func fill(_ c: inout Tally__Scoring__V1__ScoreRangeBatch, _ arena: Arena) {
        c.n_rows = self.rows.count
        c.rows = arena.list(self.rows) { arena.message($0) }
        c.change = self.change
        c.formula_name = arena.bytes(self.formulaName)
        c.formula_version = self.formulaVersion
    }
}
