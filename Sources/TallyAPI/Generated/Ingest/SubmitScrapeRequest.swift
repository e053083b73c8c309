// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.SubmitScrapeRequest`.
public struct SubmitScrapeRequest: RPCMessage, Hashable {
    /// The owner.
    public var owner: String
    /// The name.
    public var name: String
    /// 0 = 730 days back.
    public var sinceDay: Int32
    /// 0 = today.
    public var untilDay: Int32
    /// The source.
    public var source: String
    /// Read days again that are covered already.
    public var force: Bool

    /// Makes a message; what is left out has its default.
    public init(
        owner: String = "", name: String = "", sinceDay: Int32 = 0, untilDay: Int32 = 0,
        source: String = "", force: Bool = false
    ) {
        self.owner = owner
        self.name = name
        self.sinceDay = sinceDay
        self.untilDay = untilDay
        self.source = source
        self.force = force
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

extension SubmitScrapeRequest: WireMessage {
    static let fullName = "tally.ingest.v1.SubmitScrapeRequest"
    static var unpack: Unpack<Tally__Ingest__V1__SubmitScrapeRequest> {
        tally__ingest__v1__submit_scrape_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__SubmitScrapeRequest> {
        tally__ingest__v1__submit_scrape_request__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__SubmitScrapeRequest> {
        tally__ingest__v1__submit_scrape_request__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__SubmitScrapeRequest> {
        tally__ingest__v1__submit_scrape_request__init
    }

    init(_ c: Tally__Ingest__V1__SubmitScrapeRequest) throws(RPCError) {
        self.init()
        self.owner = try Decoder.text(c.owner, "SubmitScrapeRequest.owner")
        self.name = try Decoder.text(c.name, "SubmitScrapeRequest.name")
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
        self.source = try Decoder.text(c.source, "SubmitScrapeRequest.source")
        self.force = c.force != 0
    }

    func fill(_ c: inout Tally__Ingest__V1__SubmitScrapeRequest, _ arena: Arena) {
        c.owner = arena.bytes(self.owner)
        c.name = arena.bytes(self.name)
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
        c.source = arena.bytes(self.source)
        c.force = self.force ? 1 : 0
    }
}
