// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// What a source that is not believed says of a counter.
public struct SourceCount: RPCMessage, Hashable {
    /// The source.
    public var source: String
    /// The counted.
    public var counted: UInt64
    /// The percent known.
    public var percentKnown: Bool
    /// The percent.
    public var percent: Double

    /// Makes a message; what is left out has its default.
    public init(
        source: String = "", counted: UInt64 = 0, percentKnown: Bool = false, percent: Double = 0
    ) {
        self.source = source
        self.counted = counted
        self.percentKnown = percentKnown
        self.percent = percent
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

extension SourceCount: WireMessage {
    static let fullName = "tally.ingest.v1.SourceCount"
    static var unpack: Unpack<Tally__Ingest__V1__SourceCount> {
        tally__ingest__v1__source_count__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__SourceCount> {
        tally__ingest__v1__source_count__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__SourceCount> { tally__ingest__v1__source_count__pack }
    static var initialize: Initialize<Tally__Ingest__V1__SourceCount> {
        tally__ingest__v1__source_count__init
    }

    init(_ c: Tally__Ingest__V1__SourceCount) throws(RPCError) {
        self.init()
        self.source = try Decoder.text(c.source, "SourceCount.source")
        self.counted = c.counted
        self.percentKnown = c.percent_known != 0
        self.percent = c.percent
    }

    func fill(_ c: inout Tally__Ingest__V1__SourceCount, _ arena: Arena) {
        c.source = arena.bytes(self.source)
        c.counted = self.counted
        c.percent_known = self.percentKnown ? 1 : 0
        c.percent = self.percent
    }
}
