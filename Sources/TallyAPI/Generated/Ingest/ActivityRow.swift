// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.ActivityRow`.
public struct ActivityRow: RPCMessage, Hashable {
    /// The change.
    public var change: Int64
    /// The repository id.
    public var repositoryId: Int64
    /// The day.
    public var day: Int32
    /// An ActivityBlock; empty = nothing happened that day.
    public var block: [UInt8]

    /// Makes a message; what is left out has its default.
    public init(change: Int64 = 0, repositoryId: Int64 = 0, day: Int32 = 0, block: [UInt8] = []) {
        self.change = change
        self.repositoryId = repositoryId
        self.day = day
        self.block = block
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

extension ActivityRow: WireMessage {
    static let fullName = "tally.ingest.v1.ActivityRow"
    static var unpack: Unpack<Tally__Ingest__V1__ActivityRow> {
        tally__ingest__v1__activity_row__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__ActivityRow> {
        tally__ingest__v1__activity_row__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__ActivityRow> { tally__ingest__v1__activity_row__pack }
    static var initialize: Initialize<Tally__Ingest__V1__ActivityRow> {
        tally__ingest__v1__activity_row__init
    }

    init(_ c: Tally__Ingest__V1__ActivityRow) throws(RPCError) {
        self.init()
        self.change = c.change
        self.repositoryId = c.repository_id
        self.day = c.day
        self.block = Decoder.bytes(c.block)
    }

    func fill(_ c: inout Tally__Ingest__V1__ActivityRow, _ arena: Arena) {
        c.change = self.change
        c.repository_id = self.repositoryId
        c.day = self.day
        c.block = arena.bytes(self.block)
    }
}
