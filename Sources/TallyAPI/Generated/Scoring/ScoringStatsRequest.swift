// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ScoringStatsRequest`.
public struct ScoringStatsRequest: RPCMessage, Hashable {

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

extension ScoringStatsRequest: WireMessage {
    static let fullName = "tally.scoring.v1.ScoringStatsRequest"
    static var unpack: Unpack<Tally__Scoring__V1__ScoringStatsRequest> {
        tally__scoring__v1__scoring_stats_request__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ScoringStatsRequest> {
        tally__scoring__v1__scoring_stats_request__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ScoringStatsRequest> {
        tally__scoring__v1__scoring_stats_request__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__ScoringStatsRequest> {
        tally__scoring__v1__scoring_stats_request__init
    }

    init(_ c: Tally__Scoring__V1__ScoringStatsRequest) throws(RPCError) {
        self.init()
    }

    func fill(_ c: inout Tally__Scoring__V1__ScoringStatsRequest, _ arena: Arena) {
    }
}
