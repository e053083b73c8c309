// Made by proto/generate.sh from tally/ingest/v1/activity.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// Message `tally.ingest.v1.ActivityBatch`.
public struct ActivityBatch: RPCMessage, Hashable {
    /// The feed id.
    public var feedId: String
    /// Ascending by change; at most 1000 or 1 MiB.
    public var rows: [ActivityRow]
    /// Ascending by change.
    public var repositories: [RepositoryRow]
    /// Commit this as the cursor.
    public var change: Int64
    /// Nothing newer at this moment.
    public var caughtUp: Bool
    /// Commit it with the cursor, and send it back.
    public var proof: String

    /// Makes a message; what is left out has its default.
    public init(
        feedId: String = "", rows: [ActivityRow] = [], repositories: [RepositoryRow] = [],
        change: Int64 = 0, caughtUp: Bool = false, proof: String = ""
    ) {
        self.feedId = feedId
        self.rows = rows
        self.repositories = repositories
        self.change = change
        self.caughtUp = caughtUp
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

extension ActivityBatch: WireMessage {
    static let fullName = "tally.ingest.v1.ActivityBatch"
    static var unpack: Unpack<Tally__Ingest__V1__ActivityBatch> {
        tally__ingest__v1__activity_batch__unpack
    }
    static var packedSize: PackedSize<Tally__Ingest__V1__ActivityBatch> {
        tally__ingest__v1__activity_batch__get_packed_size
    }
    static var pack: Pack<Tally__Ingest__V1__ActivityBatch> {
        tally__ingest__v1__activity_batch__pack
    }
    static var initialize: Initialize<Tally__Ingest__V1__ActivityBatch> {
        tally__ingest__v1__activity_batch__init
    }

    init(_ c: Tally__Ingest__V1__ActivityBatch) throws(RPCError) {
        self.init()
        self.feedId = try Decoder.text(c.feed_id, "ActivityBatch.feed_id")
        for index in 0..<c.n_rows {
            guard let inner = c.rows[index] else { continue }
            self.rows.append(try ActivityRow(inner.pointee))
        }
        for index in 0..<c.n_repositories {
            guard let inner = c.repositories[index] else { continue }
            self.repositories.append(try RepositoryRow(inner.pointee))
        }
        self.change = c.change
        self.caughtUp = c.caught_up != 0
        self.proof = try Decoder.text(c.proof, "ActivityBatch.proof")
    }

    func fill(_ c: inout Tally__Ingest__V1__ActivityBatch, _ arena: Arena) {
        c.feed_id = arena.bytes(self.feedId)
        c.n_rows = self.rows.count
        c.rows = arena.list(self.rows) { arena.message($0) }
        c.n_repositories = self.repositories.count
        c.repositories = arena.list(self.repositories) { arena.message($0) }
        c.change = self.change
        c.caught_up = self.caughtUp ? 1 : 0
        c.proof = arena.bytes(self.proof)
    }
}
