// Made by proto/generate.sh from tally/gateway/v1/gateway.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.gateway.v1.Route`.
public struct Route: RPCMessage, Hashable {
    /// The method.
    public var method: String
    /// The path.
    public var path: String
    /// The summary.
    public var summary: String

    /// Makes a message; what is left out has its default.
    public init(method: String = "", path: String = "", summary: String = "") {
        self.method = method
        self.path = path
        self.summary = summary
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

extension Route: WireMessage {
    static let fullName = "tally.gateway.v1.Route"
    static var unpack: Unpack<Tally__Gateway__V1__Route> { tally__gateway__v1__route__unpack }
    static var packedSize: PackedSize<Tally__Gateway__V1__Route> {
        tally__gateway__v1__route__get_packed_size
    }
    static var pack: Pack<Tally__Gateway__V1__Route> { tally__gateway__v1__route__pack }
    static var initialize: Initialize<Tally__Gateway__V1__Route> { tally__gateway__v1__route__init }

    init(_ c: Tally__Gateway__V1__Route) throws(RPCError) {
        self.init()
        self.method = try Decoder.text(c.method, "Route.method")
        self.path = try Decoder.text(c.path, "Route.path")
        self.summary = try Decoder.text(c.summary, "Route.summary")
    }

    func fill(_ c: inout Tally__Gateway__V1__Route, _ arena: Arena) {
        c.method = arena.bytes(self.method)
        c.path = arena.bytes(self.path)
        c.summary = arena.bytes(self.summary)
    }
}
