import ServiceKit

/// Decides for whom merges and reviews count, from everything known of a pull request.
///
/// The answer depends on the set of facts only, never on the order in which days were read
/// (pipeline.md section 2).
enum PullCredit {
    /// The facts of one pull request with `creditedId` filled in.
    /// - Parameter isBelieved: whether a fact's source is believed on the fact's day.
    static func resolve(
        _ facts: [PullFact], openings: [PullOpening],
        isBelieved: (PullFact) -> Bool = { _ in true }
    ) -> [PullFact] {
        let author = author(openings)?.authorId
        let merges = facts.filter { $0.kind != .review && isBelieved($0) }
        // A pull request is merged once: the best source that tells of it says when.
        let best = merges.map { SourceRank.place($0.source) }.min()
        let hasClosed = merges.contains {
            $0.kind == .closed && SourceRank.place($0.source) == best
        }
        return facts.map { fact in
            var fact = fact
            let counts =
                isBelieved(fact)
                && (fact.kind == .review || SourceRank.place(fact.source) == best)
            fact.creditedId =
                counts ? credited(fact, author: author, hasClosed: hasClosed) : nil
            return fact
        }
    }

    /// The opening that counts, were there several: the first.
    static func author(_ openings: [PullOpening]) -> PullOpening? {
        openings.min { ($0.openedUs, $0.authorId) < ($1.openedUs, $1.authorId) }
    }

    private static func credited(_ fact: PullFact, author: Int64?, hasClosed: Bool) -> Int64? {
        switch fact.kind {
        // What GitHub itself does not know, nobody knows better.
        case .merged where fact.source == SourceRank.github:
            fact.contributorId
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
