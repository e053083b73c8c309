// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.ListBoardsRequest`.
public struct ListBoardsRequest: RPCMessage, Hashable {
    /// The window.
    public var window: String

    /// Makes a message; what is left out has its default.
    public init(window: String = "") {
        self.window = window
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

extension ListBoardsRequest: WireMessage {
    static let fullName = "tally.ranking.v1.ListBoardsRequest"
    static var unpack: Unpack<Tally__Ranking__V1__ListBoardsRequest> {
        tally__ranking__v1__list_boards_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__ListBoardsRequest> {
        tally__ranking__v1__list_boards_request__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__ListBoardsRequest> {
        tally__ranking__v1__list_boards_request__pack
    }
    static var initialize: Initialize<Tally__Ranking__V1__ListBoardsRequest> {
        tally__ranking__v1__list_boards_request__init
    }

    init(_ c: Tally__Ranking__V1__ListBoardsRequest) throws(RPCError) {
        self.init()
        self.window = try Decoder.text(c.window, "ListBoardsRequest.window")
    }

    func fill(_ c: inout Tally__Ranking__V1__ListBoardsRequest, _ arena: Arena) {
        c.window = arena.bytes(self.window)
    }
}
