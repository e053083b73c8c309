// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ListFormulasResponse`.
public struct ListFormulasResponse: RPCMessage, Hashable {
    /// The formulas.
    public var formulas: [Formula]

    /// Makes a message; what is left out has its default.
    public init(formulas: [Formula] = []) {
        self.formulas = formulas
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

extension ListFormulasResponse: WireMessage {
    static let fullName = "tally.scoring.v1.ListFormulasResponse"
    static var unpack: Unpack<Tally__Scoring__V1__ListFormulasResponse> {
        tally__scoring__v1__list_formulas_response__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ListFormulasResponse> {
        tally__scoring__v1__list_formulas_response__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ListFormulasResponse> {
        tally__scoring__v1__list_formulas_response__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__ListFormulasResponse> {
        tally__scoring__v1__list_formulas_response__init
    }

    init(_ c: Tally__Scoring__V1__ListFormulasResponse) throws(RPCError) {
        self.init()
        for index in 0..<c.n_formulas {
            guard let inner = c.formulas[index] else { continue }
            self.formulas.append(try Formula(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Scoring__V1__ListFormulasResponse, _ arena: Arena) {
        c.n_formulas = self.formulas.count
        c.formulas = arena.list(self.formulas) { arena.message($0) }
    }
}
