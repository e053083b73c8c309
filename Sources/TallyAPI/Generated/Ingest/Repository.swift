// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.Repository`.
public struct Repository: RPCMessage, Hashable {
    /// GitHub's numeric id.
    public var id: Int64
    /// "owner/name", the latest known.
    public var name: String
    /// The former names.
    public var formerNames: [FormerName]
    /// The added at us.
    public var addedAtUs: Int64
    /// The last job.
    public var lastJob: Job?
    /// The coverage.
    public var coverage: CoverageSummary?
    /// Loaded from the archive that Tally makes itself.
    public var demonstration: Bool

    /// Makes a message; what is left out has its default.
    public init(
        id: Int64 = 0, name: String = "", formerNames: [FormerName] = [], addedAtUs: Int64 = 0,
        lastJob: Job? = nil, coverage: CoverageSummary? = nil, demonstration: Bool = false
    ) {
        self.id = id
        self.name = name
        self.formerNames = formerNames
        self.addedAtUs = addedAtUs
        self.lastJob = lastJob
        self.coverage = coverage
        self.demonstration = demonstration
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

extension Repository: WireMessage {
    static let fullName = "tally.ingest.v1.Repository"
    static var unpack: Unpack<Tally__Ingest__V1__Repository> {
        tally__ingest__v1__repository__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__Repository> {
        tally__ingest__v1__repository__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__Repository> { tally__ingest__v1__repository__pack }
    static var initialize: Initialize<Tally__Ingest__V1__Repository> {
        tally__ingest__v1__repository__init
    }

    init(_ c: Tally__Ingest__V1__Repository) throws(RPCError) {
        self.init()
        self.id = c.id
        self.name = try Decoder.text(c.name, "Repository.name")
        for index in 0..<c.n_former_names {
            guard let inner = c.former_names[index] else { continue }
            self.formerNames.append(try FormerName(inner.pointee))
        }
        self.addedAtUs = c.added_at_us
        if let inner = c.last_job { self.lastJob = try Job(inner.pointee) }
        if let inner = c.coverage { self.coverage = try CoverageSummary(inner.pointee) }
        self.demonstration = c.demonstration != 0
    }

    func fill(_ c: inout Tally__Ingest__V1__Repository, _ arena: Arena) {
        c.id = self.id
        c.name = arena.bytes(self.name)
        c.n_former_names = self.formerNames.count
        c.former_names = arena.list(self.formerNames) { arena.message($0) }
        c.added_at_us = self.addedAtUs
        if let value = self.lastJob { c.last_job = arena.message(value) }
        if let value = self.coverage { c.coverage = arena.message(value) }
        c.demonstration = self.demonstration ? 1 : 0
    }
}
