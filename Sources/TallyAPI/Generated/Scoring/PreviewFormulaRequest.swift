// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.PreviewFormulaRequest`.
public struct PreviewFormulaRequest: RPCMessage, Hashable {
    /// The document.
    public var document: String
    /// "" = the global board.
    public var repository: String
    /// "" = all.
    public var window: String
    /// 1..1000; 0 = 100.
    public var limit: UInt32

    /// Makes a message; what is left out has its default.
    public init(
        document: String = "", repository: String = "", window: String = "", limit: UInt32 = 0
    ) {
        self.document = document
        self.repository = repository
        self.window = window
        self.limit = limit
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

extension PreviewFormulaRequest: WireMessage {
    static let fullName = "tally.scoring.v1.PreviewFormulaRequest"
    static var unpack: Unpack<Tally__Scoring__V1__PreviewFormulaRequest> {
        tally__scoring__v1__preview_formula_request__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__PreviewFormulaRequest> {
        tally__scoring__v1__preview_formula_request__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__PreviewFormulaRequest> {
        tally__scoring__v1__preview_formula_request__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__PreviewFormulaRequest> {
        tally__scoring__v1__preview_formula_request__init
    }

    init(_ c: Tally__Scoring__V1__PreviewFormulaRequest) throws(RPCError) {
        self.init()
        self.document = try Decoder.text(c.document, "PreviewFormulaRequest.document")
        self.repository = try Decoder.text(c.repository, "PreviewFormulaRequest.repository")
        self.window = try Decoder.text(c.window, "PreviewFormulaRequest.window")
        self.limit = c.limit
    }

    func fill(_ c: inout Tally__Scoring__V1__PreviewFormulaRequest, _ arena: Arena) {
        c.document = arena.bytes(self.document)
        c.repository = arena.bytes(self.repository)
        c.window = arena.bytes(self.window)
        c.limit = self.limit
    }
}
