// Made by proto/generate.sh from tally/common/v1/common.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.common.v1.HoldingsRequest`.
public struct HoldingsRequest: RPCMessage, Hashable {

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

extension HoldingsRequest: WireMessage {
    static let fullName = "tally.common.v1.HoldingsRequest"
    static var unpack: Unpack<Tally__Common__V1__HoldingsRequest> {
        tally__common__v1__holdings_request__unpack
    }
    static var packedSize: PackedSize<Tally__Common__V1__HoldingsRequest> {
        tally__common__v1__holdings_request__get_packed_size
    }
    static var pack: Pack<Tally__Common__V1__HoldingsRequest> {
        tally__common__v1__holdings_request__pack
    }
    static var initialize: Initialize<Tally__Common__V1__HoldingsRequest> {
        tally__common__v1__holdings_request__init
    }

    init(_ c: Tally__Common__V1__HoldingsRequest) throws(RPCError) {
        self.init()
    }

    func fill(_ c: inout Tally__Common__V1__HoldingsRequest, _ arena: Arena) {
    }
}
