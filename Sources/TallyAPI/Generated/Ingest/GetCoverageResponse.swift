// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.GetCoverageResponse`.
public struct GetCoverageResponse: RPCMessage, Hashable {
    /// The repository.
    public var repository: String
    /// Of all days that were ever asked for.
    public var summary: CoverageSummary?
    /// The since day.
    public var sinceDay: Int32
    /// The until day.
    public var untilDay: Int32
    /// Of the range.
    public var totals: [CoverageItem]
    /// The days.
    public var days: [CoverageDay]

    /// Makes a message; what is left out has its default.
    public init(
        repository: String = "", summary: CoverageSummary? = nil, sinceDay: Int32 = 0,
        untilDay: Int32 = 0, totals: [CoverageItem] = [], days: [CoverageDay] = []
    ) {
        self.repository = repository
        self.summary = summary
        self.sinceDay = sinceDay
        self.untilDay = untilDay
        self.totals = totals
        self.days = days
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

extension GetCoverageResponse: WireMessage {
    static let fullName = "tally.ingest.v1.GetCoverageResponse"
    static var unpack: Unpack<Tally__Ingest__V1__GetCoverageResponse> {
        tally__ingest__v1__get_coverage_response__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__GetCoverageResponse> {
        tally__ingest__v1__get_coverage_response__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__GetCoverageResponse> {
        tally__ingest__v1__get_coverage_response__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__GetCoverageResponse> {
        tally__ingest__v1__get_coverage_response__init
    }

    init(_ c: Tally__Ingest__V1__GetCoverageResponse) throws(RPCError) {
        self.init()
        self.repository = try Decoder.text(c.repository, "GetCoverageResponse.repository")
        if let inner = c.summary { self.summary = try CoverageSummary(inner.pointee) }
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
        for index in 0..<c.n_totals {
            guard let inner = c.totals[index] else { continue }
            self.totals.append(try CoverageItem(inner.pointee))
        }
        for index in 0..<c.n_days {
            guard let inner = c.days[index] else { continue }
            self.days.append(try CoverageDay(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Ingest__V1__GetCoverageResponse, _ arena: Arena) {
        c.repository = arena.bytes(self.repository)
        if let value = self.summary { c.summary = arena.message(value) }
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
        c.n_totals = self.totals.count
        c.totals = arena.list(self.totals) { arena.message($0) }
        c.n_days = self.days.count
        c.days = arena.list(self.days) { arena.message($0) }
    }
}
