// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.GetCoverageRequest`.
public struct GetCoverageRequest: RPCMessage, Hashable {
    /// The owner.
    public var owner: String
    /// The name.
    public var name: String
    /// 0 = the first day of the last 730 that were asked for.
    public var sinceDay: Int32
    /// 0 = the last day that was asked for.
    public var untilDay: Int32

    /// Makes a message; what is left out has its default.
    public init(owner: String = "", name: String = "", sinceDay: Int32 = 0, untilDay: Int32 = 0) {
        self.owner = owner
        self.name = name
        self.sinceDay = sinceDay
        self.untilDay = untilDay
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

extension GetCoverageRequest: WireMessage {
    static let fullName = "tally.ingest.v1.GetCoverageRequest"
    static var unpack: Unpack<Tally__Ingest__V1__GetCoverageRequest> {
        tally__ingest__v1__get_coverage_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__GetCoverageRequest> {
        tally__ingest__v1__get_coverage_request__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__GetCoverageRequest> {
        tally__ingest__v1__get_coverage_request__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__GetCoverageRequest> {
        tally__ingest__v1__get_coverage_request__init
    }

    init(_ c: Tally__Ingest__V1__GetCoverageRequest) throws(RPCError) {
        self.init()
        self.owner = try Decoder.text(c.owner, "GetCoverageRequest.owner")
        self.name = try Decoder.text(c.name, "GetCoverageRequest.name")
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
    }

    func fill(_ c: inout Tally__Ingest__V1__GetCoverageRequest, _ arena: Arena) {
        c.owner = arena.bytes(self.owner)
        c.name = arena.bytes(self.name)
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
    }
}
