// Made by proto/generate.sh from tally/scoring/v1/scoring.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.scoring.v1.ActivitySeriesRequest`.
public struct ActivitySeriesRequest: RPCMessage, Hashable {
    /// The login.
    public var login: String
    /// "" = all.
    public var repository: String
    /// The since day.
    public var sinceDay: Int32
    /// The until day.
    public var untilDay: Int32

    /// Makes a message; what is left out has its default.
    public init(
        login: String = "", repository: String = "", sinceDay: Int32 = 0, untilDay: Int32 = 0
    ) {
        self.login = login
        self.repository = repository
        self.sinceDay = sinceDay
        self.untilDay = untilDay
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

extension ActivitySeriesRequest: WireMessage {
    static let fullName = "tally.scoring.v1.ActivitySeriesRequest"
    static var unpack: Unpack<Tally__Scoring__V1__ActivitySeriesRequest> {
        tally__scoring__v1__activity_series_request__unpack
    }
    static var packedSize: PackedSize<Tally__Scoring__V1__ActivitySeriesRequest> {
        tally__scoring__v1__activity_series_request__get_packed_size
    }
    static var pack: Pack<Tally__Scoring__V1__ActivitySeriesRequest> {
        tally__scoring__v1__activity_series_request__pack
    }
    static var initialize: Initialize<Tally__Scoring__V1__ActivitySeriesRequest> {
        tally__scoring__v1__activity_series_request__init
    }

    init(_ c: Tally__Scoring__V1__ActivitySeriesRequest) throws(RPCError) {
        self.init()
        self.login = try Decoder.text(c.login, "ActivitySeriesRequest.login")
        self.repository = try Decoder.text(c.repository, "ActivitySeriesRequest.repository")
        self.sinceDay = c.since_day
        self.untilDay = c.until_day
    }

    func fill(_ c: inout Tally__Scoring__V1__ActivitySeriesRequest, _ arena: Arena) {
        c.login = arena.bytes(self.login)
        c.repository = arena.bytes(self.repository)
        c.since_day = self.sinceDay
        c.until_day = self.untilDay
    }
}
