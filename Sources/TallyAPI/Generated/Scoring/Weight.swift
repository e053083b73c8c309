// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.Weight`.
public struct Weight: RPCMessage, Hashable {
    /// The counter.
    public var counter: String
    /// The thousandths.
    public var thousandths: Int64

    /// Makes a message; what is left out has its default.
    public init(counter: String = "", thousandths: Int64 = 0) {
        self.counter = counter
        self.thousandths = thousandths
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

extension Weight: WireMessage {
    static let fullName = "tally.scoring.v1.Weight"
    static var unpack: Unpack<Tally__Scoring__V1__Weight> { tally__scoring__v1__weight__unpack }
    static var packedSize: PackedSize<Tally__Scoring__V1__Weight> {
        tally__scoring__v1__weight__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__Weight> { tally__scoring__v1__weight__pack }
    static var initialize: Initialize<Tally__Scoring__V1__Weight> {
        tally__scoring__v1__weight__init
    }

    init(_ c: Tally__Scoring__V1__Weight) throws(RPCError) {
        self.init()
        self.counter = try Decoder.text(c.counter, "Weight.counter")
        self.thousandths = c.thousandths
    }

    func fill(_ c: inout Tally__Scoring__V1__Weight, _ arena: Arena) {
        c.counter = arena.bytes(self.counter)
        c.thousandths = self.thousandths
    }
}
