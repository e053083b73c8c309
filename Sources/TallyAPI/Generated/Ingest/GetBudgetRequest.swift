// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.GetBudgetRequest`.
public struct GetBudgetRequest: RPCMessage, Hashable {

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

extension GetBudgetRequest: WireMessage {
    static let fullName = "tally.ingest.v1.GetBudgetRequest"
    static var unpack: Unpack<Tally__Ingest__V1__GetBudgetRequest> {
        tally__ingest__v1__get_budget_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__GetBudgetRequest> {
        tally__ingest__v1__get_budget_request__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__GetBudgetRequest> {
        tally__ingest__v1__get_budget_request__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__GetBudgetRequest> {
        tally__ingest__v1__get_budget_request__init
    }

    init(_ c: Tally__Ingest__V1__GetBudgetRequest) throws(RPCError) {
        self.init()
    }

    func fill(_ c: inout Tally__Ingest__V1__GetBudgetRequest, _ arena: Arena) {
    }
}
