// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.SubmitScrapeResponse`.
public struct SubmitScrapeResponse: RPCMessage, Hashable {
    /// The job.
    public var job: Job?
    /// The already queued.
    public var alreadyQueued: Bool

    /// Makes a message; what is left out has its default.
    public init(job: Job? = nil, alreadyQueued: Bool = false) {
        self.job = job
        self.alreadyQueued = alreadyQueued
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

extension SubmitScrapeResponse: WireMessage {
    static let fullName = "tally.ingest.v1.SubmitScrapeResponse"
    static var unpack: Unpack<Tally__Ingest__V1__SubmitScrapeResponse> {
        tally__ingest__v1__submit_scrape_response__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__SubmitScrapeResponse> {
        tally__ingest__v1__submit_scrape_response__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__SubmitScrapeResponse> {
        tally__ingest__v1__submit_scrape_response__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__SubmitScrapeResponse> {
        tally__ingest__v1__submit_scrape_response__init
    }

    init(_ c: Tally__Ingest__V1__SubmitScrapeResponse) throws(RPCError) {
        self.init()
        if let inner = c.job { self.job = try Job(inner.pointee) }
        self.alreadyQueued = c.already_queued != 0
    }

    func fill(_ c: inout Tally__Ingest__V1__SubmitScrapeResponse, _ arena: Arena) {
        if let value = self.job { c.job = arena.message(value) }
        c.already_queued = self.alreadyQueued ? 1 : 0
    }
}
