// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.GetPageRequest`.
public struct GetPageRequest: RPCMessage, Hashable {
    /// "owner/name"; "" = the global board.
    public var repository: String
    /// "" = all.
    public var window: String
    /// The bots.
    public var bots: BotFilter
    /// 0 = the newest.
    public var generation: Int64
    /// From 1; 0 = 1.
    public var page: UInt32
    /// 1..1000; 0 = 50.
    public var pageSize: UInt32
    /// Part of the login, any case.
    public var query: String
    /// Last day of a relative window; 0 = today.
    public var asOfDay: Int32
    /// "" = the active one, "name" = its newest, or "name/version".
    public var formula: String

    /// Makes a message; what is left out has its default.
    public init(
        repository: String = "", window: String = "", bots: BotFilter = BotFilter(rawValue: 0),
        generation: Int64 = 0, page: UInt32 = 0, pageSize: UInt32 = 0, query: String = "",
        asOfDay: Int32 = 0, formula: String = ""
    ) {
        self.repository = repository
        self.window = window
        self.bots = bots
        self.generation = generation
        self.page = page
        self.pageSize = pageSize
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

extension GetPageRequest: WireMessage {
    static let fullName = "tally.ranking.v1.GetPageRequest"
    static var unpack: Unpack<Tally__Ranking__V1__GetPageRequest> {
        tally__ranking__v1__get_page_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__GetPageRequest> {
        tally__ranking__v1__get_page_request__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__GetPageRequest> {
        tally__ranking__v1__get_page_request__pack
    }
    static var initialize: Initialize<Tally__Ranking__V1__GetPageRequest> {
        tally__ranking__v1__get_page_request__init
    }

    init(_ c: Tally__Ranking__V1__GetPageRequest) throws(RPCError) {
        self.init()
        self.repository = try Decoder.text(c.repository, "GetPageRequest.repository")
        self.window = try Decoder.text(c.window, "GetPageRequest.window")
        self.bots = BotFilter(rawValue: Int32(bitPattern: c.bots.rawValue))
        self.generation = c.generation
        self.page = c.page
        self.pageSize = c.page_size
        self.query = try Decoder.text(c.query, "GetPageRequest.query")
        self.asOfDay = c.as_of_day
        self.formula = try Decoder.text(c.formula, "GetPageRequest.formula")
    }

    func fill(_ c: inout Tally__Ranking__V1__GetPageRequest, _ arena: Arena) {
        c.repository = arena.bytes(self.repository)
        c.window = arena.bytes(self.window)
        c.bots = Tally__Ranking__V1__BotFilter(rawValue: UInt32(bitPattern: self.bots.rawValue))
        c.generation = self.generation
        c.page = self.page
        c.page_size = self.pageSize
        c.query = arena.bytes(self.query)
        c.as_of_day = self.asOfDay
        c.formula = arena.bytes(self.formula)
    }
}
