// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.JobCount`.
public struct JobCount: RPCMessage, Hashable {
    /// The status.
    public var status: JobStatus
    /// The count.
    public var count: UInt64

    /// Makes a message; what is left out has its default.
    public init(status: JobStatus = JobStatus(rawValue: 0), count: UInt64 = 0) {
        self.status = status
        self.count = count
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

extension JobCount: WireMessage {
    static let fullName = "tally.ingest.v1.JobCount"
    static var unpack: Unpack<Tally__Ingest__V1__JobCount> { tally__ingest__v1__job_count__unpack }
    static var packedSize: PackedSize<Tally__Ingest__V1__JobCount> {
        tally__ingest__v1__job_count__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__JobCount> { tally__ingest__v1__job_count__pack }
    static var initialize: Initialize<Tally__Ingest__V1__JobCount> {
        tally__ingest__v1__job_count__init
    }

    init(_ c: Tally__Ingest__V1__JobCount) throws(RPCError) {
        self.init()
        self.status = JobStatus(rawValue: Int32(bitPattern: c.status.rawValue))
        self.count = c.count
    }

    func fill(_ c: inout Tally__Ingest__V1__JobCount, _ arena: Arena) {
        c.status = Tally__Ingest__V1__JobStatus(rawValue: UInt32(bitPattern: self.status.rawValue))
        c.count = self.count
    }
}
