// Made by proto/generate.sh from tally/gateway/v1/gateway.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.gateway.v1.RoutesResponse`.
public struct RoutesResponse: RPCMessage, Hashable {
    /// The routes.
    public var routes: [Route]

    /// Makes a message; what is left out has its default.
    public init(routes: [Route] = []) {
        self.routes = routes
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

extension RoutesResponse: WireMessage {
    static let fullName = "tally.gateway.v1.RoutesResponse"
    static var unpack: Unpack<Tally__Gateway__V1__RoutesResponse> {
        tally__gateway__v1__routes_response__unpack
    }
    static var packedSize: PackedSize<Tally__Gateway__V1__RoutesResponse> {
        tally__gateway__v1__routes_response__get_packed_size
    }
    static var pack: Pack<Tally__Gateway__V1__RoutesResponse> {
        tally__gateway__v1__routes_response__pack
    }
    static var initialize: Initialize<Tally__Gateway__V1__RoutesResponse> {
        tally__gateway__v1__routes_response__init
    }

    init(_ c: Tally__Gateway__V1__RoutesResponse) throws(RPCError) {
        self.init()
        for index in 0..<c.n_routes {
            guard let inner = c.routes[index] else { continue }
            self.routes.append(try Route(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Gateway__V1__RoutesResponse, _ arena: Arena) {
        c.n_routes = self.routes.count
        c.routes = arena.list(self.routes) { arena.message($0) }
    }
}
