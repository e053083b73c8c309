// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.GetRankRequest`.
public struct GetRankRequest: RPCMessage, Hashable {
    /// The login.
    public var login: String
    /// The window.
    public var window: String
    /// The bots.
    public var bots: BotFilter

    /// Makes a message; what is left out has its default.
    public init(login: String = "", window: String = "", bots: BotFilter = BotFilter(rawValue: 0)) {
        self.login = login
        self.window = window
        self.bots = bots
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

extension GetRankRequest: WireMessage {
    static let fullName = "tally.ranking.v1.GetRankRequest"
    static var unpack: Unpack<Tally__Ranking__V1__GetRankRequest> {
        tally__ranking__v1__get_rank_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__GetRankRequest> {
        tally__ranking__v1__get_rank_request__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__GetRankRequest> {
        tally__ranking__v1__get_rank_request__pack
    }
    static var initialize: Initialize<Tally__Ranking__V1__GetRankRequest> {
        tally__ranking__v1__get_rank_request__init
    }

    init(_ c: Tally__Ranking__V1__GetRankRequest) throws(RPCError) {
        self.init()
        self.login = try Decoder.text(c.login, "GetRankRequest.login")
        self.window = try Decoder.text(c.window, "GetRankRequest.window")
        self.bots = BotFilter(rawValue: Int32(bitPattern: c.bots.rawValue))
    }

    func fill(_ c: inout Tally__Ranking__V1__GetRankRequest, _ arena: Arena) {
        c.login = arena.bytes(self.login)
        c.window = arena.bytes(self.window)
        c.bots = Tally__Ranking__V1__BotFilter(rawValue: UInt32(bitPattern: self.bots.rawValue))
    }
}
