// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.PreviewFormulaResponse`.
public struct PreviewFormulaResponse: RPCMessage, Hashable {
    /// The formula.
    public var formula: Formula?
    /// Best new rank first.
    public var changes: [RankChange]
    /// How many ranks differ altogether.
    public var changed: UInt64
    /// Entries of the board.
    public var total: UInt64

    /// Makes a message; what is left out has its default.
    public init(
        formula: Formula? = nil, changes: [RankChange] = [], changed: UInt64 = 0, total: UInt64 = 0
    ) {
        self.formula = formula
        self.changes = changes
        self.changed = changed
        self.total = total
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

extension PreviewFormulaResponse: WireMessage {
    static let fullName = "tally.scoring.v1.PreviewFormulaResponse"
    static var unpack: Unpack<Tally__Scoring__V1__PreviewFormulaResponse> {
        tally__scoring__v1__preview_formula_response__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__PreviewFormulaResponse> {
        tally__scoring__v1__preview_formula_response__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__PreviewFormulaResponse> {
        tally__scoring__v1__preview_formula_response__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__PreviewFormulaResponse> {
        tally__scoring__v1__preview_formula_response__init
    }

    init(_ c: Tally__Scoring__V1__PreviewFormulaResponse) throws(RPCError) {
        self.init()
        if let inner = c.formula { self.formula = try Formula(inner.pointee) }
        for index in 0..<c.n_changes {
            guard let inner = c.changes[index] else { continue }
            self.changes.append(try RankChange(inner.pointee))
        }
        self.changed = c.changed
        self.total = c.total
    }

    func fill(_ c: inout Tally__Scoring__V1__PreviewFormulaResponse, _ arena: Arena) {
        if let value = self.formula { c.formula = arena.message(value) }
        c.n_changes = self.changes.count
        c.changes = arena.list(self.changes) { arena.message($0) }
        c.changed = self.changed
        c.total = self.total
    }
}
