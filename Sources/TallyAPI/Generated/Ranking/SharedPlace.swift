// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.SharedPlace`.
public struct SharedPlace: RPCMessage, Hashable {
    /// The repository.
    public var repository: String
    /// The rank.
    public var rank: UInt64
    /// The score.
    public var score: Int64

    /// Makes a message; what is left out has its default.
    public init(repository: String = "", rank: UInt64 = 0, score: Int64 = 0) {
        self.repository = repository
        self.rank = rank
        self.score = score
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

extension SharedPlace: WireMessage {
    static let fullName = "tally.ranking.v1.SharedPlace"
    static var unpack: Unpack<Tally__Ranking__V1__SharedPlace> {
        tally__ranking__v1__shared_place__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__SharedPlace> {
        tally__ranking__v1__shared_place__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__SharedPlace> {
        tally__ranking__v1__shared_place__pack
    }
    static var initialize: Initialize<Tally__Ranking__V1__SharedPlace> {
        tally__ranking__v1__shared_place__init
    }

    init(_ c: Tally__Ranking__V1__SharedPlace) throws(RPCError) {
        self.init()
        self.repository = try Decoder.text(c.repository, "SharedPlace.repository")
        self.rank = c.rank
        self.score = c.score
    }

    func fill(_ c: inout Tally__Ranking__V1__SharedPlace, _ arena: Arena) {
        c.repository = arena.bytes(self.repository)
        c.rank = self.rank
        c.score = self.score
    }
}
