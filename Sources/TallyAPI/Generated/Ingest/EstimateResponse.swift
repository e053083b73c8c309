// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.EstimateResponse`.
public struct EstimateResponse: RPCMessage, Hashable {
    /// Of the first days; "" = nothing is to be read.
    public var source: String
    /// The since day.
    public var sinceDay: Int32
    /// The until day.
    public var untilDay: Int32
    /// The days asked.
    public var daysAsked: UInt32
    /// To be read; the others are covered.
    public var daysMissing: UInt32
    /// The requests.
    public var requests: UInt64
    /// The bytes.
    public var bytes: UInt64
    /// The micro usd.
    public var microUsd: UInt64
    /// The budget and the limits allow it.
    public var allowed: Bool
    /// Why not, with the figures.
    public var refusal: String
    /// In the order of reading.
    public var legs: [EstimateLeg]
    /// Why a better source was left out.
    public var notes: [String]
    /// The considered.
    public var considered: [SourceCost]

    /// Makes a message; what is left out has its default.
    public init(
        source: String = "", sinceDay: Int32 = 0, untilDay: Int32 = 0, daysAsked: UInt32 = 0,
        daysMissing: UInt32 = 0, requests: UInt64 = 0, bytes: UInt64 = 0, microUsd: UInt64 = 0,
        allowed: Bool = false, refusal: String = "", legs: [EstimateLeg] = [], notes: [String] = [],
        considered: [SourceCost] = []
    ) {
        self.source = source
        self.sinceDay = sinceDay
        self.untilDay = untilDay
        self.daysAsked = daysAsked
        self.daysMissing = daysMissing
        self.requests = requests
        self.bytes = bytes
        self.microUsd = microUsd
        self.allowed = allowed
        self.refusal = refusal
        self.legs = legs
        self.notes = notes
        self.considered = considered
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

extension EstimateResponse: WireMessage {
    static let fullName = "tally.ingest.v1.EstimateResponse"
    static var unpack: Unpack<Tally__Ingest__V1__EstimateResponse> {
        tally__ingest__v1__estimate_response__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__EstimateResponse> {
        tally__ingest__v1__estimate_response__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__EstimateResponse> {
        tally__ingest__v1__estimate_response__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__EstimateResponse> {
        tally__ingest__v1__estimate_response__init
    }

    init(_ c: Tally__Ingest__V1__EstimateResponse) throws(RPCError) {
        self.init()
        self.source = try Decoder.text(c.source, "EstimateResponse.source")
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
        self.daysAsked = c.days_asked
        self.daysMissing = c.days_missing
        self.requests = c.requests
        self.bytes = c.bytes
        self.microUsd = c.micro_usd
        self.allowed = c.allowed != 0
        self.refusal = try Decoder.text(c.refusal, "EstimateResponse.refusal")
        for index in 0..<c.n_legs {
            guard let inner = c.legs[index] else { continue }
            self.legs.append(try EstimateLeg(inner.pointee))
        }
        for index in 0..<c.n_notes {
            self.notes.append(try Decoder.text(c.notes[index], "EstimateResponse.notes"))
        }
        for index in 0..<c.n_considered {
            guard let inner = c.considered[index] else { continue }
            self.considered.append(try SourceCost(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Ingest__V1__EstimateResponse, _ arena: Arena) {
        c.source = arena.bytes(self.source)
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
        c.days_asked = self.daysAsked
        c.days_missing = self.daysMissing
        c.requests = self.requests
        c.bytes = self.bytes
        c.micro_usd = self.microUsd
        c.allowed = self.allowed ? 1 : 0
        c.refusal = arena.bytes(self.refusal)
        c.n_legs = self.legs.count
        c.legs = arena.list(self.legs) { arena.message($0) }
        c.n_notes = self.notes.count
        c.notes = arena.list(self.notes) { arena.bytes($0) }
        c.n_considered = self.considered.count
        c.considered = arena.list(self.considered) { arena.message($0) }
    }
}
