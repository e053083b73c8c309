// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.Budget`.
public struct Budget: RPCMessage, Hashable {
    /// BigQuery is a source.
    public var configured: Bool
    /// Billed or promised since 00:00 UTC.
    public var dayBytes: UInt64
    /// The day micro usd.
    public var dayMicroUsd: UInt64
    /// The day queries.
    public var dayQueries: UInt64
    /// The month bytes.
    public var monthBytes: UInt64
    /// The month micro usd.
    public var monthMicroUsd: UInt64
    /// The month queries.
    public var monthQueries: UInt64
    /// Of these, to queries whose bill is not known yet.
    public var promisedBytes: UInt64
    /// The promised micro usd.
    public var promisedMicroUsd: UInt64
    /// The job cap micro usd.
    public var jobCapMicroUsd: UInt64
    /// The day cap micro usd.
    public var dayCapMicroUsd: UInt64
    /// The month cap micro usd.
    public var monthCapMicroUsd: UInt64
    /// That have not read all their days from BigQuery.
    public var queuedJobs: UInt64
    /// What their plans say.
    public var queuedBytes: UInt64
    /// The queued micro usd.
    public var queuedMicroUsd: UInt64

    /// Makes a message; what is left out has its default.
    public init(
        configured: Bool = false, dayBytes: UInt64 = 0, dayMicroUsd: UInt64 = 0,
        dayQueries: UInt64 = 0, monthBytes: UInt64 = 0, monthMicroUsd: UInt64 = 0,
        monthQueries: UInt64 = 0, promisedBytes: UInt64 = 0, promisedMicroUsd: UInt64 = 0,
        jobCapMicroUsd: UInt64 = 0, dayCapMicroUsd: UInt64 = 0, monthCapMicroUsd: UInt64 = 0,
        queuedJobs: UInt64 = 0, queuedBytes: UInt64 = 0, queuedMicroUsd: UInt64 = 0
    ) {
        self.configured = configured
        self.dayBytes = dayBytes
        self.dayMicroUsd = dayMicroUsd
        self.dayQueries = dayQueries
        self.monthBytes = monthBytes
        self.monthMicroUsd = monthMicroUsd
        self.monthQueries = monthQueries
        self.promisedBytes = promisedBytes
        self.promisedMicroUsd = promisedMicroUsd
        self.jobCapMicroUsd = jobCapMicroUsd
        self.dayCapMicroUsd = dayCapMicroUsd
        self.monthCapMicroUsd = monthCapMicroUsd
        self.queuedJobs = queuedJobs
        self.queuedBytes = queuedBytes
        self.queuedMicroUsd = queuedMicroUsd
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

extension Budget: WireMessage {
    static let fullName = "tally.ingest.v1.Budget"
    static var unpack: Unpack<Tally__Ingest__V1__Budget> { tally__ingest__v1__budget__unpack }
    static var packedSize: PackedSize<Tally__Ingest__V1__Budget> {
        tally__ingest__v1__budget__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__Budget> { tally__ingest__v1__budget__pack }
    static var initialize: Initialize<Tally__Ingest__V1__Budget> { tally__ingest__v1__budget__init }

    init(_ c: Tally__Ingest__V1__Budget) throws(RPCError) {
        self.init()
        self.configured = c.configured != 0
        self.dayBytes = c.day_bytes
        self.dayMicroUsd = c.day_micro_usd
        self.dayQueries = c.day_queries
        self.monthBytes = c.month_bytes
        self.monthMicroUsd = c.month_micro_usd
        self.monthQueries = c.month_queries
        self.promisedBytes = c.promised_bytes
        self.promisedMicroUsd = c.promised_micro_usd
        self.jobCapMicroUsd = c.job_cap_micro_usd
        self.dayCapMicroUsd = c.day_cap_micro_usd
        self.monthCapMicroUsd = c.month_cap_micro_usd
        self.queuedJobs = c.queued_jobs
        self.queuedBytes = c.queued_bytes
        self.queuedMicroUsd = c.queued_micro_usd
    }

    func fill(_ c: inout Tally__Ingest__V1__Budget, _ arena: Arena) {
        c.configured = self.configured ? 1 : 0
        c.day_bytes = self.dayBytes
        c.day_micro_usd = self.dayMicroUsd
        c.day_queries = self.dayQueries
        c.month_bytes = self.monthBytes
        c.month_micro_usd = self.monthMicroUsd
        c.month_queries = self.monthQueries
        c.promised_bytes = self.promisedBytes
        c.promised_micro_usd = self.promisedMicroUsd
        c.job_cap_micro_usd = self.jobCapMicroUsd
        c.day_cap_micro_usd = self.dayCapMicroUsd
        c.month_cap_micro_usd = self.monthCapMicroUsd
        c.queued_jobs = self.queuedJobs
        c.queued_bytes = self.queuedBytes
        c.queued_micro_usd = self.queuedMicroUsd
    }
}
