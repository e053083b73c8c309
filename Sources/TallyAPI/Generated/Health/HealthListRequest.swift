// Made by proto/generate.sh from tally/health/v1/health.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.health.v1.HealthListRequest`.
public struct HealthListRequest: RPCMessage, Hashable {

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

extension HealthListRequest: WireMessage {
    static let fullName = "tally.health.v1.HealthListRequest"
    static var unpack: Unpack<Tally__Health__V1__HealthListRequest> {
        tally__health__v1__health_list_request__unpack
    }
    static var packedSize: PackedSize<Tally__Health__V1__HealthListRequest> {
        tally__health__v1__health_list_request__get_packed_size
    }
    static var pack: Pack<Tally__Health__V1__HealthListRequest> {
        tally__health__v1__health_list_request__pack
    }
    static var initialize: Initialize<Tally__Health__V1__HealthListRequest> {
        tally__health__v1__health_list_request__init
    }

    init(_ c: Tally__Health__V1__HealthListRequest) throws(RPCError) {
        self.init()
    }

    func fill(_ c: inout Tally__Health__V1__HealthListRequest, _ arena: Arena) {
    }
}
