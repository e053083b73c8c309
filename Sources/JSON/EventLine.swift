internal import CSimdjson

/// One event as its line says it, without a copy; nil where the event says nothing.
///
/// Its texts stand in the line, or in the scanner: they are gone when either is. `EventFields`
/// keeps them.
public struct EventLine {
    var event = tally_event()

    /// No facts at all.
    public init() {}

    /// Such as `PushEvent`.
    public var type: UnsafeRawBufferPointer? { Self.bytes(self.event.type) }
    /// The event's id; unique only together with type, repository and time.
    public var id: UnsafeRawBufferPointer? { Self.bytes(self.event.id) }
    /// RFC 3339, UTC.
    public var createdAt: UnsafeRawBufferPointer? { Self.bytes(self.event.created_at) }
    /// `owner/name` as it was then.
    public var repository: UnsafeRawBufferPointer? { Self.bytes(self.event.repository) }
    /// GitHub's number of the repository.
    public var repositoryID: Int64? { Self.known(self.event.repository_id) }
    /// Who did it.
    public var login: UnsafeRawBufferPointer? { Self.bytes(self.event.login) }
    /// GitHub's number of who did it.
    public var actorID: Int64? { Self.known(self.event.actor_id) }
    /// `opened`, `closed`, …
    public var action: UnsafeRawBufferPointer? { Self.bytes(self.event.action) }
    /// Commits of a push.
    public var size: Int64? { Self.known(self.event.size) }
    /// Commits of a push that are new to the repository.
    public var distinctSize: Int64? { Self.known(self.event.distinct_size) }
    /// Of the pull request.
    public var number: Int64? { Self.known(self.event.number) }
    /// Whether a closed pull request was merged.
    public var isMerged: Bool? { self.event.merged < 0 ? nil : self.event.merged == 1 }
    /// Lines of the pull request.
    public var additions: Int64? { Self.known(self.event.additions) }
    /// Lines of the pull request.
    public var deletions: Int64? { Self.known(self.event.deletions) }
    /// Author of the pull request.
    public var authorID: Int64? { Self.known(self.event.author_id) }
    /// Author of the pull request.
    public var authorLogin: UnsafeRawBufferPointer? { Self.bytes(self.event.author_login) }
    /// `User` or `Bot`.
    public var authorType: UnsafeRawBufferPointer? { Self.bytes(self.event.author_type) }

    private static func known(_ number: Int64) -> Int64? { number < 0 ? nil : number }

    private static func bytes(_ text: tally_text) -> UnsafeRawBufferPointer? {
        text.start.map { UnsafeRawBufferPointer(start: $0, count: text.length) }
    }
}
