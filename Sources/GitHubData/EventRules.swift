internal import JSON

/// What the counting rules look at, wherever an event comes from.
protocol CountedEvent {
    /// nil = a kind that no rule knows.
    var kind: EventKind? { get }
    /// What was done; nil when the event does not say.
    var deed: EventDeed? { get }
    /// Commits of a push, and those of them that are new.
    var size: Int64? { get }
    var distinctSize: Int64? { get }
    /// Of the pull request.
    var number: Int64? { get }
    var isMerged: Bool? { get }
    var additions: Int64? { get }
    var deletions: Int64? { get }
    var author: GitHubUser? { get }
}

/// The kinds of events that may count.
enum EventKind {
    case push, pullRequest, review, issue, comment, release

    /// By the event's type.
    init?(_ type: UnsafeRawBufferPointer) {
        // Their lengths differ: one comparison says which it is.
        switch type.count {
        case 9 where type.isSame(as: "PushEvent"): self = .push
        case 11 where type.isSame(as: "IssuesEvent"): self = .issue
        case 12 where type.isSame(as: "ReleaseEvent"): self = .release
        case 16 where type.isSame(as: "PullRequestEvent"): self = .pullRequest
        case 17 where type.isSame(as: "IssueCommentEvent"): self = .comment
        case 18 where type.isSame(as: "CommitCommentEvent"): self = .comment
        case 22 where type.isSame(as: "PullRequestReviewEvent"): self = .review
        case 29 where type.isSame(as: "PullRequestReviewCommentEvent"): self = .comment
        case _: return nil
        }
    }
}

/// What was done, by the event's action.
enum EventDeed {
    case opened, closed, merged, created, submitted, published, other

    init(_ action: UnsafeRawBufferPointer) {
        if action.isSame(as: "opened") {
            self = .opened
        } else if action.isSame(as: "closed") {
            self = .closed
        } else if action.isSame(as: "merged") {
            self = .merged
        } else if action.isSame(as: "created") {
            self = .created
        } else if action.isSame(as: "submitted") {
            self = .submitted
        } else {
            self = action.isSame(as: "published") ? .published : .other
        }
    }
}

extension EventFields: CountedEvent {
    var kind: EventKind? { self.type.withBytes { EventKind($0) } }
    var deed: EventDeed? { self.action?.withBytes { EventDeed($0) } }
    var author: GitHubUser? {
        GitHubUser(id: self.authorID, login: self.authorLogin, type: self.authorType)
    }
}

extension EventLine: CountedEvent {
    var kind: EventKind? { self.type.flatMap { EventKind($0) } }
    var deed: EventDeed? { self.action.map { EventDeed($0) } }
    var author: GitHubUser? {
        GitHubUser(
            id: self.authorID, login: self.authorLogin.map { String(decoding: $0, as: UTF8.self) },
            type: self.authorType.map { String(decoding: $0, as: UTF8.self) })
    }
}
