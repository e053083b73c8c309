// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.admin.v1.ConnectionsRequest`.
public struct ConnectionsRequest: RPCMessage, Hashable {

    /// Makes a message; what is left out has its default.
    public init() {
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

extension ConnectionsRequest: WireMessage {
    static let fullName = "tally.admin.v1.ConnectionsRequest"
    static var unpack: Unpack<Tally__Admin__V1__ConnectionsRequest> {
        tally__admin__v1__connections_request__unpack
    }
    static var packedSize: PackedSize<Tally__Admin__V1__ConnectionsRequest> {
        tally__admin__v1__connections_request__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__ConnectionsRequest> {
        tally__admin__v1__connections_request__pack
    }
    static var initialize: Initialize<Tally__Admin__V1__ConnectionsRequest> {
        tally__admin__v1__connections_request__init
    }

    init(_ c: Tally__Admin__V1__ConnectionsRequest) throws(RPCError) {
        self.init()
    }

    func fill(_ c: inout Tally__Admin__V1__ConnectionsRequest, _ arena: Arena) {
    }
}
