// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.Watermarks`.
public struct Watermarks: RPCMessage, Hashable {
    /// Committed in the follower's own schema.
    public var applied: Int64
    /// Visible on boards.
    public var published: Int64

    /// Makes a message; what is left out has its default.
    public init(applied: Int64 = 0, published: Int64 = 0) {
        self.applied = applied
        self.published = published
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

extension Watermarks: WireMessage {
    static let fullName = "tally.ingest.v1.Watermarks"
    static var unpack: Unpack<Tally__Ingest__V1__Watermarks> {
        tally__ingest__v1__watermarks__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__Watermarks> {
        tally__ingest__v1__watermarks__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__Watermarks> { tally__ingest__v1__watermarks__pack }
    static var initialize: Initialize<Tally__Ingest__V1__Watermarks> {
        tally__ingest__v1__watermarks__init
    }

    init(_ c: Tally__Ingest__V1__Watermarks) throws(RPCError) {
        self.init()
        self.applied = c.applied
        self.published = c.published
    }

    func fill(_ c: inout Tally__Ingest__V1__Watermarks, _ arena: Arena) {
        c.applied = self.applied
        c.published = self.published
    }
}
