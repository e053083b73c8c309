// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.AddRepositoryResponse`.
public struct AddRepositoryResponse: RPCMessage, Hashable {
    /// The repository.
    public var repository: Repository?
    /// Absent when no scrape was asked for.
    public var job: Job?
    /// False: it was tracked already.
    public var created: Bool
    /// The name asked for, when GitHub knows it by another.
    public var renamedFrom: String

    /// Makes a message; what is left out has its default.
    public init(
        repository: Repository? = nil, job: Job? = nil, created: Bool = false,
        renamedFrom: String = ""
    ) {
        self.repository = repository
        self.job = job
        self.created = created
        self.renamedFrom = renamedFrom
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

extension AddRepositoryResponse: WireMessage {
    static let fullName = "tally.ingest.v1.AddRepositoryResponse"
    static var unpack: Unpack<Tally__Ingest__V1__AddRepositoryResponse> {
        tally__ingest__v1__add_repository_response__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__AddRepositoryResponse> {
        tally__ingest__v1__add_repository_response__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__AddRepositoryResponse> {
        tally__ingest__v1__add_repository_response__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__AddRepositoryResponse> {
        tally__ingest__v1__add_repository_response__init
    }

    init(_ c: Tally__Ingest__V1__AddRepositoryResponse) throws(RPCError) {
        self.init()
        if let inner = c.repository { self.repository = try Repository(inner.pointee) }
        if let inner = c.job { self.job = try Job(inner.pointee) }
        self.created = c.created != 0
        self.renamedFrom = try Decoder.text(c.renamed_from, "AddRepositoryResponse.renamed_from")
    }

    func fill(_ c: inout Tally__Ingest__V1__AddRepositoryResponse, _ arena: Arena) {
        if let value = self.repository { c.repository = arena.message(value) }
        if let value = self.job { c.job = arena.message(value) }
        c.created = self.created ? 1 : 0
        c.renamed_from = arena.bytes(self.renamedFrom)
    }
}
