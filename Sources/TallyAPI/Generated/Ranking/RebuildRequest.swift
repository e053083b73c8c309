// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.RebuildRequest`.
public struct RebuildRequest: RPCMessage, Hashable {

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

extension RebuildRequest: WireMessage {
    static let fullName = "tally.ranking.v1.RebuildRequest"
    static var unpack: Unpack<Tally__Ranking__V1__RebuildRequest> {
        tally__ranking__v1__rebuild_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__RebuildRequest> {
        tally__ranking__v1__rebuild_request__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__RebuildRequest> {
        tally__ranking__v1__rebuild_request__pack
    }
    static var initialize: Initialize<Tally__Ranking__V1__RebuildRequest> {
        tally__ranking__v1__rebuild_request__init
    }

    init(_ c: Tally__Ranking__V1__RebuildRequest) throws(RPCError) {
        self.init()
    }

    func fill(_ c: inout Tally__Ranking__V1__RebuildRequest, _ arena: Arena) {
    }
}
