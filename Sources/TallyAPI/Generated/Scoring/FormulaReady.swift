// Made by proto/generate.sh from tally/scoring/v1/scores.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Every score of a formula is in the feed up to a number.
public struct FormulaReady: RPCMessage, Hashable {
    /// The formula id.
    public var formulaId: UInt32
    /// The name.
    public var name: String
    /// The version.
    public var version: UInt32
    /// The change.
    public var change: Int64

    /// Makes a message; what is left out has its default.
    public init(formulaId: UInt32 = 0, name: String = "", version: UInt32 = 0, change: Int64 = 0) {
        self.formulaId = formulaId
        self.name = name
        self.version = version
        self.change = change
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

extension FormulaReady: WireMessage {
    static let fullName = "tally.scoring.v1.FormulaReady"
    static var unpack: Unpack<Tally__Scoring__V1__FormulaReady> {
        tally__scoring__v1__formula_ready__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__FormulaReady> {
        tally__scoring__v1__formula_ready__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__FormulaReady> {
        tally__scoring__v1__formula_ready__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__FormulaReady> {
        tally__scoring__v1__formula_ready__init
    }

    init(_ c: Tally__Scoring__V1__FormulaReady) throws(RPCError) {
        self.init()
        self.formulaId = c.formula_id
        self.name = try Decoder.text(c.name, "FormulaReady.name")
        self.version = c.version
        self.change = c.change
    }

    func fill(_ c: inout Tally__Scoring__V1__FormulaReady, _ arena: Arena) {
        c.formula_id = self.formulaId
        c.name = arena.bytes(self.name)
        c.version = self.version
        c.change = self.change
    }
}
