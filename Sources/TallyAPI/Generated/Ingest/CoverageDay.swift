// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.CoverageDay`.
public struct CoverageDay: RPCMessage, Hashable {
    /// The day.
    public var day: Int32
    /// Nothing is known or suspected to be missing.
    public var complete: Bool
    /// The percent known.
    public var percentKnown: Bool
    /// Of everything counted that day.
    public var percent: Double
    /// Those that were counted, or lack something.
    public var items: [CoverageItem]
    /// Of the sources that are believed; "days_not_read" alone.
    public var reasons: [String]

    /// Makes a message; what is left out has its default.
    public init(
        day: Int32 = 0, complete: Bool = false, percentKnown: Bool = false, percent: Double = 0,
        items: [CoverageItem] = [], reasons: [String] = []
    ) {
        self.day = day
        self.complete = complete
        self.percentKnown = percentKnown
        self.percent = percent
        self.items = items
        self.reasons = reasons
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

extension CoverageDay: WireMessage {
    static let fullName = "tally.ingest.v1.CoverageDay"
    static var unpack: Unpack<Tally__Ingest__V1__CoverageDay> {
        tally__ingest__v1__coverage_day__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__CoverageDay> {
        tally__ingest__v1__coverage_day__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__CoverageDay> { tally__ingest__v1__coverage_day__pack }
    static var initialize: Initialize<Tally__Ingest__V1__CoverageDay> {
        tally__ingest__v1__coverage_day__init
    }

    init(_ c: Tally__Ingest__V1__CoverageDay) throws(RPCError) {
        self.init()
        self.day = c.day
        self.complete = c.complete != 0
        self.percentKnown = c.percent_known != 0
        self.percent = c.percent
        for index in 0..<c.n_items {
            guard let inner = c.items[index] else { continue }
            self.items.append(try CoverageItem(inner.pointee))
        }
        for index in 0..<c.n_reasons {
            self.reasons.append(try Decoder.text(c.reasons[index], "CoverageDay.reasons"))
        }
    }

    func fill(_ c: inout Tally__Ingest__V1__CoverageDay, _ arena: Arena) {
        c.day = self.day
        c.complete = self.complete ? 1 : 0
        c.percent_known = self.percentKnown ? 1 : 0
        c.percent = self.percent
        c.n_items = self.items.count
        c.items = arena.list(self.items) { arena.message($0) }
        c.n_reasons = self.reasons.count
        c.reasons = arena.list(self.reasons) { arena.bytes($0) }
    }
}
