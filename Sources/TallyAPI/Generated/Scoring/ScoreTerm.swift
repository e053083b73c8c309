// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ScoreTerm`.
public struct ScoreTerm: RPCMessage, Hashable {
    /// "commits".
    public var counter: String
    /// The count.
    public var count: UInt64
    /// Thousandths of a point each.
    public var weight: Int64
    /// Thousandths: count x weight.
    public var points: Int64

    /// Makes a message; what is left out has its default.
    public init(counter: String = "", count: UInt64 = 0, weight: Int64 = 0, points: Int64 = 0) {
        self.counter = counter
        self.count = count
        self.weight = weight
        self.points = points
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

extension ScoreTerm: WireMessage {
    static let fullName = "tally.scoring.v1.ScoreTerm"
    static var unpack: Unpack<Tally__Scoring__V1__ScoreTerm> {
        tally__scoring__v1__score_term__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ScoreTerm> {
        tally__scoring__v1__score_term__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ScoreTerm> { tally__scoring__v1__score_term__pack }
    static var initialize: Initialize<Tally__Scoring__V1__ScoreTerm> {
        tally__scoring__v1__score_term__init
    }

    init(_ c: Tally__Scoring__V1__ScoreTerm) throws(RPCError) {
        self.init()
        self.counter = try Decoder.text(c.counter, "ScoreTerm.counter")
        self.count = c.count
        self.weight = c.weight
        self.points = c.points
    }

    func fill(_ c: inout Tally__Scoring__V1__ScoreTerm, _ arena: Arena) {
        c.counter = arena.bytes(self.counter)
        c.count = self.count
        c.weight = self.weight
        c.points = self.points
    }
}
