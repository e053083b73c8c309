// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.FormerName`.
public struct FormerName: RPCMessage, Hashable {
    /// The name.
    public var name: String
    /// The until us.
    public var untilUs: Int64

    /// Makes a message; what is left out has its default.
    public init(name: String = "", untilUs: Int64 = 0) {
        self.name = name
        self.untilUs = untilUs
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

extension FormerName: WireMessage {
    static let fullName = "tally.ingest.v1.FormerName"
    static var unpack: Unpack<Tally__Ingest__V1__FormerName> {
        tally__ingest__v1__former_name__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__FormerName> {
        tally__ingest__v1__former_name__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__FormerName> { tally__ingest__v1__former_name__pack }
    static var initialize: Initialize<Tally__Ingest__V1__FormerName> {
        tally__ingest__v1__former_name__init
    }

    init(_ c: Tally__Ingest__V1__FormerName) throws(RPCError) {
        self.init()
        self.name = try Decoder.text(c.name, "FormerName.name")
        self.untilUs = c.until_us
    }

    func fill(_ c: inout Tally__Ingest__V1__FormerName, _ arena: Arena) {
        c.name = arena.bytes(self.name)
        c.until_us = self.untilUs
    }
}
