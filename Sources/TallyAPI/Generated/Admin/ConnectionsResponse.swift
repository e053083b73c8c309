// Made by proto/generate.sh from tally/admin/v1/admin.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.admin.v1.ConnectionsResponse`.
public struct ConnectionsResponse: RPCMessage, Hashable {
    /// The connections.
    public var connections: [Connection]
    /// The channels.
    public var channels: [Channel]

    /// Makes a message; what is left out has its default.
    public init(connections: [Connection] = [], channels: [Channel] = []) {
        self.connections = connections
        self.channels = channels
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

extension ConnectionsResponse: WireMessage {
    static let fullName = "tally.admin.v1.ConnectionsResponse"
    static var unpack: Unpack<Tally__Admin__V1__ConnectionsResponse> {
        tally__admin__v1__connections_response__unpack
    }
    static var packedSize: PackedSize<Tally__Admin__V1__ConnectionsResponse> {
        tally__admin__v1__connections_response__get_packed_size
    }
    static var pack: Pack<Tally__Admin__V1__ConnectionsResponse> {
        tally__admin__v1__connections_response__pack
    }
    static var initialize: Initialize<Tally__Admin__V1__ConnectionsResponse> {
        tally__admin__v1__connections_response__init
    }

    init(_ c: Tally__Admin__V1__ConnectionsResponse) throws(RPCError) {
        self.init()
        for index in 0..<c.n_connections {
            guard let inner = c.connections[index] else { continue }
            self.connections.append(try Connection(inner.pointee))
        }
        for index in 0..<c.n_channels {
            guard let inner = c.channels[index] else { continue }
            self.channels.append(try Channel(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Admin__V1__ConnectionsResponse, _ arena: Arena) {
        c.n_connections = self.connections.count
        c.connections = arena.list(self.connections) { arena.message($0) }
        c.n_channels = self.channels.count
        c.channels = arena.list(self.channels) { arena.message($0) }
    }
}
