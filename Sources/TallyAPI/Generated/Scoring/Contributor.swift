// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.Contributor`.
public struct Contributor: RPCMessage, Hashable {
    /// The person.
    public var person: Person?
    /// The score.
    public var score: Int64
    /// The counters.
    public var counters: Counters?
    /// Highest score first.
    public var repositories: [RepositoryShare]
    /// The window.
    public var window: String

    /// Makes a message; what is left out has its default.
    public init(
        person: Person? = nil, score: Int64 = 0, counters: Counters? = nil,
        repositories: [RepositoryShare] = [], window: String = ""
    ) {
        self.person = person
        self.score = score
        self.counters = counters
        self.repositories = repositories
        self.window = window
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

extension Contributor: WireMessage {
    static let fullName = "tally.scoring.v1.Contributor"
    static var unpack: Unpack<Tally__Scoring__V1__Contributor> {
        tally__scoring__v1__contributor__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__Contributor> {
        tally__scoring__v1__contributor__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__Contributor> { tally__scoring__v1__contributor__pack }
    static var initialize: Initialize<Tally__Scoring__V1__Contributor> {
        tally__scoring__v1__contributor__init
    }

    init(_ c: Tally__Scoring__V1__Contributor) throws(RPCError) {
        self.init()
        if let inner = c.person { self.person = try Person(inner.pointee) }
        self.score = c.score
        if let inner = c.counters { self.counters = try Counters(inner.pointee) }
        for index in 0..<c.n_repositories {
            guard let inner = c.repositories[index] else { continue }
            self.repositories.append(try RepositoryShare(inner.pointee))
        }
        self.window = try Decoder.text(c.window, "Contributor.window")
    }

    func fill(_ c: inout Tally__Scoring__V1__Contributor, _ arena: Arena) {
        if let value = self.person { c.person = arena.message(value) }
        c.score = self.score
        if let value = self.counters { c.counters = arena.message(value) }
        c.n_repositories = self.repositories.count
        c.repositories = arena.list(self.repositories) { arena.message($0) }
        c.window = arena.bytes(self.window)
    }
}
