// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.RebuildResponse`.
public struct RebuildResponse: RPCMessage, Hashable {
    /// The boards.
    public var boards: UInt64
    /// The different.
    public var different: UInt64

    /// Makes a message; what is left out has its default.
    public init(boards: UInt64 = 0, different: UInt64 = 0) {
        self.boards = boards
        self.different = different
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

extension RebuildResponse: WireMessage {
    static let fullName = "tally.ranking.v1.RebuildResponse"
    static var unpack: Unpack<Tally__Ranking__V1__RebuildResponse> {
        tally__ranking__v1__rebuild_response__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__RebuildResponse> {
        tally__ranking__v1__rebuild_response__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__RebuildResponse> {
        tally__ranking__v1__rebuild_response__pack
    }
    static var initialize: Initialize<Tally__Ranking__V1__RebuildResponse> {
        tally__ranking__v1__rebuild_response__init
    }

    init(_ c: Tally__Ranking__V1__RebuildResponse) throws(RPCError) {
        self.init()
        self.boards = c.boards
        self.different = c.different
    }

    func fill(_ c: inout Tally__Ranking__V1__RebuildResponse, _ arena: Arena) {
        c.boards = self.boards
        c.different = self.different
    }
}
