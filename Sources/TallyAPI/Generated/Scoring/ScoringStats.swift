// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ScoringStats`.
public struct ScoringStats: RPCMessage, Hashable {
    /// The contributors.
    public var contributors: UInt64
    /// The repositories.
    public var repositories: UInt64
    /// The scores.
    public var scores: UInt64

    /// Makes a message; what is left out has its default.
    public init(contributors: UInt64 = 0, repositories: UInt64 = 0, scores: UInt64 = 0) {
        self.contributors = contributors
        self.repositories = repositories
        self.scores = scores
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

extension ScoringStats: WireMessage {
    static let fullName = "tally.scoring.v1.ScoringStats"
    static var unpack: Unpack<Tally__Scoring__V1__ScoringStats> {
        tally__scoring__v1__scoring_stats__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ScoringStats> {
        tally__scoring__v1__scoring_stats__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ScoringStats> {
        tally__scoring__v1__scoring_stats__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__ScoringStats> {
        tally__scoring__v1__scoring_stats__init
    }

    init(_ c: Tally__Scoring__V1__ScoringStats) throws(RPCError) {
        self.init()
        self.contributors = c.contributors
        self.repositories = c.repositories
        self.scores = c.scores
    }

    func fill(_ c: inout Tally__Scoring__V1__ScoringStats, _ arena: Arena) {
        c.contributors = self.contributors
        c.repositories = self.repositories
        c.scores = self.scores
    }
}
