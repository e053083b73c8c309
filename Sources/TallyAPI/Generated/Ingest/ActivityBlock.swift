// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Stored as it travels: one block per repository and day.
public struct ActivityBlock: RPCMessage, Hashable {
    /// The contributors.
    public var contributors: [ContributorActivity]

    /// Makes a message; what is left out has its default.
    public init(contributors: [ContributorActivity] = []) {
        self.contributors = contributors
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

extension ActivityBlock: WireMessage {
    static let fullName = "tally.ingest.v1.ActivityBlock"
    static var unpack: Unpack<Tally__Ingest__V1__ActivityBlock> {
        tally__ingest__v1__activity_block__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__ActivityBlock> {
        tally__ingest__v1__activity_block__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__ActivityBlock> {
        tally__ingest__v1__activity_block__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__ActivityBlock> {
        tally__ingest__v1__activity_block__init
    }

    init(_ c: Tally__Ingest__V1__ActivityBlock) throws(RPCError) {
        self.init()
        for index in 0..<c.n_contributors {
            guard let inner = c.contributors[index] else { continue }
            self.contributors.append(try ContributorActivity(inner.pointee))
        }
    }

    func fill(_ c: inout Tally__Ingest__V1__ActivityBlock, _ arena: Arena) {
        c.n_contributors = self.contributors.count
        c.contributors = arena.list(self.contributors) { arena.message($0) }
    }
}
