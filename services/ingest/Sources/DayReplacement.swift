import ServiceKit

/// What replacing one day of a repository does to its pull request facts, on all days.
struct DayReplacement: Sendable {
    /// A fact of another day that now counts for someone else.
    struct Move: Hashable, Sendable {
        var fact: PullFact
        /// Whom the block of that day counted it for until now.
        var from: Int64?
    }

    /// The new facts of the replaced day, credited.
    private(set) var facts: [PullFact] = []
    /// Facts of other days that change hands.
    private(set) var moves: [Move] = []
    /// The openings that count, by pull request: where an author's login comes from.
    private(set) var authors: [Int64: PullOpening] = [:]

    /// - Parameters:
    ///   - day: the day that is replaced, as far as `source` told of it.
    ///   - facts: its new facts.
    ///   - openings: its new openings.
    ///   - storedFacts: what is stored of every pull request that the day's old or new facts and
    ///     openings name, the replaced day included.
    ///   - storedOpenings: likewise.
    ///   - isBelieved: whether a fact's source is believed on the fact's day.
    init(
        day: CivilDay, source: String = SourceRank.archive, facts: [PullFact],
        openings: [PullOpening], storedFacts: [PullFact], storedOpenings: [PullOpening],
        isBelieved: (PullFact) -> Bool = { _ in true }
    ) {
        let otherFacts = storedFacts.filter { $0.day != day || $0.source != source }
        let otherOpenings = storedOpenings.filter { $0.day != day || $0.source != source }
        let allOpenings = Dictionary(grouping: otherOpenings + openings, by: \.number)
        authors = allOpenings.compactMapValues(PullCredit.author)
        let before = Dictionary(grouping: otherFacts, by: \.number)
        let new = Dictionary(grouping: facts, by: \.number)
        for number in Set(before.keys).union(new.keys).sorted() {
            let old = before[number] ?? []
            let resolved = PullCredit.resolve(
                old + (new[number] ?? []), openings: allOpenings[number] ?? [],
                isBelieved: isBelieved)
            for (was, now) in zip(old, resolved) where was.creditedId != now.creditedId {
                moves.append(Move(fact: now, from: was.creditedId))
            }
            self.facts += resolved.dropFirst(old.count)
        }
    }
}
