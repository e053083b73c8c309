// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.admin.v1.Var`.
public struct Var: RPCMessage, Hashable {
    /// The name.
    public var name: String
    /// The labels.
    public var labels: String
    /// The value.
    public var value: Double

    /// Makes a message; what is left out has its default.
    public init(name: String = "", labels: String = "", value: Double = 0) {
        self.name = name
        self.labels = labels
        self.value = value
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

extension Var: WireMessage {
    static let fullName = "tally.admin.v1.Var"
    static var unpack: Unpack<Tally__Admin__V1__Var> { tally__admin__v1__var__unpack }
    static var packedSize: PackedSize<Tally__Admin__V1__Var> {
        tally__admin__v1__var__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__Var> { tally__admin__v1__var__pack }
    static var initialize: Initialize<Tally__Admin__V1__Var> { tally__admin__v1__var__init }

    init(_ c: Tally__Admin__V1__Var) throws(RPCError) {
        self.init()
        self.name = try Decoder.text(c.name, "Var.name")
        self.labels = try Decoder.text(c.labels, "Var.labels")
        self.value = c.value
    }

    func fill(_ c: inout Tally__Admin__V1__Var, _ arena: Arena) {
        c.name = arena.bytes(self.name)
        c.labels = arena.bytes(self.labels)
        c.value = self.value
    }
}
