// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.ListRepositoriesResponse`.
public struct ListRepositoriesResponse: RPCMessage, Hashable {
    /// The repositories.
    public var repositories: [Repository]
    /// The total.
    public var total: UInt64

    /// Makes a message; what is left out has its default.
    public init(repositories: [Repository] = [], total: UInt64 = 0) {
        self.repositories = repositories
        self.total = total
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

extension ListRepositoriesResponse: WireMessage {
    static let fullName = "tally.ingest.v1.ListRepositoriesResponse"
    static var unpack: Unpack<Tally__Ingest__V1__ListRepositoriesResponse> {
        tally__ingest__v1__list_repositories_response__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__ListRepositoriesResponse> {
        tally__ingest__v1__list_repositories_response__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__ListRepositoriesResponse> {
        tally__ingest__v1__list_repositories_response__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__ListRepositoriesResponse> {
        tally__ingest__v1__list_repositories_response__init
    }

    init(_ c: Tally__Ingest__V1__ListRepositoriesResponse) throws(RPCError) {
        self.init()
        for index in 0..<c.n_repositories {
            guard let inner = c.repositories[index] else { continue }
            self.repositories.append(try Repository(inner.pointee))
        }
        self.total = c.total
    }

    func fill(_ c: inout Tally__Ingest__V1__ListRepositoriesResponse, _ arena: Arena) {
        c.n_repositories = self.repositories.count
        c.repositories = arena.list(self.repositories) { arena.message($0) }
        c.total = self.total
    }
}
