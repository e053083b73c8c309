// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.Explanation`.
public struct Explanation: RPCMessage, Hashable {
    /// The person.
    public var person: Person?
    /// The window.
    public var window: String
    /// The since day.
    public var sinceDay: Int32
    /// The until day.
    public var untilDay: Int32
    /// The formula.
    public var formula: Formula?
    /// The repositories.
    public var repositories: [RepositoryExplanation]
    /// Thousandths: the sum.
    public var score: Int64
    /// Words, when on no board.
    public var absentBecause: String

    /// Makes a message; what is left out has its default.
    public init(
        person: Person? = nil, window: String = "", sinceDay: Int32 = 0, untilDay: Int32 = 0,
        formula: Formula? = nil, repositories: [RepositoryExplanation] = [], score: Int64 = 0,
        absentBecause: String = ""
    ) {
        self.person = person
        self.window = window
        self.sinceDay = sinceDay
        self.untilDay = untilDay
        self.formula = formula
        self.repositories = repositories
        self.score = score
        self.absentBecause = absentBecause
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

extension Explanation: WireMessage {
    static let fullName = "tally.scoring.v1.Explanation"
    static var unpack: Unpack<Tally__Scoring__V1__Explanation> {
        tally__scoring__v1__explanation__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__Explanation> {
        tally__scoring__v1__explanation__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__Explanation> { tally__scoring__v1__explanation__pack }
    static var initialize: Initialize<Tally__Scoring__V1__Explanation> {
        tally__scoring__v1__explanation__init
    }

    init(_ c: Tally__Scoring__V1__Explanation) throws(RPCError) {
        self.init()
        if let inner = c.person { self.person = try Person(inner.pointee) }
        self.window = try Decoder.text(c.window, "Explanation.window")
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
        if let inner = c.formula { self.formula = try Formula(inner.pointee) }
        for index in 0..<c.n_repositories {
            guard let inner = c.repositories[index] else { continue }
            self.repositories.append(try RepositoryExplanation(inner.pointee))
        }
        self.score = c.score
        self.absentBecause = try Decoder.text(c.absent_because, "Explanation.absent_because")
    }

    func fill(_ c: inout Tally__Scoring__V1__Explanation, _ arena: Arena) {
        if let value = self.person { c.person = arena.message(value) }
        c.window = arena.bytes(self.window)
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
        if let value = self.formula { c.formula = arena.message(value) }
        c.n_repositories = self.repositories.count
        c.repositories = arena.list(self.repositories) { arena.message($0) }
        c.score = self.score
        c.absent_because = arena.bytes(self.absentBecause)
    }
}
