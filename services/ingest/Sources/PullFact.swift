import ServiceKit

/// Something that counts for a contributor whom other days may decide: a merge, or a review.
struct PullFact: Hashable, Sendable {
    /// What happened to the pull request.
    enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Merged: the event says `closed` and `merged` true. Its payload is the fuller one.
        case closed
        /// Merged: the event says `merged` (since December 2025).
        case merged
        /// Reviewed, and the payload does not say by whom the pull request is.
        case review
    }

    var day: CivilDay
    var number: Int64
    var kind: Kind
    /// Of a merge the author as the payload says, 0 = it does not; of a review the reviewer.
    var contributorId: Int64
    /// Microseconds since the epoch; of reviews, which are summed up, 0.
    var atUs: Int64
    var count: Int64 = 1
    var linesAdded: Int64 = 0
    var linesDeleted: Int64 = 0
    /// Whom the day's block counts it for: 0 = nobody, nil = it does not count.
    var creditedId: Int64?
    /// Who told of it.
    var source = SourceRank.archive
}

/// An opening of a pull request: who its author is.
struct PullOpening: Hashable, Sendable {
    var day: CivilDay
    var number: Int64
    var authorId: Int64
    var login: String
    var bot: Bool
    var openedUs: Int64
    /// Who told of it.
    var source = SourceRank.archive
}
