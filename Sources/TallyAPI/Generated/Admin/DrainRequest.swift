// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.admin.v1.DrainRequest`.
public struct DrainRequest: RPCMessage, Hashable {
    /// The grace ms.
    public var graceMs: UInt32

    /// Makes a message; what is left out has its default.
    public init(graceMs: UInt32 = 0) {
        self.graceMs = graceMs
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

extension DrainRequest: WireMessage {
    static let fullName = "tally.admin.v1.DrainRequest"
    static var unpack: Unpack<Tally__Admin__V1__DrainRequest> {
        tally__admin__v1__drain_request__unpack
    }
    static var packedSize: PackedSize<Tally__Admin__V1__DrainRequest> {
        tally__admin__v1__drain_request__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__DrainRequest> { tally__admin__v1__drain_request__pack }
    static var initialize: Initialize<Tally__Admin__V1__DrainRequest> {
        tally__admin__v1__drain_request__init
    }

    init(_ c: Tally__Admin__V1__DrainRequest) throws(RPCError) {
        self.init()
        self.graceMs = c.grace_ms
    }

    func fill(_ c: inout Tally__Admin__V1__DrainRequest, _ arena: Arena) {
        c.grace_ms = self.graceMs
    }
}
