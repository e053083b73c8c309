// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ranking.v1.CompareRequest`.
public struct CompareRequest: RPCMessage, Hashable {
    /// 2..10.
    public var repositories: [String]
    /// The window.
    public var window: String
    /// The bots.
    public var bots: BotFilter
    /// Of each board and of those shared; 1..100; 0 = 10.
    public var limit: UInt32

    /// Makes a message; what is left out has its default.
    public init(
        repositories: [String] = [], window: String = "", bots: BotFilter = BotFilter(rawValue: 0),
        limit: UInt32 = 0
    ) {
        self.repositories = repositories
        self.window = window
        self.bots = bots
        self.limit = limit
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

extension CompareRequest: WireMessage {
    static let fullName = "tally.ranking.v1.CompareRequest"
    static var unpack: Unpack<Tally__Ranking__V1__CompareRequest> {
        tally__ranking__v1__compare_request__unpack
    }
    static var packedSize: PackedSize<Tally__Ranking__V1__CompareRequest> {
        tally__ranking__v1__compare_request__get_packed_size
    }
    static var pack: Pack<Tally__Ranking__V1__CompareRequest> {
        tally__ranking__v1__compare_request__pack
    }
    static var initialize: Initialize<Tally__Ranking__V1__CompareRequest> {
        tally__ranking__v1__compare_request__init
    }

    init(_ c: Tally__Ranking__V1__CompareRequest) throws(RPCError) {
        self.init()
        for index in 0..<c.n_repositories {
            self.repositories.append(
                try Decoder.text(c.repositories[index], "CompareRequest.repositories"))
        }
        self.window = try Decoder.text(c.window, "CompareRequest.window")
        self.bots = BotFilter(rawValue: Int32(bitPattern: c.bots.rawValue))
        self.limit = c.limit
    }

    func fill(_ c: inout Tally__Ranking__V1__CompareRequest, _ arena: Arena) {
        c.n_repositories = self.repositories.count
        c.repositories = arena.list(self.repositories) { arena.bytes($0) }
        c.window = arena.bytes(self.window)
        c.bots = Tally__Ranking__V1__BotFilter(rawValue: UInt32(bitPattern: self.bots.rawValue))
        c.limit = self.limit
    }
}
