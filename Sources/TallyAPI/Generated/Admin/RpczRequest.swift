// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.admin.v1.RpczRequest`.
public struct RpczRequest: RPCMessage, Hashable {
    /// The slowest instead of the last.
    public var slow: Bool
    /// Only those that failed.
    public var errors: Bool
    /// 1..200; 0 = 20.
    public var limit: UInt32

    /// Makes a message; what is left out has its default.
    public init(slow: Bool = false, errors: Bool = false, limit: UInt32 = 0) {
        self.slow = slow
        self.errors = errors
        self.limit = limit
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

extension RpczRequest: WireMessage {
    static let fullName = "tally.admin.v1.RpczRequest"
    static var unpack: Unpack<Tally__Admin__V1__RpczRequest> {
        tally__admin__v1__rpcz_request__unpack
    }
    static var packedSize: PackedSize<Tally__Admin__V1__RpczRequest> {
        tally__admin__v1__rpcz_request__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__RpczRequest> { tally__admin__v1__rpcz_request__pack }
    static var initialize: Initialize<Tally__Admin__V1__RpczRequest> {
        tally__admin__v1__rpcz_request__init
    }

    init(_ c: Tally__Admin__V1__RpczRequest) throws(RPCError) {
        self.init()
        self.slow = c.slow != 0
        self.errors = c.errors != 0
        self.limit = c.limit
    }

    func fill(_ c: inout Tally__Admin__V1__RpczRequest, _ arena: Arena) {
        c.slow = self.slow ? 1 : 0
        c.errors = self.errors ? 1 : 0
        c.limit = self.limit
    }
}
