// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.ListRepositoriesRequest`.
public struct ListRepositoriesRequest: RPCMessage, Hashable {
    /// Part of the name, any case.
    public var query: String
    /// "name" (default) or "updated".
    public var sort: String
    /// From 1; 0 = 1.
    public var page: UInt32
    /// 1..100; 0 = 50.
    public var pageSize: UInt32

    /// Makes a message; what is left out has its default.
    public init(query: String = "", sort: String = "", page: UInt32 = 0, pageSize: UInt32 = 0) {
        self.query = query
        self.sort = sort
        self.page = page
        self.pageSize = pageSize
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

extension ListRepositoriesRequest: WireMessage {
    static let fullName = "tally.ingest.v1.ListRepositoriesRequest"
    static var unpack: Unpack<Tally__Ingest__V1__ListRepositoriesRequest> {
        tally__ingest__v1__list_repositories_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__ListRepositoriesRequest> {
        tally__ingest__v1__list_repositories_request__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__ListRepositoriesRequest> {
        tally__ingest__v1__list_repositories_request__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__ListRepositoriesRequest> {
        tally__ingest__v1__list_repositories_request__init
    }

    init(_ c: Tally__Ingest__V1__ListRepositoriesRequest) throws(RPCError) {
        self.init()
        self.query = try Decoder.text(c.query, "ListRepositoriesRequest.query")
        self.sort = try Decoder.text(c.sort, "ListRepositoriesRequest.sort")
        self.page = c.page
        self.pageSize = c.page_size
    }

    func fill(_ c: inout Tally__Ingest__V1__ListRepositoriesRequest, _ arena: Arena) {
        c.query = arena.bytes(self.query)
        c.sort = arena.bytes(self.sort)
        c.page = self.page
        c.page_size = self.pageSize
    }
}
