// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.ListJobsRequest`.
public struct ListJobsRequest: RPCMessage, Hashable {
    /// Unspecified = any.
    public var status: JobStatus
    /// "owner/name".
    public var repository: String
    /// The page.
    public var page: UInt32
    /// The page size.
    public var pageSize: UInt32

    /// Makes a message; what is left out has its default.
    public init(
        status: JobStatus = JobStatus(rawValue: 0), repository: String = "", page: UInt32 = 0,
        pageSize: UInt32 = 0
    ) {
        self.status = status
        self.repository = repository
        self.page = page
        self.pageSize = pageSize
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

extension ListJobsRequest: WireMessage {
    static let fullName = "tally.ingest.v1.ListJobsRequest"
    static var unpack: Unpack<Tally__Ingest__V1__ListJobsRequest> {
        tally__ingest__v1__list_jobs_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__ListJobsRequest> {
        tally__ingest__v1__list_jobs_request__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__ListJobsRequest> {
        tally__ingest__v1__list_jobs_request__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__ListJobsRequest> {
        tally__ingest__v1__list_jobs_request__init
    }

    init(_ c: Tally__Ingest__V1__ListJobsRequest) throws(RPCError) {
        self.init()
        self.status = JobStatus(rawValue: Int32(bitPattern: c.status.rawValue))
        self.repository = try Decoder.text(c.repository, "ListJobsRequest.repository")
        self.page = c.page
        self.pageSize = c.page_size
    }

    func fill(_ c: inout Tally__Ingest__V1__ListJobsRequest, _ arena: Arena) {
        c.status = Tally__Ingest__V1__JobStatus(rawValue: UInt32(bitPattern: self.status.rawValue))
        c.repository = arena.bytes(self.repository)
        c.page = self.page
        c.page_size = self.pageSize
    }
}
