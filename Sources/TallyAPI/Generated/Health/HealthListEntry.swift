// Made by proto/generate.sh from tally/health/v1/health.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.health.v1.HealthListEntry`.
public struct HealthListEntry: RPCMessage, Hashable {
    /// The service.
    public var service: String
    /// The response.
    public var response: HealthCheckResponse?

    /// Makes a message; what is left out has its default.
    public init(service: String = "", response: HealthCheckResponse? = nil) {
        self.service = service
        self.response = response
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

extension HealthListEntry: WireMessage {
    static let fullName = "tally.health.v1.HealthListEntry"
    static var unpack: Unpack<Tally__Health__V1__HealthListEntry> {
        tally__health__v1__health_list_entry__unpack
    }
    static var packedSize: PackedSize<Tally__Health__V1__HealthListEntry> {
        tally__health__v1__health_list_entry__get_packed_size
    }
    static var pack: Pack<Tally__Health__V1__HealthListEntry> {
        tally__health__v1__health_list_entry__pack
    }
    static var initialize: Initialize<Tally__Health__V1__HealthListEntry> {
        tally__health__v1__health_list_entry__init
    }

    init(_ c: Tally__Health__V1__HealthListEntry) throws(RPCError) {
        self.init()
        self.service = try Decoder.text(c.service, "HealthListEntry.service")
        if let inner = c.response { self.response = try HealthCheckResponse(inner.pointee) }
    }

    func fill(_ c: inout Tally__Health__V1__HealthListEntry, _ arena: Arena) {
        c.service = arena.bytes(self.service)
        if let value = self.response { c.response = arena.message(value) }
    }
}
