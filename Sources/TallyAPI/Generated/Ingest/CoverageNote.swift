// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// What a board says about what is missing; the ingest service words it.
public struct CoverageNote: RPCMessage, Hashable {
    /// The status.
    public var status: String
    /// The percent.
    public var percent: Double
    /// The reasons.
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

extension CoverageNote: WireMessage {
    static let fullName = "tally.ingest.v1.CoverageNote"
    static var unpack: Unpack<Tally__Ingest__V1__CoverageNote> {
        tally__ingest__v1__coverage_note__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__CoverageNote> {
        tally__ingest__v1__coverage_note__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__CoverageNote> {
        tally__ingest__v1__coverage_note__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__CoverageNote> {
        tally__ingest__v1__coverage_note__init
    }

    init(_ c: Tally__Ingest__V1__CoverageNote) throws(RPCError) {
        self.init()
        self.status = try Decoder.text(c.status, "CoverageNote.status")
        self.percent = c.percent
        for index in 0..<c.n_reasons {
            self.reasons.append(try Decoder.text(c.reasons[index], "CoverageNote.reasons"))
        }
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
    }

    func fill(_ c: inout Tally__Ingest__V1__CoverageNote, _ arena: Arena) {
        c.status = arena.bytes(self.status)
        c.percent = self.percent
        c.n_reasons = self.reasons.count
        c.reasons = arena.list(self.reasons) { arena.bytes($0) }
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
    }
}
