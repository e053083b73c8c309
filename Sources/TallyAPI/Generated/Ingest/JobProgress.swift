// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.JobProgress`.
public struct JobProgress: RPCMessage, Hashable {
    /// The days total.
    public var daysTotal: UInt32
    /// The days done.
    public var daysDone: UInt32
    /// The hours total.
    public var hoursTotal: UInt32
    /// The hours done.
    public var hoursDone: UInt32
    /// Compressed bytes read.
    public var bytes: UInt64
    /// Events of the repository that were counted.
    public var events: UInt64
    /// The contributors.
    public var contributors: UInt32
    /// Answered, of sources that are limited by them.
    public var requests: UInt64
    /// 0 = not known.
    public var requestsExpected: UInt64

    /// Makes a message; what is left out has its default.
    public init(
        daysTotal: UInt32 = 0, daysDone: UInt32 = 0, hoursTotal: UInt32 = 0, hoursDone: UInt32 = 0,
        bytes: UInt64 = 0, events: UInt64 = 0, contributors: UInt32 = 0, requests: UInt64 = 0,
        requestsExpected: UInt64 = 0
    ) {
        self.daysTotal = daysTotal
        self.daysDone = daysDone
        self.hoursTotal = hoursTotal
        self.hoursDone = hoursDone
        self.bytes = bytes
        self.events = events
        self.contributors = contributors
        self.requests = requests
        self.requestsExpected = requestsExpected
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

extension JobProgress: WireMessage {
    static let fullName = "tally.ingest.v1.JobProgress"
    static var unpack: Unpack<Tally__Ingest__V1__JobProgress> {
        tally__ingest__v1__job_progress__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__JobProgress> {
        tally__ingest__v1__job_progress__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__JobProgress> { tally__ingest__v1__job_progress__pack }
    static var initialize: Initialize<Tally__Ingest__V1__JobProgress> {
        tally__ingest__v1__job_progress__init
    }

    init(_ c: Tally__Ingest__V1__JobProgress) throws(RPCError) {
        self.init()
        self.daysTotal = c.days_total
        self.daysDone = c.days_done
        self.hoursTotal = c.hours_total
        self.hoursDone = c.hours_done
        self.bytes = c.bytes
        self.events = c.events
        self.contributors = c.contributors
        self.requests = c.requests
        self.requestsExpected = c.requests_expected
    }

    func fill(_ c: inout Tally__Ingest__V1__JobProgress, _ arena: Arena) {
        c.days_total = self.daysTotal
        c.days_done = self.daysDone
        c.hours_total = self.hoursTotal
        c.hours_done = self.hoursDone
        c.bytes = self.bytes
        c.events = self.events
        c.contributors = self.contributors
        c.requests = self.requests
        c.requests_expected = self.requestsExpected
    }
}
