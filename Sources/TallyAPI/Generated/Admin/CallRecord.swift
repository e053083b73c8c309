// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.admin.v1.CallRecord`.
public struct CallRecord: RPCMessage, Hashable {
    /// The method.
    public var method: String
    /// The peer.
    public var peer: String
    /// The code.
    public var code: String
    /// The duration us.
    public var durationUs: UInt64
    /// The ended at us.
    public var endedAtUs: Int64
    /// W3C trace id in hexadecimal digits; "" = none.
    public var trace: String

    /// Makes a message; what is left out has its default.
    public init(
        method: String = "", peer: String = "", code: String = "", durationUs: UInt64 = 0,
        endedAtUs: Int64 = 0, trace: String = ""
    ) {
        self.method = method
        self.peer = peer
        self.code = code
        self.durationUs = durationUs
        self.endedAtUs = endedAtUs
        self.trace = trace
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

extension CallRecord: WireMessage {
    static let fullName = "tally.admin.v1.CallRecord"
    static var unpack: Unpack<Tally__Admin__V1__CallRecord> {
        tally__admin__v1__call_record__unpack
    }
    static var packedSize: PackedSize<Tally__Admin__V1__CallRecord> {
        tally__admin__v1__call_record__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__CallRecord> { tally__admin__v1__call_record__pack }
    static var initialize: Initialize<Tally__Admin__V1__CallRecord> {
        tally__admin__v1__call_record__init
    }

    init(_ c: Tally__Admin__V1__CallRecord) throws(RPCError) {
        self.init()
        self.method = try Decoder.text(c.method, "CallRecord.method")
        self.peer = try Decoder.text(c.peer, "CallRecord.peer")
        self.code = try Decoder.text(c.code, "CallRecord.code")
        self.durationUs = c.duration_us
        self.endedAtUs = c.ended_at_us
        self.trace = try Decoder.text(c.trace, "CallRecord.trace")
    }

    func fill(_ c: inout Tally__Admin__V1__CallRecord, _ arena: Arena) {
        c.method = arena.bytes(self.method)
        c.peer = arena.bytes(self.peer)
        c.code = arena.bytes(self.code)
        c.duration_us = self.durationUs
        c.ended_at_us = self.endedAtUs
        c.trace = arena.bytes(self.trace)
    }
}
