// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.EstimateRequest`.
public struct EstimateRequest: RPCMessage, Hashable {
    /// The owner.
    public var owner: String
    /// Need not be tracked.
    public var name: String
    /// 0 = 730 days back.
    public var sinceDay: Int32
    /// 0 = today.
    public var untilDay: Int32
    /// "" = the planner's choice.
    public var source: String
    /// The force.
    public var force: Bool

    /// Makes a message; what is left out has its default.
    public init(
        owner: String = "", name: String = "", sinceDay: Int32 = 0, untilDay: Int32 = 0,
        source: String = "", force: Bool = false
    ) {
        self.owner = owner
        self.name = name
        self.sinceDay = sinceDay
        self.untilDay = untilDay
        self.source = source
        self.force = force
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

extension EstimateRequest: WireMessage {
    static let fullName = "tally.ingest.v1.EstimateRequest"
    static var unpack: Unpack<Tally__Ingest__V1__EstimateRequest> {
        tally__ingest__v1__estimate_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__EstimateRequest> {
        tally__ingest__v1__estimate_request__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__EstimateRequest> {
        tally__ingest__v1__estimate_request__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__EstimateRequest> {
        tally__ingest__v1__estimate_request__init
    }

    init(_ c: Tally__Ingest__V1__EstimateRequest) throws(RPCError) {
        self.init()
        self.owner = try Decoder.text(c.owner, "EstimateRequest.owner")
        self.name = try Decoder.text(c.name, "EstimateRequest.name")
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
        self.source = try Decoder.text(c.source, "EstimateRequest.source")
        self.force = c.force != 0
    }

    func fill(_ c: inout Tally__Ingest__V1__EstimateRequest, _ arena: Arena) {
        c.owner = arena.bytes(self.owner)
        c.name = arena.bytes(self.name)
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
        c.source = arena.bytes(self.source)
        c.force = self.force ? 1 : 0
    }
}
