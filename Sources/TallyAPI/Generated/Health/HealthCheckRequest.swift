// Made by proto/generate.sh from tally/health/v1/health.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Field numbers are those of grpc.health.v1.
public struct HealthCheckRequest: RPCMessage, Hashable {
    /// The service.
    public var service: String

    /// Makes a message; what is left out has its default.
    public init(service: String = "") {
        self.service = service
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

extension HealthCheckRequest: WireMessage {
    static let fullName = "tally.health.v1.HealthCheckRequest"
    static var unpack: Unpack<Tally__Health__V1__HealthCheckRequest> {
        tally__health__v1__health_check_request__unpack
    }
    static var packedSize: PackedSize<Tally__Health__V1__HealthCheckRequest> {
        tally__health__v1__health_check_request__get_packed_size
    }
    static var pack: Pack<Tally__Health__V1__HealthCheckRequest> {
        tally__health__v1__health_check_request__pack
    }
    static var initialize: Initialize<Tally__Health__V1__HealthCheckRequest> {
        tally__health__v1__health_check_request__init
    }

    init(_ c: Tally__Health__V1__HealthCheckRequest) throws(RPCError) {
        self.init()
        self.service = try Decoder.text(c.service, "HealthCheckRequest.service")
    }

    func fill(_ c: inout Tally__Health__V1__HealthCheckRequest, _ arena: Arena) {
        c.service = arena.bytes(self.service)
    }
}
