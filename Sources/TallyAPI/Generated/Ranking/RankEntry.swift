// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.RankEntry`.
public struct RankEntry: RPCMessage, Hashable {
    /// The board.
    public var board: Board?
    /// The entry.
    public var entry: BoardEntry?
    /// The total.
    public var total: UInt64

    /// Makes a message; what is left out has its default.
    public init(board: Board? = nil, entry: BoardEntry? = nil, total: UInt64 = 0) {
        self.board = board
        self.entry = entry
        self.total = total
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

extension RankEntry: WireMessage {
    static let fullName = "tally.ranking.v1.RankEntry"
    static var unpack: Unpack<Tally__Ranking__V1__RankEntry> {
        tally__ranking__v1__rank_entry__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__RankEntry> {
        tally__ranking__v1__rank_entry__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__RankEntry> { tally__ranking__v1__rank_entry__pack }
    static var initialize: Initialize<Tally__Ranking__V1__RankEntry> {
        tally__ranking__v1__rank_entry__init
    }

    init(_ c: Tally__Ranking__V1__RankEntry) throws(RPCError) {
        self.init()
        if let inner = c.board { self.board = try Board(inner.pointee) }
        if let inner = c.entry { self.entry = try BoardEntry(inner.pointee) }
        self.total = c.total
    }

    func fill(_ c: inout Tally__Ranking__V1__RankEntry, _ arena: Arena) {
        if let value = self.board { c.board = arena.message(value) }
        if let value = self.entry { c.entry = arena.message(value) }
        c.total = self.total
    }
}
