// Made by proto/generate.sh from tally/gateway/v1/gateway.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.gateway.v1.GatewayStats`.
public struct GatewayStats: RPCMessage, Hashable {
    /// The requests.
    public var requests: UInt64
    /// The connections.
    public var connections: UInt32
    /// The web sockets.
    public var webSockets: UInt32
    /// The http address.
    public var httpAddress: String

    /// Makes a message; what is left out has its default.
    public init(
        requests: UInt64 = 0, connections: UInt32 = 0, webSockets: UInt32 = 0,
        httpAddress: String = ""
    ) {
        self.requests = requests
        self.connections = connections
        self.webSockets = webSockets
        self.httpAddress = httpAddress
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

extension GatewayStats: WireMessage {
    static let fullName = "tally.gateway.v1.GatewayStats"
    static var unpack: Unpack<Tally__Gateway__V1__GatewayStats> {
        tally__gateway__v1__gateway_stats__unpack
    }
    static var packedSize: PackedSize<Tally__Gateway__V1__GatewayStats> {
        tally__gateway__v1__gateway_stats__get_packed_size
    }
    static var pack: Pack<Tally__Gateway__V1__GatewayStats> {
        tally__gateway__v1__gateway_stats__pack
    }
    static var initialize: Initialize<Tally__Gateway__V1__GatewayStats> {
        tally__gateway__v1__gateway_stats__init
    }

    init(_ c: Tally__Gateway__V1__GatewayStats) throws(RPCError) {
        self.init()
        self.requests = c.requests
        self.connections = c.connections
        self.webSockets = c.web_sockets
        self.httpAddress = try Decoder.text(c.http_address, "GatewayStats.http_address")
    }

    func fill(_ c: inout Tally__Gateway__V1__GatewayStats, _ arena: Arena) {
        c.requests = self.requests
        c.connections = self.connections
        c.web_sockets = self.webSockets
        c.http_address = arena.bytes(self.httpAddress)
    }
}
