// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.Job`.
public struct Job: RPCMessage, Hashable {
    /// UUID version 7.
    public var id: String
    /// The repository id.
    public var repositoryId: Int64
    /// "owner/name".
    public var repository: String
    /// The since day.
    public var sinceDay: Int32
    /// The until day.
    public var untilDay: Int32
    /// The status.
    public var status: JobStatus
    /// The phase.
    public var phase: JobPhase
    /// The attempt.
    public var attempt: UInt32
    /// The progress.
    public var progress: JobProgress?
    /// The error code.
    public var errorCode: String
    /// The error text.
    public var errorText: String
    /// The created at us.
    public var createdAtUs: Int64
    /// The started at us.
    public var startedAtUs: Int64
    /// The finished at us.
    public var finishedAtUs: Int64
    /// Must be published before the job is completed.
    public var lastChange: Int64
    /// "archive", "github", "bigquery", or "auto": the plan says.
    public var source: String
    /// Which days from which source and why, a line each.
    public var plan: [String]

    /// Makes a message; what is left out has its default.
    public init(
        id: String = "", repositoryId: Int64 = 0, repository: String = "", sinceDay: Int32 = 0,
        untilDay: Int32 = 0, status: JobStatus = JobStatus(rawValue: 0),
        phase: JobPhase = JobPhase(rawValue: 0), attempt: UInt32 = 0, progress: JobProgress? = nil,
        errorCode: String = "", errorText: String = "", createdAtUs: Int64 = 0,
        startedAtUs: Int64 = 0, finishedAtUs: Int64 = 0, lastChange: Int64 = 0, source: String = "",
        plan: [String] = []
    ) {
        self.id = id
        self.repositoryId = repositoryId
        self.repository = repository
        self.sinceDay = sinceDay
        self.untilDay = untilDay
        self.status = status
        self.phase = phase
        self.attempt = attempt
        self.progress = progress
        self.errorCode = errorCode
        self.errorText = errorText
        self.createdAtUs = createdAtUs
        self.startedAtUs = startedAtUs
        self.finishedAtUs = finishedAtUs
        self.lastChange = lastChange
        self.source = source
        self.plan = plan
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

extension Job: WireMessage {
    static let fullName = "tally.ingest.v1.Job"
    static var unpack: Unpack<Tally__Ingest__V1__Job> { tally__ingest__v1__job__unpack }
    static var packedSize: PackedSize<Tally__Ingest__V1__Job> {
        tally__ingest__v1__job__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__Job> { tally__ingest__v1__job__pack }
    static var initialize: Initialize<Tally__Ingest__V1__Job> { tally__ingest__v1__job__init }

    init(_ c: Tally__Ingest__V1__Job) throws(RPCError) {
        self.init()
        self.id = try Decoder.text(c.id, "Job.id")
        self.repositoryId = c.repository_id
        self.repository = try Decoder.text(c.repository, "Job.repository")
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
        self.status = JobStatus(rawValue: Int32(bitPattern: c.status.rawValue))
        self.phase = JobPhase(rawValue: Int32(bitPattern: c.phase.rawValue))
        self.attempt = c.attempt
        if let inner = c.progress { self.progress = try JobProgress(inner.pointee) }
        self.errorCode = try Decoder.text(c.error_code, "Job.error_code")
        self.errorText = try Decoder.text(c.error_text, "Job.error_text")
        self.createdAtUs = c.created_at_us
        self.startedAtUs = c.started_at_us
        self.finishedAtUs = c.finished_at_us
        self.lastChange = c.last_change
        self.source = try Decoder.text(c.source, "Job.source")
        for index in 0..<c.n_plan {
            self.plan.append(try Decoder.text(c.plan[index], "Job.plan"))
        }
    }

    func fill(_ c: inout Tally__Ingest__V1__Job, _ arena: Arena) {
        c.id = arena.bytes(self.id)
        c.repository_id = self.repositoryId
        c.repository = arena.bytes(self.repository)
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
        c.status = Tally__Ingest__V1__JobStatus(rawValue: UInt32(bitPattern: self.status.rawValue))
        c.phase = Tally__Ingest__V1__JobPhase(rawValue: UInt32(bitPattern: self.phase.rawValue))
        c.attempt = self.attempt
        if let value = self.progress { c.progress = arena.message(value) }
        c.error_code = arena.bytes(self.errorCode)
        c.error_text = arena.bytes(self.errorText)
        c.created_at_us = self.createdAtUs
        c.started_at_us = self.startedAtUs
        c.finished_at_us = self.finishedAtUs
        c.last_change = self.lastChange
        c.source = arena.bytes(self.source)
        c.n_plan = self.plan.count
        c.plan = arena.list(self.plan) { arena.bytes($0) }
    }
}
