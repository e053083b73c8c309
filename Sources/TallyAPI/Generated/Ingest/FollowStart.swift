// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// The follower speaks first: where it stands. Later messages carry its watermarks.
public struct FollowStart: RPCMessage, Hashable {
    /// The role: "scoring" or "ranking"; two copies share it.
    public var follower: String
    /// The instance.
    public var instance: String
    /// Of the feed the cursor belongs to; "" with cursor 0.
    public var feedId: String
    /// Last change committed; 0 = from the beginning.
    public var cursor: Int64
    /// Of the batch that moved the cursor there; "" = none came with it.
    public var proof: String

    /// Makes a message; what is left out has its default.
    public init(
        follower: String = "", instance: String = "", feedId: String = "", cursor: Int64 = 0,
        proof: String = ""
    ) {
        self.follower = follower
        self.instance = instance
        self.feedId = feedId
        self.cursor = cursor
        self.proof = proof
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

extension FollowStart: WireMessage {
    static let fullName = "tally.ingest.v1.FollowStart"
    static var unpack: Unpack<Tally__Ingest__V1__FollowStart> {
        tally__ingest__v1__follow_start__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__FollowStart> {
        tally__ingest__v1__follow_start__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__FollowStart> { tally__ingest__v1__follow_start__pack }
    static var initialize: Initialize<Tally__Ingest__V1__FollowStart> {
        tally__ingest__v1__follow_start__init
    }

    init(_ c: Tally__Ingest__V1__FollowStart) throws(RPCError) {
        self.init()
        self.follower = try Decoder.text(c.follower, "FollowStart.follower")
        self.instance = try Decoder.text(c.instance, "FollowStart.instance")
        self.feedId = try Decoder.text(c.feed_id, "FollowStart.feed_id")
        self.cursor = c.cursor
        self.proof = try Decoder.text(c.proof, "FollowStart.proof")
    }

    func fill(_ c: inout Tally__Ingest__V1__FollowStart, _ arena: Arena) {
        c.follower = arena.bytes(self.follower)
        c.instance = arena.bytes(self.instance)
        c.feed_id = arena.bytes(self.feedId)
        c.cursor = self.cursor
        c.proof = arena.bytes(self.proof)
    }
}
