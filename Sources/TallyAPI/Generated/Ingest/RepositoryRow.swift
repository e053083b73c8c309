// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// A repository appeared, was renamed, or was removed.
public struct RepositoryRow: RPCMessage, Hashable {
    /// The change.
    public var change: Int64
    /// The repository id.
    public var repositoryId: Int64
    /// "owner/name".
    public var name: String
    /// The removed.
    public var removed: Bool
    /// The demonstration.
    public var demonstration: Bool
    /// The coverage.
    public var coverage: CoverageNote?

    /// Makes a message; what is left out has its default.
    public init(
        change: Int64 = 0, repositoryId: Int64 = 0, name: String = "", removed: Bool = false,
        demonstration: Bool = false, coverage: CoverageNote? = nil
    ) {
        self.change = change
        self.repositoryId = repositoryId
        self.name = name
        self.removed = removed
        self.demonstration = demonstration
        self.coverage = coverage
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

extension RepositoryRow: WireMessage {
    static let fullName = "tally.ingest.v1.RepositoryRow"
    static var unpack: Unpack<Tally__Ingest__V1__RepositoryRow> {
        tally__ingest__v1__repository_row__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__RepositoryRow> {
        tally__ingest__v1__repository_row__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__RepositoryRow> {
        tally__ingest__v1__repository_row__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__RepositoryRow> {
        tally__ingest__v1__repository_row__init
    }

    init(_ c: Tally__Ingest__V1__RepositoryRow) throws(RPCError) {
        self.init()
        self.change = c.change
        self.repositoryId = c.repository_id
        self.name = try Decoder.text(c.name, "RepositoryRow.name")
        self.removed = c.removed != 0
        self.demonstration = c.demonstration != 0
        if let inner = c.coverage { self.coverage = try CoverageNote(inner.pointee) }
    }

    func fill(_ c: inout Tally__Ingest__V1__RepositoryRow, _ arena: Arena) {
        c.change = self.change
        c.repository_id = self.repositoryId
        c.name = arena.bytes(self.name)
        c.removed = self.removed ? 1 : 0
        c.demonstration = self.demonstration ? 1 : 0
        if let value = self.coverage { c.coverage = arena.message(value) }
    }
}
