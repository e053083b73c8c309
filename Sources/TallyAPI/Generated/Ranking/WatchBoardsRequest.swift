// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.WatchBoardsRequest`.
public struct WatchBoardsRequest: RPCMessage, Hashable {

    /// Makes a message; what is left out has its default.
    public init() {
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

extension WatchBoardsRequest: WireMessage {
    static let fullName = "tally.ranking.v1.WatchBoardsRequest"
    static var unpack: Unpack<Tally__Ranking__V1__WatchBoardsRequest> {
        tally__ranking__v1__watch_boards_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__WatchBoardsRequest> {
        tally__ranking__v1__watch_boards_request__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__WatchBoardsRequest> {
        tally__ranking__v1__watch_boards_request__pack
    }
    static var initialize: Initialize<Tally__Ranking__V1__WatchBoardsRequest> {
        tally__ranking__v1__watch_boards_request__init
    }

    init(_ c: Tally__Ranking__V1__WatchBoardsRequest) throws(RPCError) {
        self.init()
    }

    func fill(_ c: inout Tally__Ranking__V1__WatchBoardsRequest, _ arena: Arena) {
    }
}
