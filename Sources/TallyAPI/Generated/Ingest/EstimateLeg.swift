// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.EstimateLeg`.
public struct EstimateLeg: RPCMessage, Hashable {
    /// The source.
    public var source: String
    /// The days.
    public var days: UInt32
    /// Why this source.
    public var reason: String

    /// Makes a message; what is left out has its default.
    public init(source: String = "", days: UInt32 = 0, reason: String = "") {
        self.source = source
        self.days = days
        self.reason = reason
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

extension EstimateLeg: WireMessage {
    static let fullName = "tally.ingest.v1.EstimateLeg"
    static var unpack: Unpack<Tally__Ingest__V1__EstimateLeg> {
        tally__ingest__v1__estimate_leg__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__EstimateLeg> {
        tally__ingest__v1__estimate_leg__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__EstimateLeg> { tally__ingest__v1__estimate_leg__pack }
    static var initialize: Initialize<Tally__Ingest__V1__EstimateLeg> {
        tally__ingest__v1__estimate_leg__init
    }

    init(_ c: Tally__Ingest__V1__EstimateLeg) throws(RPCError) {
        self.init()
        self.source = try Decoder.text(c.source, "EstimateLeg.source")
        self.days = c.days
        self.reason = try Decoder.text(c.reason, "EstimateLeg.reason")
    }

    func fill(_ c: inout Tally__Ingest__V1__EstimateLeg, _ arena: Arena) {
        c.source = arena.bytes(self.source)
        c.days = self.days
        c.reason = arena.bytes(self.reason)
    }
}
