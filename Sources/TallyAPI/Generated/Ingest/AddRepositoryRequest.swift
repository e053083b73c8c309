// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.AddRepositoryRequest`.
public struct AddRepositoryRequest: RPCMessage, Hashable {
    /// The owner.
    public var owner: String
    /// The name.
    public var name: String
    /// The no scrape.
    public var noScrape: Bool
    /// Of the first scrape; 0 = 730 days back.
    public var sinceDay: Int32
    /// 0 = today.
    public var untilDay: Int32
    /// "" = the planner's choice.
    public var source: String

    /// Makes a message; what is left out has its default.
    public init(
        owner: String = "", name: String = "", noScrape: Bool = false, sinceDay: Int32 = 0,
        untilDay: Int32 = 0, source: String = ""
    ) {
        self.owner = owner
        self.name = name
        self.noScrape = noScrape
        self.sinceDay = sinceDay
        self.untilDay = untilDay
        self.source = source
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

extension AddRepositoryRequest: WireMessage {
    static let fullName = "tally.ingest.v1.AddRepositoryRequest"
    static var unpack: Unpack<Tally__Ingest__V1__AddRepositoryRequest> {
        tally__ingest__v1__add_repository_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__AddRepositoryRequest> {
        tally__ingest__v1__add_repository_request__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__AddRepositoryRequest> {
        tally__ingest__v1__add_repository_request__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__AddRepositoryRequest> {
        tally__ingest__v1__add_repository_request__init
    }

    init(_ c: Tally__Ingest__V1__AddRepositoryRequest) throws(RPCError) {
        self.init()
        self.owner = try Decoder.text(c.owner, "AddRepositoryRequest.owner")
        self.name = try Decoder.text(c.name, "AddRepositoryRequest.name")
        self.noScrape = c.no_scrape != 0
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
        self.source = try Decoder.text(c.source, "AddRepositoryRequest.source")
    }

    func fill(_ c: inout Tally__Ingest__V1__AddRepositoryRequest, _ arena: Arena) {
        c.owner = arena.bytes(self.owner)
        c.name = arena.bytes(self.name)
        c.no_scrape = self.noScrape ? 1 : 0
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
        c.source = arena.bytes(self.source)
    }
}
