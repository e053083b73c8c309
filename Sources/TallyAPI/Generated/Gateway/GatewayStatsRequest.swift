// Made by proto/generate.sh from tally/gateway/v1/gateway.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.gateway.v1.GatewayStatsRequest`.
public struct GatewayStatsRequest: RPCMessage, Hashable {

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

extension GatewayStatsRequest: WireMessage {
    static let fullName = "tally.gateway.v1.GatewayStatsRequest"
    static var unpack: Unpack<Tally__Gateway__V1__GatewayStatsRequest> {
        tally__gateway__v1__gateway_stats_request__unpack
    }
    static var packedSize: PackedSize<Tally__Gateway__V1__GatewayStatsRequest> {
        tally__gateway__v1__gateway_stats_request__get_packed_size
    }
    static var pack: Pack<Tally__Gateway__V1__GatewayStatsRequest> {
        tally__gateway__v1__gateway_stats_request__pack
    }
    static var initialize: Initialize<Tally__Gateway__V1__GatewayStatsRequest> {
        tally__gateway__v1__gateway_stats_request__init
    }

    init(_ c: Tally__Gateway__V1__GatewayStatsRequest) throws(RPCError) {
        self.init()
    }

    func fill(_ c: inout Tally__Gateway__V1__GatewayStatsRequest, _ arena: Arena) {
    }
}
