// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.ListBoardsResponse`.
public struct ListBoardsResponse: RPCMessage, Hashable {
    /// The boards.
    public var boards: [Board]

    /// Makes a message; what is left out has its default.
    public init(boards: [Board] = []) {
        self.boards = boards
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

extension ListBoardsResponse: WireMessage {
    static let fullName = "tally.ranking.v1.ListBoardsResponse"
    static var unpack: Unpack<Tally__Ranking__V1__ListBoardsResponse> {
        tally__ranking__v1__list_boards_response__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__ListBoardsResponse> {
        tally__ranking__v1__list_boards_response__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__ListBoardsResponse> {
        tally__ranking__v1__list_boards_response__pack
    }
    static var initialize: Initialize<Tally__Ranking__V1__ListBoardsResponse> {
        tally__ranking__v1__list_boards_response__init
    }

    init(_ c: Tally__Ranking__V1__ListBoardsResponse) throws(RPCError) {
        self.init()
        for index in 0..<c.n_boards {
            guard let inner = c.boards[index] else { continue }
            self.boards.append(try Board(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Ranking__V1__ListBoardsResponse, _ arena: Arena) {
        c.n_boards = self.boards.count
        c.boards = arena.list(self.boards) { arena.message($0) }
    }
}
