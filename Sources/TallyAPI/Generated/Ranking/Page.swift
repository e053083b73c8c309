// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.Page`.
public struct Page: RPCMessage, Hashable {
    /// The board.
    public var board: Board?
    /// The entries.
    public var entries: [BoardEntry]
    /// The total.
    public var total: UInt64
    /// The page.
    public var page: UInt32
    /// The page size.
    public var pageSize: UInt32

    /// Makes a message; what is left out has its default.
    public init(
        board: Board? = nil, entries: [BoardEntry] = [], total: UInt64 = 0, page: UInt32 = 0,
        pageSize: UInt32 = 0
    ) {
        self.board = board
        self.entries = entries
        self.total = total
        self.page = page
        self.pageSize = pageSize
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

extension Page: WireMessage {
    static let fullName = "tally.ranking.v1.Page"
    static var unpack: Unpack<Tally__Ranking__V1__Page> { tally__ranking__v1__page__unpack }
    static var packedSize: PackedSize<Tally__Ranking__V1__Page> {
        tally__ranking__v1__page__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__Page> { tally__ranking__v1__page__pack }
    static var initialize: Initialize<Tally__Ranking__V1__Page> { tally__ranking__v1__page__init }

    init(_ c: Tally__Ranking__V1__Page) throws(RPCError) {
        self.init()
        if let inner = c.board { self.board = try Board(inner.pointee) }
        for index in 0..<c.n_entries {
            guard let inner = c.entries[index] else { continue }
            self.entries.append(try BoardEntry(inner.pointee))
        }
        self.total = c.total
        self.page = c.page
        self.pageSize = c.page_size
    }

    func fill(_ c: inout Tally__Ranking__V1__Page, _ arena: Arena) {
        if let value = self.board { c.board = arena.message(value) }
        c.n_entries = self.entries.count
        c.entries = arena.list(self.entries) { arena.message($0) }
        c.total = self.total
        c.page = self.page
        c.page_size = self.pageSize
    }
}
