// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.WatchJobRequest`.
public struct WatchJobRequest: RPCMessage, Hashable {
    /// The id.
    public var id: String

    /// Makes a message; what is left out has its default.
    public init(id: String = "") {
        self.id = id
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

extension WatchJobRequest: WireMessage {
    static let fullName = "tally.ingest.v1.WatchJobRequest"
    static var unpack: Unpack<Tally__Ingest__V1__WatchJobRequest> {
        tally__ingest__v1__watch_job_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__WatchJobRequest> {
        tally__ingest__v1__watch_job_request__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__WatchJobRequest> {
        tally__ingest__v1__watch_job_request__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__WatchJobRequest> {
        tally__ingest__v1__watch_job_request__init
    }

    init(_ c: Tally__Ingest__V1__WatchJobRequest) throws(RPCError) {
        self.init()
        self.id = try Decoder.text(c.id, "WatchJobRequest.id")
    }

    func fill(_ c: inout Tally__Ingest__V1__WatchJobRequest, _ arena: Arena) {
        c.id = arena.bytes(self.id)
    }
}
