import TallyAPI

/// What one source said of a day, as far as the choice between sources needs it.
struct SourceDay: Hashable, Sendable {
    var source: String
    /// Every expected hour was read to its end.
    var isWhole: Bool
    /// Counters that the source cannot tell, by name.
    var lacks: Set<String> = []
}

/// Decides which source is believed for each counter of a day: pure.
///
/// The answer depends on the set of sources that read the day only, never on their order.
enum SourceMerge {
    /// Merges come with their lines: one source tells both.
    private static let group = ["lines_added": "prs_merged", "lines_deleted": "prs_merged"]

    /// The source that is believed for a counter: one that knows it, before one that does not; one
    /// that read the whole day, before one with gaps; then the better one.
    static func source(of item: String, among days: [SourceDay]) -> String? {
        let asked = group[item] ?? item
        func rank(_ day: SourceDay) -> (Int, Int, Int) {
            (day.lacks.contains(asked) ? 1 : 0, day.isWhole ? 0 : 1, SourceRank.place(day.source))
        }
        return days.min { rank($0) < rank($1) }?.source
    }

    /// The same for all counters, in the order of `Counters.items`.
    static func sources(among days: [SourceDay]) -> [String] {
        Counters.items.map { source(of: $0, among: days) ?? "" }
    }

    /// Whether a merge or a review of a source counts on its day.
    static func isBelieved(_ fact: PullFact, among days: [SourceDay]) -> Bool {
        source(of: fact.kind == .review ? "prs_reviewed" : "prs_merged", among: days)
            == fact.source
    }

    /// What boards show of a day: each counter from the source that is believed for it. Names come
    /// from all of them, the better one first.
    static func block(_ blocks: [String: DayBlock], sources: [String]) -> DayBlock {
        var merged = DayBlock()
        for source in blocks.keys.sorted(by: { SourceRank.place($0) > SourceRank.place($1) }) {
            guard let block = blocks[source] else { continue }
            merged.nameAll(of: block)
            merged.take(block, items: sources.indices.filter { sources[$0] == source })
        }
        return merged
    }
}
