// Made by proto/generate.sh from tally/common/v1/common.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// What a service holds of one repository, in a form that the neighbour who follows its feed finds
/// from its own rows: so the two can be compared without sending them.
public struct Holding: RPCMessage, Hashable {
    /// 0 = all repositories together, person by person.
    public var repositoryId: Int64
    /// Of scores; "" = days as they were counted.
    public var window: String
    /// That are not zero.
    public var rows: UInt64
    /// Of the scores, in thousandths; of the counters, for days.
    public var sum: Int64
    /// Of every row, in whatever order.
    public var digest: Int64
    /// Rows that do not parse.
    public var unreadable: UInt64

    /// Makes a message; what is left out has its default.
    public init(
        repositoryId: Int64 = 0, window: String = "", rows: UInt64 = 0, sum: Int64 = 0,
        digest: Int64 = 0, unreadable: UInt64 = 0
    ) {
        self.repositoryId = repositoryId
        self.window = window
        self.rows = rows
        self.sum = sum
        self.digest = digest
        self.unreadable = unreadable
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

extension Holding: WireMessage {
    static let fullName = "tally.common.v1.Holding"
    static var unpack: Unpack<Tally__Common__V1__Holding> { tally__common__v1__holding__unpack }
    static var packedSize: PackedSize<Tally__Common__V1__Holding> {
        tally__common__v1__holding__get_packed_size
    }
    static var pack: Pack<Tally__Common__V1__Holding> { tally__common__v1__holding__pack }
    static var initialize: Initialize<Tally__Common__V1__Holding> {
        tally__common__v1__holding__init
    }

    init(_ c: Tally__Common__V1__Holding) throws(RPCError) {
        self.init()
        self.repositoryId = c.repository_id
        self.window = try Decoder.text(c.window, "Holding.window")
        self.rows = c.rows
        self.sum = c.sum
        self.digest = c.digest
        self.unreadable = c.unreadable
    }

    func fill(_ c: inout Tally__Common__V1__Holding, _ arena: Arena) {
        c.repository_id = self.repositoryId
        c.window = arena.bytes(self.window)
        c.rows = self.rows
        c.sum = self.sum
        c.digest = self.digest
        c.unreadable = self.unreadable
    }
}
