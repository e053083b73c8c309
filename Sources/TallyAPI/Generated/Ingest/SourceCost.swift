// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.SourceCost`.
public struct SourceCost: RPCMessage, Hashable {
    /// The source.
    public var source: String
    /// It could serve the scrape.
    public var usable: Bool
    /// The requests.
    public var requests: UInt64
    /// The bytes.
    public var bytes: UInt64
    /// Millionths of a dollar.
    public var microUsd: UInt64
    /// Known not to be there.
    public var hoursMissing: UInt32
    /// That it would have to read.
    public var daysMissing: UInt32
    /// Why it cannot, with the figures.
    public var refusal: String

    /// Makes a message; what is left out has its default.
    public init(
        source: String = "", usable: Bool = false, requests: UInt64 = 0, bytes: UInt64 = 0,
        microUsd: UInt64 = 0, hoursMissing: UInt32 = 0, daysMissing: UInt32 = 0,
        refusal: String = ""
    ) {
        self.source = source
        self.usable = usable
        self.requests = requests
        self.bytes = bytes
        self.microUsd = microUsd
        self.hoursMissing = hoursMissing
        self.daysMissing = daysMissing
        self.refusal = refusal
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

extension SourceCost: WireMessage {
    static let fullName = "tally.ingest.v1.SourceCost"
    static var unpack: Unpack<Tally__Ingest__V1__SourceCost> {
        tally__ingest__v1__source_cost__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__SourceCost> {
        tally__ingest__v1__source_cost__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__SourceCost> { tally__ingest__v1__source_cost__pack }
    static var initialize: Initialize<Tally__Ingest__V1__SourceCost> {
        tally__ingest__v1__source_cost__init
    }

    init(_ c: Tally__Ingest__V1__SourceCost) throws(RPCError) {
        self.init()
        self.source = try Decoder.text(c.source, "SourceCost.source")
        self.usable = c.usable != 0
        self.requests = c.requests
        self.bytes = c.bytes
        self.microUsd = c.micro_usd
        self.hoursMissing = c.hours_missing
        self.daysMissing = c.days_missing
        self.refusal = try Decoder.text(c.refusal, "SourceCost.refusal")
    }

    func fill(_ c: inout Tally__Ingest__V1__SourceCost, _ arena: Arena) {
        c.source = arena.bytes(self.source)
        c.usable = self.usable ? 1 : 0
        c.requests = self.requests
        c.bytes = self.bytes
        c.micro_usd = self.microUsd
        c.hours_missing = self.hoursMissing
        c.days_missing = self.daysMissing
        c.refusal = arena.bytes(self.refusal)
    }
}
