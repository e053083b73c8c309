// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// An open call.
public struct Stream: RPCMessage, Hashable {
    /// The id.
    public var id: UInt32
    /// "" while its request is not complete.
    public var method: String
    /// Unary, server_streaming, client_streaming, bidirectional.
    public var kind: String
    /// The age ms.
    public var ageMs: UInt64
    /// Bytes this side may send before the peer grants more; 0 or less: a.
    public var sendCredit: Int64
    /// Sender waits. Means nothing where this side sends one message bytes the peer may send;
    /// nothing where one message comes.
    public var receiveCredit: Int64

    /// Makes a message; what is left out has its default.
    public init(
        id: UInt32 = 0, method: String = "", kind: String = "", ageMs: UInt64 = 0,
        sendCredit: Int64 = 0, receiveCredit: Int64 = 0
    ) {
        self.id = id
        self.method = method
        self.kind = kind
        self.ageMs = ageMs
        self.sendCredit = sendCredit
        self.receiveCredit = receiveCredit
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

extension Stream: WireMessage {
    static let fullName = "tally.admin.v1.Stream"
    static var unpack: Unpack<Tally__Admin__V1__Stream> { tally__admin__v1__stream__unpack }
    static var packedSize: PackedSize<Tally__Admin__V1__Stream> {
        tally__admin__v1__stream__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__Stream> { tally__admin__v1__stream__pack }
    static var initialize: Initialize<Tally__Admin__V1__Stream> { tally__admin__v1__stream__init }

    init(_ c: Tally__Admin__V1__Stream) throws(RPCError) {
        self.init()
        self.id = c.id
        self.method = try Decoder.text(c.method, "Stream.method")
        self.kind = try Decoder.text(c.kind, "Stream.kind")
        self.ageMs = c.age_ms
        self.sendCredit = c.send_credit
        self.receiveCredit = c.receive_credit
    }

    func fill(_ c: inout Tally__Admin__V1__Stream, _ arena: Arena) {
        c.id = self.id
        c.method = arena.bytes(self.method)
        c.kind = arena.bytes(self.kind)
        c.age_ms = self.ageMs
        c.send_credit = self.sendCredit
        c.receive_credit = self.receiveCredit
    }
}
