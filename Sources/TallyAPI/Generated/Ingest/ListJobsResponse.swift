// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.ListJobsResponse`.
public struct ListJobsResponse: RPCMessage, Hashable {
    /// The jobs.
    public var jobs: [Job]
    /// The total.
    public var total: UInt64

    /// Makes a message; what is left out has its default.
    public init(jobs: [Job] = [], total: UInt64 = 0) {
        self.jobs = jobs
        self.total = total
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

extension ListJobsResponse: WireMessage {
    static let fullName = "tally.ingest.v1.ListJobsResponse"
    static var unpack: Unpack<Tally__Ingest__V1__ListJobsResponse> {
        tally__ingest__v1__list_jobs_response__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__ListJobsResponse> {
        tally__ingest__v1__list_jobs_response__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__ListJobsResponse> {
        tally__ingest__v1__list_jobs_response__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__ListJobsResponse> {
        tally__ingest__v1__list_jobs_response__init
    }

    init(_ c: Tally__Ingest__V1__ListJobsResponse) throws(RPCError) {
        self.init()
        for index in 0..<c.n_jobs {
            guard let inner = c.jobs[index] else { continue }
            self.jobs.append(try Job(inner.pointee))
        }
        self.total = c.total
    }

    func fill(_ c: inout Tally__Ingest__V1__ListJobsResponse, _ arena: Arena) {
        c.n_jobs = self.jobs.count
        c.jobs = arena.list(self.jobs) { arena.message($0) }
        c.total = self.total
    }
}
