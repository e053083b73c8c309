// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.OptOutResponse`.
public struct OptOutResponse: RPCMessage, Hashable {
    /// The changed.
    public var changed: Bool

    /// Makes a message; what is left out has its default.
    public init(changed: Bool = false) {
        self.changed = changed
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

extension OptOutResponse: WireMessage {
    static let fullName = "tally.scoring.v1.OptOutResponse"
    static var unpack: Unpack<Tally__Scoring__V1__OptOutResponse> {
        tally__scoring__v1__opt_out_response__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__OptOutResponse> {
        tally__scoring__v1__opt_out_response__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__OptOutResponse> {
        tally__scoring__v1__opt_out_response__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__OptOutResponse> {
        tally__scoring__v1__opt_out_response__init
    }

    init(_ c: Tally__Scoring__V1__OptOutResponse) throws(RPCError) {
        self.init()
        self.changed = c.changed != 0
    }

    func fill(_ c: inout Tally__Scoring__V1__OptOutResponse, _ arena: Arena) {
        c.changed = self.changed ? 1 : 0
    }
}
