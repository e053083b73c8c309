// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.SharedContributor`.
public struct SharedContributor: RPCMessage, Hashable {
    /// The contributor id.
    public var contributorId: Int64
    /// The login.
    public var login: String
    /// The bot.
    public var bot: Bool
    /// In the order asked for.
    public var places: [SharedPlace]

    /// Makes a message; what is left out has its default.
    public init(
        contributorId: Int64 = 0, login: String = "", bot: Bool = false, places: [SharedPlace] = []
    ) {
        self.contributorId = contributorId
        self.login = login
        self.bot = bot
        self.places = places
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

extension SharedContributor: WireMessage {
    static let fullName = "tally.ranking.v1.SharedContributor"
    static var unpack: Unpack<Tally__Ranking__V1__SharedContributor> {
        tally__ranking__v1__shared_contributor__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__SharedContributor> {
        tally__ranking__v1__shared_contributor__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__SharedContributor> {
        tally__ranking__v1__shared_contributor__pack
    }
    static var initialize: Initialize<Tally__Ranking__V1__SharedContributor> {
        tally__ranking__v1__shared_contributor__init
    }

    init(_ c: Tally__Ranking__V1__SharedContributor) throws(RPCError) {
        self.init()
        self.contributorId = c.contributor_id
        self.login = try Decoder.text(c.login, "SharedContributor.login")
        self.bot = c.bot != 0
        for index in 0..<c.n_places {
            guard let inner = c.places[index] else { continue }
            self.places.append(try SharedPlace(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Ranking__V1__SharedContributor, _ arena: Arena) {
        c.contributor_id = self.contributorId
        c.login = arena.bytes(self.login)
        c.bot = self.bot ? 1 : 0
        c.n_places = self.places.count
        c.places = arena.list(self.places) { arena.message($0) }
    }
}
