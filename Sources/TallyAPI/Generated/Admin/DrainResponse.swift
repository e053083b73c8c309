// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.admin.v1.DrainResponse`.
public struct DrainResponse: RPCMessage, Hashable {
    /// The calls in flight.
    public var callsInFlight: UInt32

    /// Makes a message; what is left out has its default.
    public init(callsInFlight: UInt32 = 0) {
        self.callsInFlight = callsInFlight
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

extension DrainResponse: WireMessage {
    static let fullName = "tally.admin.v1.DrainResponse"
    static var unpack: Unpack<Tally__Admin__V1__DrainResponse> {
        tally__admin__v1__drain_response__unpack
    }
    static var packedSize: PackedSize<Tally__Admin__V1__DrainResponse> {
        tally__admin__v1__drain_response__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__DrainResponse> {
        tally__admin__v1__drain_response__pack
    }
    static var initialize: Initialize<Tally__Admin__V1__DrainResponse> {
        tally__admin__v1__drain_response__init
    }

    init(_ c: Tally__Admin__V1__DrainResponse) throws(RPCError) {
        self.init()
        self.callsInFlight = c.calls_in_flight
    }

    func fill(_ c: inout Tally__Admin__V1__DrainResponse, _ arena: Arena) {
        c.calls_in_flight = self.callsInFlight
    }
}
