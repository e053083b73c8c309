// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ListIdentityChangesResponse`.
public struct ListIdentityChangesResponse: RPCMessage, Hashable {
    /// The changes.
    public var changes: [IdentityChange]

    /// Makes a message; what is left out has its default.
    public init(changes: [IdentityChange] = []) {
        self.changes = changes
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

extension ListIdentityChangesResponse: WireMessage {
    static let fullName = "tally.scoring.v1.ListIdentityChangesResponse"
    static var unpack: Unpack<Tally__Scoring__V1__ListIdentityChangesResponse> {
        tally__scoring__v1__list_identity_changes_response__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ListIdentityChangesResponse> {
        tally__scoring__v1__list_identity_changes_response__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ListIdentityChangesResponse> {
        tally__scoring__v1__list_identity_changes_response__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__ListIdentityChangesResponse> {
        tally__scoring__v1__list_identity_changes_response__init
    }

    init(_ c: Tally__Scoring__V1__ListIdentityChangesResponse) throws(RPCError) {
        self.init()
        for index in 0..<c.n_changes {
            guard let inner = c.changes[index] else { continue }
            self.changes.append(try IdentityChange(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Scoring__V1__ListIdentityChangesResponse, _ arena: Arena) {
        c.n_changes = self.changes.count
        c.changes = arena.list(self.changes) { arena.message($0) }
    }
}
