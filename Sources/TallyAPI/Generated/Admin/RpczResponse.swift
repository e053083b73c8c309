// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.admin.v1.RpczResponse`.
public struct RpczResponse: RPCMessage, Hashable {
    /// The calls.
    public var calls: [CallRecord]

    /// Makes a message; what is left out has its default.
    public init(calls: [CallRecord] = []) {
        self.calls = calls
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

extension RpczResponse: WireMessage {
    static let fullName = "tally.admin.v1.RpczResponse"
    static var unpack: Unpack<Tally__Admin__V1__RpczResponse> {
        tally__admin__v1__rpcz_response__unpack
    }
    static var packedSize: PackedSize<Tally__Admin__V1__RpczResponse> {
        tally__admin__v1__rpcz_response__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__RpczResponse> { tally__admin__v1__rpcz_response__pack }
    static var initialize: Initialize<Tally__Admin__V1__RpczResponse> {
        tally__admin__v1__rpcz_response__init
    }

    init(_ c: Tally__Admin__V1__RpczResponse) throws(RPCError) {
        self.init()
        for index in 0..<c.n_calls {
            guard let inner = c.calls[index] else { continue }
            self.calls.append(try CallRecord(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Admin__V1__RpczResponse, _ arena: Arena) {
        c.n_calls = self.calls.count
        c.calls = arena.list(self.calls) { arena.message($0) }
    }
}
