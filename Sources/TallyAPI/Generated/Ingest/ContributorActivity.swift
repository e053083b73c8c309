// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.ContributorActivity`.
public struct ContributorActivity: RPCMessage, Hashable {
    /// The contributor id.
    public var contributorId: Int64
    /// The login.
    public var login: String
    /// The source said type Bot, or the login says [bot].
    public var bot: Bool
    /// The counters.
    public var counters: Counters?

    /// Makes a message; what is left out has its default.
    public init(
        contributorId: Int64 = 0, login: String = "", bot: Bool = false, counters: Counters? = nil
    ) {
        self.contributorId = contributorId
        self.login = login
        self.bot = bot
        self.counters = counters
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

extension ContributorActivity: WireMessage {
    static let fullName = "tally.ingest.v1.ContributorActivity"
    static var unpack: Unpack<Tally__Ingest__V1__ContributorActivity> {
        tally__ingest__v1__contributor_activity__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__ContributorActivity> {
        tally__ingest__v1__contributor_activity__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__ContributorActivity> {
        tally__ingest__v1__contributor_activity__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__ContributorActivity> {
        tally__ingest__v1__contributor_activity__init
    }

    init(_ c: Tally__Ingest__V1__ContributorActivity) throws(RPCError) {
        self.init()
        self.contributorId = c.contributor_id
        self.login = try Decoder.text(c.login, "ContributorActivity.login")
        self.bot = c.bot != 0
        if let inner = c.counters { self.counters = try Counters(inner.pointee) }
    }

    func fill(_ c: inout Tally__Ingest__V1__ContributorActivity, _ arena: Arena) {
        c.contributor_id = self.contributorId
        c.login = arena.bytes(self.login)
        c.bot = self.bot ? 1 : 0
        if let value = self.counters { c.counters = arena.message(value) }
    }
}
