// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// The document: {"name", "version", "weights": {counter: points}, "cap": points}.
public struct PutFormulaRequest: RPCMessage, Hashable {
    /// The document.
    public var document: String
    /// The author.
    public var author: String

    /// Makes a message; what is left out has its default.
    public init(document: String = "", author: String = "") {
        self.document = document
        self.author = author
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

extension PutFormulaRequest: WireMessage {
    static let fullName = "tally.scoring.v1.PutFormulaRequest"
    static var unpack: Unpack<Tally__Scoring__V1__PutFormulaRequest> {
        tally__scoring__v1__put_formula_request__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__PutFormulaRequest> {
        tally__scoring__v1__put_formula_request__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__PutFormulaRequest> {
        tally__scoring__v1__put_formula_request__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__PutFormulaRequest> {
        tally__scoring__v1__put_formula_request__init
    }

    init(_ c: Tally__Scoring__V1__PutFormulaRequest) throws(RPCError) {
        self.init()
        self.document = try Decoder.text(c.document, "PutFormulaRequest.document")
        self.author = try Decoder.text(c.author, "PutFormulaRequest.author")
    }

    func fill(_ c: inout Tally__Scoring__V1__PutFormulaRequest, _ arena: Arena) {
        c.document = arena.bytes(self.document)
        c.author = arena.bytes(self.author)
    }
}
