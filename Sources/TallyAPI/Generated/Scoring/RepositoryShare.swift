// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.RepositoryShare`.
public struct RepositoryShare: RPCMessage, Hashable {
    /// The repository id.
    public var repositoryId: Int64
    /// The repository.
    public var repository: String
    /// The score.
    public var score: Int64
    /// The counters.
    public var counters: Counters?
    /// The first day.
    public var firstDay: Int32
    /// The last day.
    public var lastDay: Int32

    /// Makes a message; what is left out has its default.
    public init(
        repositoryId: Int64 = 0, repository: String = "", score: Int64 = 0,
        counters: Counters? = nil, firstDay: Int32 = 0, lastDay: Int32 = 0
    ) {
        self.repositoryId = repositoryId
        self.repository = repository
        self.score = score
        self.counters = counters
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

extension RepositoryShare: WireMessage {
    static let fullName = "tally.scoring.v1.RepositoryShare"
    static var unpack: Unpack<Tally__Scoring__V1__RepositoryShare> {
        tally__scoring__v1__repository_share__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__RepositoryShare> {
        tally__scoring__v1__repository_share__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__RepositoryShare> {
        tally__scoring__v1__repository_share__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__RepositoryShare> {
        tally__scoring__v1__repository_share__init
    }

    init(_ c: Tally__Scoring__V1__RepositoryShare) throws(RPCError) {
        self.init()
        self.repositoryId = c.repository_id
        self.repository = try Decoder.text(c.repository, "RepositoryShare.repository")
        self.score = c.score
        if let inner = c.counters { self.counters = try Counters(inner.pointee) }
        self.firstDay = c.first_day
        self.lastDay = c.last_day
    }

    func fill(_ c: inout Tally__Scoring__V1__RepositoryShare, _ arena: Arena) {
        c.repository_id = self.repositoryId
        c.repository = arena.bytes(self.repository)
        c.score = self.score
        if let value = self.counters { c.counters = arena.message(value) }
        c.first_day = self.firstDay
        c.last_day = self.lastDay
    }
}
