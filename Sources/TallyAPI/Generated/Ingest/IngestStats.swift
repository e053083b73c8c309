// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.IngestStats`.
public struct IngestStats: RPCMessage, Hashable {
    /// The repositories.
    public var repositories: UInt64
    /// The events.
    public var events: UInt64
    /// The bytes.
    public var bytes: UInt64
    /// The jobs.
    public var jobs: [JobCount]
    /// The demonstration.
    public var demonstration: Bool

    /// Makes a message; what is left out has its default.
    public init(
        repositories: UInt64 = 0, events: UInt64 = 0, bytes: UInt64 = 0, jobs: [JobCount] = [],
        demonstration: Bool = false
    ) {
        self.repositories = repositories
        self.events = events
        self.bytes = bytes
        self.jobs = jobs
        self.demonstration = demonstration
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

extension IngestStats: WireMessage {
    static let fullName = "tally.ingest.v1.IngestStats"
    static var unpack: Unpack<Tally__Ingest__V1__IngestStats> {
        tally__ingest__v1__ingest_stats__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__IngestStats> {
        tally__ingest__v1__ingest_stats__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__IngestStats> { tally__ingest__v1__ingest_stats__pack }
    static var initialize: Initialize<Tally__Ingest__V1__IngestStats> {
        tally__ingest__v1__ingest_stats__init
    }

    init(_ c: Tally__Ingest__V1__IngestStats) throws(RPCError) {
        self.init()
        self.repositories = c.repositories
        self.events = c.events
        self.bytes = c.bytes
        for index in 0..<c.n_jobs {
            guard let inner = c.jobs[index] else { continue }
            self.jobs.append(try JobCount(inner.pointee))
        }
        self.demonstration = c.demonstration != 0
    }

    func fill(_ c: inout Tally__Ingest__V1__IngestStats, _ arena: Arena) {
        c.repositories = self.repositories
        c.events = self.events
        c.bytes = self.bytes
        c.n_jobs = self.jobs.count
        c.jobs = arena.list(self.jobs) { arena.message($0) }
        c.demonstration = self.demonstration ? 1 : 0
    }
}
