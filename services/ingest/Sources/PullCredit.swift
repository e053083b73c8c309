import ServiceKit

/// Decides for whom merges and reviews count, from everything known of a pull request.
///
/// The answer depends on the set of facts only, never on the order in which days were read
/// (pipeline.md section 2).
enum PullCredit {
    /// The facts of one pull request with `creditedId` filled in.
    static func resolve(_ facts: [PullFact], openings: [PullOpening]) -> [PullFact] {
        let author = author(openings)?.authorId
        let hasClosed = facts.contains { $0.kind == .closed }
        return facts.map { fact in
            var fact = fact
            fact.creditedId = credited(fact, author: author, hasClosed: hasClosed)
            return fact
        }
    }

    /// The opening that counts, were there several: the first.
    static func author(_ openings: [PullOpening]) -> PullOpening? {
        openings.min { ($0.openedUs, $0.authorId) < ($1.openedUs, $1.authorId) }
    }

    private static func credited(_ fact: PullFact, author: Int64?, hasClosed: Bool) -> Int64? {
        switch fact.kind {
        case .closed:
            fact.contributorId != 0 ? fact.contributorId : author ?? 0
        case .merged:
            // One merge, two signals: the one with the fuller payload counts.
            hasClosed ? nil : fact.contributorId != 0 ? fact.contributorId : author ?? 0
        case .review:
            fact.contributorId == author ? nil : fact.contributorId
        }
    }
}
