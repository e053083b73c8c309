// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.RepositoryExplanation`.
public struct RepositoryExplanation: RPCMessage, Hashable {
    /// The repository id.
    public var repositoryId: Int64
    /// The repository.
    public var repository: String
    /// The terms.
    public var terms: [ScoreTerm]
    /// Thousandths.
    public var lineBonusBeforeCap: Int64
    /// Thousandths, after the cap.
    public var lineBonus: Int64
    /// Thousandths: terms and line bonus.
    public var score: Int64
    /// The first day.
    public var firstDay: Int32
    /// The last day.
    public var lastDay: Int32

    /// Makes a message; what is left out has its default.
    public init(
        repositoryId: Int64 = 0, repository: String = "", terms: [ScoreTerm] = [],
        lineBonusBeforeCap: Int64 = 0, lineBonus: Int64 = 0, score: Int64 = 0, firstDay: Int32 = 0,
        lastDay: Int32 = 0
    ) {
        self.repositoryId = repositoryId
        self.repository = repository
        self.terms = terms
        self.lineBonusBeforeCap = lineBonusBeforeCap
        self.lineBonus = lineBonus
        self.score = score
        self.firstDay = firstDay
        self.lastDay = lastDay
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

extension RepositoryExplanation: WireMessage {
    static let fullName = "tally.scoring.v1.RepositoryExplanation"
    static var unpack: Unpack<Tally__Scoring__V1__RepositoryExplanation> {
        tally__scoring__v1__repository_explanation__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__RepositoryExplanation> {
        tally__scoring__v1__repository_explanation__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__RepositoryExplanation> {
        tally__scoring__v1__repository_explanation__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__RepositoryExplanation> {
        tally__scoring__v1__repository_explanation__init
    }

    init(_ c: Tally__Scoring__V1__RepositoryExplanation) throws(RPCError) {
        self.init()
        self.repositoryId = c.repository_id
        self.repository = try Decoder.text(c.repository, "RepositoryExplanation.repository")
        for index in 0..<c.n_terms {
            guard let inner = c.terms[index] else { continue }
            self.terms.append(try ScoreTerm(inner.pointee))
        }
        self.lineBonusBeforeCap = c.line_bonus_before_cap
        self.lineBonus = c.line_bonus
        self.score = c.score
        self.firstDay = c.first_day
        self.lastDay = c.last_day
    }

    func fill(_ c: inout Tally__Scoring__V1__RepositoryExplanation, _ arena: Arena) {
        c.repository_id = self.repositoryId
        c.repository = arena.bytes(self.repository)
        c.n_terms = self.terms.count
        c.terms = arena.list(self.terms) { arena.message($0) }
        c.line_bonus_before_cap = self.lineBonusBeforeCap
        c.line_bonus = self.lineBonus
        c.score = self.score
        c.first_day = self.firstDay
        c.last_day = self.lastDay
    }
}
