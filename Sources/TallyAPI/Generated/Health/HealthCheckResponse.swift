// Made by proto/generate.sh from tally/health/v1/health.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.health.v1.HealthCheckResponse`.
public struct HealthCheckResponse: RPCMessage, Hashable {
    /// Serving status; other numbers are kept.
    public struct ServingStatus: RawRepresentable, Hashable, Sendable {
        /// The number on the wire.
        public let rawValue: Int32
        /// A value by its number.
        public init(rawValue: Int32) { self.rawValue = rawValue }
        /// `UNKNOWN`.
        public static let unknown = ServingStatus(rawValue: 0)
        /// `SERVING`.
        public static let serving = ServingStatus(rawValue: 1)
        /// `NOT_SERVING`.
        public static let notServing = ServingStatus(rawValue: 2)
        /// `SERVICE_UNKNOWN`.
        public static let serviceUnknown = ServingStatus(rawValue: 3)
    }
    /// The status.
    public var status: HealthCheckResponse.ServingStatus
    /// Words, when not serving.
    public var reason: String

    /// Makes a message; what is left out has its default.
    public init(
        status: HealthCheckResponse.ServingStatus = HealthCheckResponse.ServingStatus(rawValue: 0),
        reason: String = ""
    ) {
        self.status = status
        self.reason = reason
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

extension HealthCheckResponse: WireMessage {
    static let fullName = "tally.health.v1.HealthCheckResponse"
    static var unpack: Unpack<Tally__Health__V1__HealthCheckResponse> {
        tally__health__v1__health_check_response__unpack
    }
    static var packedSize: PackedSize<Tally__Health__V1__HealthCheckResponse> {
        tally__health__v1__health_check_response__get_packed_size
    }
    static var pack: Pack<Tally__Health__V1__HealthCheckResponse> {
        tally__health__v1__health_check_response__pack
    }
    static var initialize: Initialize<Tally__Health__V1__HealthCheckResponse> {
        tally__health__v1__health_check_response__init
    }

    init(_ c: Tally__Health__V1__HealthCheckResponse) throws(RPCError) {
        self.init()
        self.status = HealthCheckResponse.ServingStatus(
            rawValue: Int32(bitPattern: c.status.rawValue))
        self.reason = try Decoder.text(c.reason, "HealthCheckResponse.reason")
    }

    func fill(_ c: inout Tally__Health__V1__HealthCheckResponse, _ arena: Arena) {
        c.status = Tally__Health__V1__HealthCheckResponse__ServingStatus(
            rawValue: UInt32(bitPattern: self.status.rawValue))
        c.reason = arena.bytes(self.reason)
    }
}
