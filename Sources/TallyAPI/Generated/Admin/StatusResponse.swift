// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.admin.v1.StatusResponse`.
public struct StatusResponse: RPCMessage, Hashable {
    /// "ingest".
    public var service: String
    /// The version.
    public var version: String
    /// Host:pid:start.
    public var instance: String
    /// The started at us.
    public var startedAtUs: Int64
    /// The uptime ms.
    public var uptimeMs: UInt64
    /// The resident bytes.
    public var residentBytes: UInt64
    /// The connections.
    public var connections: UInt32
    /// The calls in flight.
    public var callsInFlight: UInt32
    /// The draining.
    public var draining: Bool

    /// Makes a message; what is left out has its default.
    public init(
        service: String = "", version: String = "", instance: String = "", startedAtUs: Int64 = 0,
        uptimeMs: UInt64 = 0, residentBytes: UInt64 = 0, connections: UInt32 = 0,
        callsInFlight: UInt32 = 0, draining: Bool = false
    ) {
        self.service = service
        self.version = version
        self.instance = instance
        self.startedAtUs = startedAtUs
        self.uptimeMs = uptimeMs
        self.residentBytes = residentBytes
        self.connections = connections
        self.callsInFlight = callsInFlight
        self.draining = draining
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

extension StatusResponse: WireMessage {
    static let fullName = "tally.admin.v1.StatusResponse"
    static var unpack: Unpack<Tally__Admin__V1__StatusResponse> {
        tally__admin__v1__status_response__unpack
    }
    static var packedSize: PackedSize<Tally__Admin__V1__StatusResponse> {
        tally__admin__v1__status_response__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__StatusResponse> {
        tally__admin__v1__status_response__pack
    }
    static var initialize: Initialize<Tally__Admin__V1__StatusResponse> {
        tally__admin__v1__status_response__init
    }

    init(_ c: Tally__Admin__V1__StatusResponse) throws(RPCError) {
        self.init()
        self.service = try Decoder.text(c.service, "StatusResponse.service")
        self.version = try Decoder.text(c.version, "StatusResponse.version")
        self.instance = try Decoder.text(c.instance, "StatusResponse.instance")
        self.startedAtUs = c.started_at_us
        self.uptimeMs = c.uptime_ms
        self.residentBytes = c.resident_bytes
        self.connections = c.connections
        self.callsInFlight = c.calls_in_flight
        self.draining = c.draining != 0
    }

    func fill(_ c: inout Tally__Admin__V1__StatusResponse, _ arena: Arena) {
        c.service = arena.bytes(self.service)
        c.version = arena.bytes(self.version)
        c.instance = arena.bytes(self.instance)
        c.started_at_us = self.startedAtUs
        c.uptime_ms = self.uptimeMs
        c.resident_bytes = self.residentBytes
        c.connections = self.connections
        c.calls_in_flight = self.callsInFlight
        c.draining = self.draining ? 1 : 0
    }
}
