// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.CoverageSummary`.
public struct CoverageSummary: RPCMessage, Hashable {
    /// None, partial, complete.
    public var status: String
    /// Days with every expected hour read, of the days asked for.
    public var percent: Double
    /// From the fixed list in services/ingest/README.md.
    public var reasons: [String]
    /// The since day.
    public var sinceDay: Int32
    /// The until day.
    public var untilDay: Int32

    /// Makes a message; what is left out has its default.
    public init(
        status: String = "", percent: Double = 0, reasons: [String] = [], sinceDay: Int32 = 0,
        untilDay: Int32 = 0
    ) {
        self.status = status
        self.percent = percent
        self.reasons = reasons
        self.sinceDay = sinceDay
        self.untilDay = untilDay
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

extension CoverageSummary: WireMessage {
    static let fullName = "tally.ingest.v1.CoverageSummary"
    static var unpack: Unpack<Tally__Ingest__V1__CoverageSummary> {
        tally__ingest__v1__coverage_summary__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__CoverageSummary> {
        tally__ingest__v1__coverage_summary__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__CoverageSummary> {
        tally__ingest__v1__coverage_summary__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__CoverageSummary> {
        tally__ingest__v1__coverage_summary__init
    }

    init(_ c: Tally__Ingest__V1__CoverageSummary) throws(RPCError) {
        self.init()
        self.status = try Decoder.text(c.status, "CoverageSummary.status")
        self.percent = c.percent
        for index in 0..<c.n_reasons {
            self.reasons.append(try Decoder.text(c.reasons[index], "CoverageSummary.reasons"))
        }
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
    }

    func fill(_ c: inout Tally__Ingest__V1__CoverageSummary, _ arena: Arena) {
        c.status = arena.bytes(self.status)
        c.percent = self.percent
        c.n_reasons = self.reasons.count
        c.reasons = arena.list(self.reasons) { arena.bytes($0) }
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
    }
}
