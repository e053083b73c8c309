// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.RemoveRepositoryRequest`.
public struct RemoveRepositoryRequest: RPCMessage, Hashable {
    /// The owner.
    public var owner: String
    /// The name.
    public var name: String

    /// Makes a message; what is left out has its default.
    public init(owner: String = "", name: String = "") {
        self.owner = owner
        self.name = name
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

extension RemoveRepositoryRequest: WireMessage {
    static let fullName = "tally.ingest.v1.RemoveRepositoryRequest"
    static var unpack: Unpack<Tally__Ingest__V1__RemoveRepositoryRequest> {
        tally__ingest__v1__remove_repository_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__RemoveRepositoryRequest> {
        tally__ingest__v1__remove_repository_request__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__RemoveRepositoryRequest> {
        tally__ingest__v1__remove_repository_request__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__RemoveRepositoryRequest> {
        tally__ingest__v1__remove_repository_request__init
    }

    init(_ c: Tally__Ingest__V1__RemoveRepositoryRequest) throws(RPCError) {
        self.init()
        self.owner = try Decoder.text(c.owner, "RemoveRepositoryRequest.owner")
        self.name = try Decoder.text(c.name, "RemoveRepositoryRequest.name")
    }

    func fill(_ c: inout Tally__Ingest__V1__RemoveRepositoryRequest, _ arena: Arena) {
        c.owner = arena.bytes(self.owner)
        c.name = arena.bytes(self.name)
    }
}
