// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.RemoveRepositoryResponse`.
public struct RemoveRepositoryResponse: RPCMessage, Hashable {

    /// Makes a message; what is left out has its default.
    public init() {
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

extension RemoveRepositoryResponse: WireMessage {
    static let fullName = "tally.ingest.v1.RemoveRepositoryResponse"
    static var unpack: Unpack<Tally__Ingest__V1__RemoveRepositoryResponse> {
        tally__ingest__v1__remove_repository_response__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__RemoveRepositoryResponse> {
        tally__ingest__v1__remove_repository_response__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__RemoveRepositoryResponse> {
        tally__ingest__v1__remove_repository_response__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__RemoveRepositoryResponse> {
        tally__ingest__v1__remove_repository_response__init
    }

    init(_ c: Tally__Ingest__V1__RemoveRepositoryResponse) throws(RPCError) {
        self.init()
    }

    func fill(_ c: inout Tally__Ingest__V1__RemoveRepositoryResponse, _ arena: Arena) {
    }
}
