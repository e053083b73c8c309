// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.GetRepositoryRequest`.
public struct GetRepositoryRequest: RPCMessage, Hashable {
    /// The owner.
    public var owner: String
    /// The name.
    public var name: String
    /// The id.
    public var id: Int64

    /// Makes a message; what is left out has its default.
    public init(owner: String = "", name: String = "", id: Int64 = 0) {
        self.owner = owner
        self.name = name
        self.id = id
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

extension GetRepositoryRequest: WireMessage {
    static let fullName = "tally.ingest.v1.GetRepositoryRequest"
    static var unpack: Unpack<Tally__Ingest__V1__GetRepositoryRequest> {
        tally__ingest__v1__get_repository_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__GetRepositoryRequest> {
        tally__ingest__v1__get_repository_request__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__GetRepositoryRequest> {
        tally__ingest__v1__get_repository_request__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__GetRepositoryRequest> {
        tally__ingest__v1__get_repository_request__init
    }

    init(_ c: Tally__Ingest__V1__GetRepositoryRequest) throws(RPCError) {
        self.init()
        self.owner = try Decoder.text(c.owner, "GetRepositoryRequest.owner")
        self.name = try Decoder.text(c.name, "GetRepositoryRequest.name")
        self.id = c.id
    }

    func fill(_ c: inout Tally__Ingest__V1__GetRepositoryRequest, _ arena: Arena) {
        c.owner = arena.bytes(self.owner)
        c.name = arena.bytes(self.name)
        c.id = self.id
    }
}
