/// What the counting rules need of one event of GH Archive; nil where the event says nothing.
public struct EventFields: Sendable, Hashable {
    /// Such as `PushEvent`.
    public var type = ""
    /// The event's id; unique only together with type, repository and time.
    public var id = ""
    /// RFC 3339, UTC.
    public var createdAt = ""
    /// `owner/name` as it was then.
    public var repository = ""
    /// GitHub's number of the repository.
    public var repositoryID: Int64?
    /// Who did it.
    public var login = ""
    /// GitHub's number of who did it.
    public var actorID: Int64?
    /// `opened`, `closed`, …
    public var action: String?
    /// Commits of a push, and those new to the repository.
    public var size: Int64?
    /// Commits of a push that are new to the repository.
    public var distinctSize: Int64?
    /// Of the pull request.
    public var number: Int64?
    /// Whether a closed pull request was merged.
    public var isMerged: Bool?
    /// Lines of the pull request.
    public var additions: Int64?
    /// Lines of the pull request.
    public var deletions: Int64?
    /// Author of the pull request.
    public var authorID: Int64?
    /// Author of the pull request.
    public var authorLogin: String?
    /// `User` or `Bot`.
    public var authorType: String?

    /// No facts at all.
    public init() {}
}

extension EventFields {
    /// A copy of what a line says.
    public init(_ line: EventLine) {
        func text(_ bytes: UnsafeRawBufferPointer?) -> String? {
            bytes.map { String(decoding: $0, as: UTF8.self) }
        }
        self.type = text(line.type) ?? ""
        self.id = text(line.id) ?? ""
        self.createdAt = text(line.createdAt) ?? ""
        self.repository = text(line.repository) ?? ""
        self.login = text(line.login) ?? ""
        self.action = text(line.action)
        self.authorLogin = text(line.authorLogin)
        self.authorType = text(line.authorType)
        (self.repositoryID, self.actorID) = (line.repositoryID, line.actorID)
        (self.size, self.distinctSize) = (line.size, line.distinctSize)
        (self.number, self.isMerged) = (line.number, line.isMerged)
        (self.additions, self.deletions) = (line.additions, line.deletions)
        self.authorID = line.authorID
    }
}
