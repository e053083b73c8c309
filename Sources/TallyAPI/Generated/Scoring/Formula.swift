// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.Formula`.
public struct Formula: RPCMessage, Hashable {
    /// The name.
    public var name: String
    /// The version.
    public var version: UInt32
    /// The weights.
    public var weights: [Weight]
    /// Thousandths, per contributor, repository and window.
    public var lineBonusCap: Int64
    /// The active.
    public var active: Bool
    /// The created at us.
    public var createdAtUs: Int64
    /// The formula_version of score rows.
    public var id: UInt32
    /// Stored, rescoring, active.
    public var state: String

    /// Makes a message; what is left out has its default.
    public init(
        name: String = "", version: UInt32 = 0, weights: [Weight] = [], lineBonusCap: Int64 = 0,
        active: Bool = false, createdAtUs: Int64 = 0, id: UInt32 = 0, state: String = ""
    ) {
        self.name = name
        self.version = version
        self.weights = weights
        self.lineBonusCap = lineBonusCap
        self.active = active
        self.createdAtUs = createdAtUs
        self.id = id
        self.state = state
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

extension Formula: WireMessage {
    static let fullName = "tally.scoring.v1.Formula"
    static var unpack: Unpack<Tally__Scoring__V1__Formula> { tally__scoring__v1__formula__unpack }
    static var packedSize: PackedSize<Tally__Scoring__V1__Formula> {
        tally__scoring__v1__formula__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__Formula> { tally__scoring__v1__formula__pack }
    static var initialize: Initialize<Tally__Scoring__V1__Formula> {
        tally__scoring__v1__formula__init
    }

    init(_ c: Tally__Scoring__V1__Formula) throws(RPCError) {
        self.init()
        self.name = try Decoder.text(c.name, "Formula.name")
        self.version = c.version
        for index in 0..<c.n_weights {
            guard let inner = c.weights[index] else { continue }
            self.weights.append(try Weight(inner.pointee))
        }
        self.lineBonusCap = c.line_bonus_cap
        self.active = c.active != 0
        self.createdAtUs = c.created_at_us
        self.id = c.id
        self.state = try Decoder.text(c.state, "Formula.state")
    }

    func fill(_ c: inout Tally__Scoring__V1__Formula, _ arena: Arena) {
        c.name = arena.bytes(self.name)
        c.version = self.version
        c.n_weights = self.weights.count
        c.weights = arena.list(self.weights) { arena.message($0) }
        c.line_bonus_cap = self.lineBonusCap
        c.active = self.active ? 1 : 0
        c.created_at_us = self.createdAtUs
        c.id = self.id
        c.state = arena.bytes(self.state)
    }
}
