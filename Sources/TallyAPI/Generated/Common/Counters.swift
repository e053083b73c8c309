// Made by proto/generate.sh from tally/common/v1/common.proto; not to be edited.

internal import CTallyProto
public import RPCCore

/// What one contributor did, counted as the rules of the ingest service say.
public struct Counters: RPCMessage, Hashable {
    /// The commits.
    public var commits: UInt64
    /// The prs opened.
    public var prsOpened: UInt64
    /// The prs merged.
    public var prsMerged: UInt64
    /// The prs reviewed.
    public var prsReviewed: UInt64
    /// The issues opened.
    public var issuesOpened: UInt64
    /// The issues closed.
    public var issuesClosed: UInt64
    /// The comments.
    public var comments: UInt64
    /// The releases.
    public var releases: UInt64
    /// The lines added.
    public var linesAdded: UInt64
    /// The lines deleted.
    public var linesDeleted: UInt64

    /// Makes a message; what is left out has its default.
    public init(
        commits: UInt64 = 0, prsOpened: UInt64 = 0, prsMerged: UInt64 = 0, prsReviewed: UInt64 = 0,
        issuesOpened: UInt64 = 0, issuesClosed: UInt64 = 0, comments: UInt64 = 0,
        releases: UInt64 = 0, linesAdded: UInt64 = 0, linesDeleted: UInt64 = 0
    ) {
        self.commits = commits
        self.prsOpened = prsOpened
        self.prsMerged = prsMerged
        self.prsReviewed = prsReviewed
        self.issuesOpened = issuesOpened
        self.issuesClosed = issuesClosed
        self.comments = comments
        self.releases = releases
        self.linesAdded = linesAdded
        self.linesDeleted = linesDeleted
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

extension Counters: WireMessage {
    static let fullName = "tally.common.v1.Counters"
    static var unpack: Unpack<Tally__Common__V1__Counters> { tally__common__v1__counters__unpack }
    static var packedSize: PackedSize<Tally__Common__V1__Counters> {
        tally__common__v1__counters__get_packed_size
    }
    static var pack: Pack<Tally__Common__V1__Counters> { tally__common__v1__counters__pack }
    static var initialize: Initialize<Tally__Common__V1__Counters> {
        tally__common__v1__counters__init
    }

    init(_ c: Tally__Common__V1__Counters) throws(RPCError) {
        self.init()
        self.commits = c.commits
        self.prsOpened = c.prs_opened
        self.prsMerged = c.prs_merged
        self.prsReviewed = c.prs_reviewed
        self.issuesOpened = c.issues_opened
        self.issuesClosed = c.issues_closed
        self.comments = c.comments
        self.releases = c.releases
        self.linesAdded = c.lines_added
        self.linesDeleted = c.lines_deleted
    }

    func fill(_ c: inout Tally__Common__V1__Counters, _ arena: Arena) {
        c.commits = self.commits
        c.prs_opened = self.prsOpened
        c.prs_merged = self.prsMerged
        c.prs_reviewed = self.prsReviewed
        c.issues_opened = self.issuesOpened
        c.issues_closed = self.issuesClosed
        c.comments = self.comments
        c.releases = self.releases
        c.lines_added = self.linesAdded
        c.lines_deleted = self.linesDeleted
    }
}
