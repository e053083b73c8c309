// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.ExportRequest`.
public struct ExportRequest: RPCMessage, Hashable {
    /// The repository.
    public var repository: String
    /// The window.
    public var window: String
    /// The bots.
    public var bots: BotFilter
    /// The generation.
    public var generation: Int64
    /// The query.
    public var query: String
    /// The as of day.
    public var asOfDay: Int32
    /// The formula.
    public var formula: String

    /// Makes a message; what is left out has its default.
    public init(
        repository: String = "", window: String = "", bots: BotFilter = BotFilter(rawValue: 0),
        generation: Int64 = 0, query: String = "", asOfDay: Int32 = 0, formula: String = ""
    ) {
        self.repository = repository
        self.window = window
        self.bots = bots
        self.generation = generation
        self.query = query
        self.asOfDay = asOfDay
        self.formula = formula
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

extension ExportRequest: WireMessage {
    static let fullName = "tally.ranking.v1.ExportRequest"
    static var unpack: Unpack<Tally__Ranking__V1__ExportRequest> {
        tally__ranking__v1__export_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__ExportRequest> {
        tally__ranking__v1__export_request__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__ExportRequest> {
        tally__ranking__v1__export_request__pack
    }
    static var initialize: Initialize<Tally__Ranking__V1__ExportRequest> {
        tally__ranking__v1__export_request__init
    }

    init(_ c: Tally__Ranking__V1__ExportRequest) throws(RPCError) {
        self.init()
        self.repository = try Decoder.text(c.repository, "ExportRequest.repository")
        self.window = try Decoder.text(c.window, "ExportRequest.window")
        self.bots = BotFilter(rawValue: Int32(bitPattern: c.bots.rawValue))
        self.generation = c.generation
        self.query = try Decoder.text(c.query, "ExportRequest.query")
        self.asOfDay = c.as_of_day
        self.formula = try Decoder.text(c.formula, "ExportRequest.formula")
    }

    func fill(_ c: inout Tally__Ranking__V1__ExportRequest, _ arena: Arena) {
        c.repository = arena.bytes(self.repository)
        c.window = arena.bytes(self.window)
        c.bots = Tally__Ranking__V1__BotFilter(rawValue: UInt32(bitPattern: self.bots.rawValue))
        c.generation = self.generation
        c.query = arena.bytes(self.query)
        c.as_of_day = self.asOfDay
        c.formula = arena.bytes(self.formula)
    }
}
