// Made by proto/generate.sh from tally/common/v1/common.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// From one snapshot; the first batch comes even when nothing is held.
public struct HoldingsBatch: RPCMessage, Hashable {
    /// The feed id.
    public var feedId: String
    /// The highest change number of a row that stands.
    public var newest: Int64
    /// The highest that was given out.
    public var change: Int64
    /// At most 1000.
    public var holdings: [Holding]

    /// Makes a message; what is left out has its default.
    public init(feedId: String = "", newest: Int64 = 0, change: Int64 = 0, holdings: [Holding] = [])
    {
        self.feedId = feedId
        self.newest = newest
        self.change = change
        self.holdings = holdings
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

extension HoldingsBatch: WireMessage {
    static let fullName = "tally.common.v1.HoldingsBatch"
    static var unpack: Unpack<Tally__Common__V1__HoldingsBatch> {
        tally__common__v1__holdings_batch__unpack
    }
    static var packedSize: PackedSize<Tally__Common__V1__HoldingsBatch> {
        tally__common__v1__holdings_batch__get_packed_size
    }
    static var pack: Pack<Tally__Common__V1__HoldingsBatch> {
        tally__common__v1__holdings_batch__pack
    }
    static var initialize: Initialize<Tally__Common__V1__HoldingsBatch> {
        tally__common__v1__holdings_batch__init
    }

    init(_ c: Tally__Common__V1__HoldingsBatch) throws(RPCError) {
        self.init()
        self.feedId = try Decoder.text(c.feed_id, "HoldingsBatch.feed_id")
        self.newest = c.newest
        self.change = c.change
        for index in 0..<c.n_holdings {
            guard let inner = c.holdings[index] else { continue }
            self.holdings.append(try Holding(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Common__V1__HoldingsBatch, _ arena: Arena) {
        c.feed_id = arena.bytes(self.feedId)
        c.newest = self.newest
        c.change = self.change
        c.n_holdings = self.holdings.count
        c.holdings = arena.list(self.holdings) { arena.message($0) }
    }
}
