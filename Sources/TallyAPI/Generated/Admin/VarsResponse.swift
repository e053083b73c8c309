// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.admin.v1.VarsResponse`.
public struct VarsResponse: RPCMessage, Hashable {
    /// The vars.
    public var vars: [Var]

    /// Makes a message; what is left out has its default.
    public init(vars: [Var] = []) {
        self.vars = vars
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

extension VarsResponse: WireMessage {
    static let fullName = "tally.admin.v1.VarsResponse"
    static var unpack: Unpack<Tally__Admin__V1__VarsResponse> {
        tally__admin__v1__vars_response__unpack
    }
    static var packedSize: PackedSize<Tally__Admin__V1__VarsResponse> {
        tally__admin__v1__vars_response__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__VarsResponse> { tally__admin__v1__vars_response__pack }
    static var initialize: Initialize<Tally__Admin__V1__VarsResponse> {
        tally__admin__v1__vars_response__init
    }

    init(_ c: Tally__Admin__V1__VarsResponse) throws(RPCError) {
        self.init()
        for index in 0..<c.n_vars {
            guard let inner = c.vars[index] else { continue }
            self.vars.append(try Var(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Admin__V1__VarsResponse, _ arena: Arena) {
        c.n_vars = self.vars.count
        c.vars = arena.list(self.vars) { arena.message($0) }
    }
}
