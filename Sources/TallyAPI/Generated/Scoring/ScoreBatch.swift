// Made by proto/generate.sh from tally/scoring/v1/scores.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ScoreBatch`.
public struct ScoreBatch: RPCMessage, Hashable {
    /// The feed id.
    public var feedId: String
    /// Ascending by change.
    public var scores: [ScoreRow]
    /// Ascending by change.
    public var people: [PersonRow]
    /// Ascending by change.
    public var repositories: [RepositoryRow]
    /// Commit this as the cursor.
    public var change: Int64
    /// The caught up.
    public var caughtUp: Bool
    /// Last day of the relative windows.
    public var asOfDay: Int32
    /// The formula name.
    public var formulaName: String
    /// The active one.
    public var formulaVersion: UInt32
    /// The one that boards are to show.
    public var formulaReady: FormulaReady?
    /// Commit it with the cursor, and send it back.
    public var proof: String

    /// Makes a message; what is left out has its default.
    public init(
        feedId: String = "", scores: [ScoreRow] = [], people: [PersonRow] = [],
        repositories: [RepositoryRow] = [], change: Int64 = 0, caughtUp: Bool = false,
        asOfDay: Int32 = 0, formulaName: String = "", formulaVersion: UInt32 = 0,
        formulaReady: FormulaReady? = nil, proof: String = ""
    ) {
        self.feedId = feedId
        self.scores = scores
        self.people = people
        self.repositories = repositories
        self.change = change
        self.caughtUp = caughtUp
        self.asOfDay = asOfDay
        self.formulaName = formulaName
        self.formulaVersion = formulaVersion
        self.formulaReady = formulaReady
        self.proof = proof
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

extension ScoreBatch: WireMessage {
    static let fullName = "tally.scoring.v1.ScoreBatch"
    static var unpack: Unpack<Tally__Scoring__V1__ScoreBatch> {
        tally__scoring__v1__score_batch__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ScoreBatch> {
        tally__scoring__v1__score_batch__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ScoreBatch> { tally__scoring__v1__score_batch__pack }
    static var initialize: Initialize<Tally__Scoring__V1__ScoreBatch> {
        tally__scoring__v1__score_batch__init
    }

    init(_ c: Tally__Scoring__V1__ScoreBatch) throws(RPCError) {
        self.init()
        self.feedId = try Decoder.text(c.feed_id, "ScoreBatch.feed_id")
        for index in 0..<c.n_scores {
            guard let inner = c.scores[index] else { continue }
            self.scores.append(try ScoreRow(inner.pointee))
        }
        for index in 0..<c.n_people {
            guard let inner = c.people[index] else { continue }
            self.people.append(try PersonRow(inner.pointee))
        }
        for index in 0..<c.n_repositories {
            guard let inner = c.repositories[index] else { continue }
            self.repositories.append(try RepositoryRow(inner.pointee))
        }
        self.change = c.change
        self.caughtUp = c.caught_up != 0
        self.asOfDay = c.as_of_day
        self.formulaName = try Decoder.text(c.formula_name, "ScoreBatch.formula_name")
        self.formulaVersion = c.formula_version
        if let inner = c.formula_ready { self.formulaReady = try FormulaReady(inner.pointee) }
        self.proof = try Decoder.text(c.proof, "ScoreBatch.proof")
    }

    func fill(_ c: inout Tally__Scoring__V1__ScoreBatch, _ arena: Arena) {
        c.feed_id = arena.bytes(self.feedId)
        c.n_scores = self.scores.count
        c.scores = arena.list(self.scores) { arena.message($0) }
        c.n_people = self.people.count
        c.people = arena.list(self.people) { arena.message($0) }
        c.n_repositories = self.repositories.count
        c.repositories = arena.list(self.repositories) { arena.message($0) }
        c.change = self.change
        c.caught_up = self.caughtUp ? 1 : 0
        c.as_of_day = self.asOfDay
        c.formula_name = arena.bytes(self.formulaName)
        c.formula_version = self.formulaVersion
        if let value = self.formulaReady { c.formula_ready = arena.message(value) }
        c.proof = arena.bytes(self.proof)
    }
}
