// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.PutFormulaResponse`.
public struct PutFormulaResponse: RPCMessage, Hashable {
    /// The formula.
    public var formula: Formula?
    /// The changed.
    public var changed: Bool

    /// Makes a message; what is left out has its default.
    public init(formula: Formula? = nil, changed: Bool = false) {
        self.formula = formula
        self.changed = changed
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

extension PutFormulaResponse: WireMessage {
    static let fullName = "tally.scoring.v1.PutFormulaResponse"
    static var unpack: Unpack<Tally__Scoring__V1__PutFormulaResponse> {
        tally__scoring__v1__put_formula_response__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__PutFormulaResponse> {
        tally__scoring__v1__put_formula_response__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__PutFormulaResponse> {
        tally__scoring__v1__put_formula_response__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__PutFormulaResponse> {
        tally__scoring__v1__put_formula_response__init
    }

    init(_ c: Tally__Scoring__V1__PutFormulaResponse) throws(RPCError) {
        self.init()
        if let inner = c.formula { self.formula = try Formula(inner.pointee) }
        self.changed = c.changed != 0
    }

    func fill(_ c: inout Tally__Scoring__V1__PutFormulaResponse, _ arena: Arena) {
        if let value = self.formula { c.formula = arena.message(value) }
        c.changed = self.changed ? 1 : 0
    }
}
