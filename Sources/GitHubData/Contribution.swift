public import JSON

/// What one event counts for (the rules of design.md section 3).
///
/// The rare kinds that say much stand apart (`indirect`): an hour has a hundred thousand events.
public enum Contribution: Sendable, Hashable {
    /// A push with so many commits that are new to the repository.
    case commits(UInt64)
    /// A push that does not say how many commits it had.
    case unsizedPush
    /// A pull request was opened; its number, when the event has it.
    case pullOpened(number: Int64?)
    /// A pull request was merged.
    indirect case pullMerged(Merge)
    /// A pull request was reviewed.
    indirect case pullReviewed(number: Int64?, author: GitHubUser?)
    /// An issue was opened.
    case issueOpened
    /// An issue was closed.
    case issueClosed
    /// A comment on an issue, a pull request or a commit.
    case comment
    /// A release was published.
    case release

    /// What the event of a merge says.
    public struct Merge: Sendable, Hashable {
        /// The pull request's number, when the event has it.
        public var number: Int64?
        /// The action was `closed`, with `merged` true; otherwise it was `merged`.
        public var isClosing: Bool
        /// Of the pull request; nil when the payload does not name one.
        public var author: GitHubUser?
        /// Lines added and deleted; nil when the payload does not say.
        public var linesAdded: UInt64?
        /// Lines deleted.
        public var linesDeleted: UInt64?
    }

    /// What an event counts for; nil = nothing.
    public init?(_ event: EventFields) { self.init(counting: event) }

    /// What an event counts for; nil = nothing.
    init?(counting event: some CountedEvent) {
        switch event.kind {
        case .push: self = Self.push(event)
        case .pullRequest:
            guard let pull = Self.pull(event) else { return nil }
            self = pull
        case .review:
            let deed = event.deed
            guard deed == nil || deed == .created || deed == .submitted else { return nil }
            self = .pullReviewed(number: event.number, author: event.author)
        case .issue:
            guard let issue = Self.issue(event.deed) else { return nil }
            self = issue
        case .comment:
            guard Self.isMaking(event.deed, .created) else { return nil }
            self = .comment
        case .release:
            guard Self.isMaking(event.deed, .published) else { return nil }
            self = .release
        case nil: return nil
        }
    }

    /// Early events have no action: they were written when something was made.
    private static func isMaking(_ deed: EventDeed?, _ making: EventDeed) -> Bool {
        deed == nil || deed == making
    }

    private static func push(_ event: some CountedEvent) -> Contribution {
        guard let size = event.distinctSize ?? event.size else { return .unsizedPush }
        return .commits(UInt64(size))
    }

    private static func pull(_ event: some CountedEvent) -> Contribution? {
        switch event.deed {
        case .opened: .pullOpened(number: event.number)
        case .closed where event.isMerged == true: .pullMerged(self.merge(event, isClosing: true))
        case .merged: .pullMerged(self.merge(event, isClosing: false))
        case _: nil
        }
    }

    private static func merge(_ event: some CountedEvent, isClosing: Bool) -> Merge {
        Merge(
            number: event.number, isClosing: isClosing, author: event.author,
            linesAdded: event.additions.map { UInt64($0) },
            linesDeleted: event.deletions.map { UInt64($0) })
    }

    private static func issue(_ deed: EventDeed?) -> Contribution? {
        switch deed {
        case .opened: .issueOpened
        case .closed: .issueClosed
        case _: nil
        }
    }
}
