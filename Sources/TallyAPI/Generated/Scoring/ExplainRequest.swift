// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ExplainRequest`.
public struct ExplainRequest: RPCMessage, Hashable {
    /// "owner/name"; "" = every repository.
    public var repository: String
    /// Any case; a former login works while nobody else bears it.
    public var login: String
    /// "" = all.
    public var window: String

    /// Makes a message; what is left out has its default.
    public init(repository: String = "", login: String = "", window: String = "") {
        self.repository = repository
        self.login = login
        self.window = window
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

extension ExplainRequest: WireMessage {
    static let fullName = "tally.scoring.v1.ExplainRequest"
    static var unpack: Unpack<Tally__Scoring__V1__ExplainRequest> {
        tally__scoring__v1__explain_request__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ExplainRequest> {
        tally__scoring__v1__explain_request__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ExplainRequest> {
        tally__scoring__v1__explain_request__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__ExplainRequest> {
        tally__scoring__v1__explain_request__init
    }

    init(_ c: Tally__Scoring__V1__ExplainRequest) throws(RPCError) {
        self.init()
        self.repository = try Decoder.text(c.repository, "ExplainRequest.repository")
        self.login = try Decoder.text(c.login, "ExplainRequest.login")
        self.window = try Decoder.text(c.window, "ExplainRequest.window")
    }

    func fill(_ c: inout Tally__Scoring__V1__ExplainRequest, _ arena: Arena) {
        c.repository = arena.bytes(self.repository)
        c.login = arena.bytes(self.login)
        c.window = arena.bytes(self.window)
    }
}
