// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ScoreRangeRequest`.
public struct ScoreRangeRequest: RPCMessage, Hashable {
    /// "owner/name"; "" = every repository.
    public var repository: String
    /// 0 = from the first.
    public var sinceDay: Int32
    /// 0 = to the last.
    public var untilDay: Int32
    /// "" = the active one, "name" = its newest, or "name/version".
    public var formula: String

    /// Makes a message; what is left out has its default.
    public init(
        repository: String = "", sinceDay: Int32 = 0, untilDay: Int32 = 0, formula: String = ""
    ) {
        self.repository = repository
        self.sinceDay = sinceDay
        self.untilDay = untilDay
        self.formula = formula
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

extension ScoreRangeRequest: WireMessage {
    static let fullName = "tally.scoring.v1.ScoreRangeRequest"
    static var unpack: Unpack<Tally__Scoring__V1__ScoreRangeRequest> {
        tally__scoring__v1__score_range_request__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ScoreRangeRequest> {
        tally__scoring__v1__score_range_request__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ScoreRangeRequest> {
        tally__scoring__v1__score_range_request__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__ScoreRangeRequest> {
        tally__scoring__v1__score_range_request__init
    }

    init(_ c: Tally__Scoring__V1__ScoreRangeRequest) throws(RPCError) {
        self.init()
        self.repository = try Decoder.text(c.repository, "ScoreRangeRequest.repository")
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
        self.formula = try Decoder.text(c.formula, "ScoreRangeRequest.formula")
    }

    func fill(_ c: inout Tally__Scoring__V1__ScoreRangeRequest, _ arena: Arena) {
        c.repository = arena.bytes(self.repository)
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
        c.formula = arena.bytes(self.formula)
    }
}
