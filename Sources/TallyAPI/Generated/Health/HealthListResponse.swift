// Made by proto/generate.sh from tally/health/v1/health.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.health.v1.HealthListResponse`.
public struct HealthListResponse: RPCMessage, Hashable {
    /// The services.
    public var services: [HealthListEntry]

    /// Makes a message; what is left out has its default.
    public init(services: [HealthListEntry] = []) {
        self.services = services
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

extension HealthListResponse: WireMessage {
    static let fullName = "tally.health.v1.HealthListResponse"
    static var unpack: Unpack<Tally__Health__V1__HealthListResponse> {
        tally__health__v1__health_list_response__unpack
    }
    static var packedSize: PackedSize<Tally__Health__V1__HealthListResponse> {
        tally__health__v1__health_list_response__get_packed_size
    }
    static var pack: Pack<Tally__Health__V1__HealthListResponse> {
        tally__health__v1__health_list_response__pack
    }
    static var initialize: Initialize<Tally__Health__V1__HealthListResponse> {
        tally__health__v1__health_list_response__init
    }

    init(_ c: Tally__Health__V1__HealthListResponse) throws(RPCError) {
        self.init()
        for index in 0..<c.n_services {
            guard let inner = c.services[index] else { continue }
            self.services.append(try HealthListEntry(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Health__V1__HealthListResponse, _ arena: Arena) {
        c.n_services = self.services.count
        c.services = arena.list(self.services) { arena.message($0) }
    }
}
