// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.CoverageItem`.
public struct CoverageItem: RPCMessage, Hashable {
    /// A field of tally.common.v1.Counters.
    public var item: String
    /// Who is believed; "" = nobody has read the day.
    public var source: String
    /// The counted.
    public var counted: UInt64
    /// The expected known.
    public var expectedKnown: Bool
    /// What GitHub itself counts, or an estimate.
    public var expected: UInt64
    /// From days that GitHub and the source both counted.
    public var expectedEstimated: Bool
    /// The percent known.
    public var percentKnown: Bool
    /// Counted of expected, 0..100.
    public var percent: Double
    /// From the fixed list in services/ingest/README.md.
    public var reason: String
    /// The others.
    public var others: [SourceCount]

    /// Makes a message; what is left out has its default.
    public init(
        item: String = "", source: String = "", counted: UInt64 = 0, expectedKnown: Bool = false,
        expected: UInt64 = 0, expectedEstimated: Bool = false, percentKnown: Bool = false,
        percent: Double = 0, reason: String = "", others: [SourceCount] = []
    ) {
        self.item = item
        self.source = source
        self.counted = counted
        self.expectedKnown = expectedKnown
        self.expected = expected
        self.expectedEstimated = expectedEstimated
        self.percentKnown = percentKnown
        self.percent = percent
        self.reason = reason
        self.others = others
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

extension CoverageItem: WireMessage {
    static let fullName = "tally.ingest.v1.CoverageItem"
    static var unpack: Unpack<Tally__Ingest__V1__CoverageItem> {
        tally__ingest__v1__coverage_item__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__CoverageItem> {
        tally__ingest__v1__coverage_item__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__CoverageItem> {
        tally__ingest__v1__coverage_item__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__CoverageItem> {
        tally__ingest__v1__coverage_item__init
    }

    init(_ c: Tally__Ingest__V1__CoverageItem) throws(RPCError) {
        self.init()
        self.item = try Decoder.text(c.item, "CoverageItem.item")
        self.source = try Decoder.text(c.source, "CoverageItem.source")
        self.counted = c.counted
        self.expectedKnown = c.expected_known != 0
        self.expected = c.expected
        self.expectedEstimated = c.expected_estimated != 0
        self.percentKnown = c.percent_known != 0
        self.percent = c.percent
        self.reason = try Decoder.text(c.reason, "CoverageItem.reason")
        for index in 0..<c.n_others {
            guard let inner = c.others[index] else { continue }
            self.others.append(try SourceCount(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Ingest__V1__CoverageItem, _ arena: Arena) {
        c.item = arena.bytes(self.item)
        c.source = arena.bytes(self.source)
        c.counted = self.counted
        c.expected_known = self.expectedKnown ? 1 : 0
        c.expected = self.expected
        c.expected_estimated = self.expectedEstimated ? 1 : 0
        c.percent_known = self.percentKnown ? 1 : 0
        c.percent = self.percent
        c.reason = arena.bytes(self.reason)
        c.n_others = self.others.count
        c.others = arena.list(self.others) { arena.message($0) }
    }
}
