// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.CompareResponse`.
public struct CompareResponse: RPCMessage, Hashable {
    /// In the order asked for.
    public var boards: [Page]
    /// On two boards at least; on most of them first.
    public var shared: [SharedContributor]
    /// The shared total.
    public var sharedTotal: UInt64

    /// Makes a message; what is left out has its default.
    public init(boards: [Page] = [], shared: [SharedContributor] = [], sharedTotal: UInt64 = 0) {
        self.boards = boards
        self.shared = shared
        self.sharedTotal = sharedTotal
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

extension CompareResponse: WireMessage {
    static let fullName = "tally.ranking.v1.CompareResponse"
    static var unpack: Unpack<Tally__Ranking__V1__CompareResponse> {
        tally__ranking__v1__compare_response__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__CompareResponse> {
        tally__ranking__v1__compare_response__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__CompareResponse> {
        tally__ranking__v1__compare_response__pack
    }
    static var initialize: Initialize<Tally__Ranking__V1__CompareResponse> {
        tally__ranking__v1__compare_response__init
    }

    init(_ c: Tally__Ranking__V1__CompareResponse) throws(RPCError) {
        self.init()
        for index in 0..<c.n_boards {
            guard let inner = c.boards[index] else { continue }
            self.boards.append(try Page(inner.pointee))
        }
        for index in 0..<c.n_shared {
            guard let inner = c.shared[index] else { continue }
            self.shared.append(try SharedContributor(inner.pointee))
        }
        self.sharedTotal = c.shared_total
    }

    func fill(_ c: inout Tally__Ranking__V1__CompareResponse, _ arena: Arena) {
        c.n_boards = self.boards.count
        c.boards = arena.list(self.boards) { arena.message($0) }
        c.n_shared = self.shared.count
        c.shared = arena.list(self.shared) { arena.message($0) }
        c.shared_total = self.sharedTotal
    }
}
