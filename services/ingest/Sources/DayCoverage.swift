import ServiceKit
import TallyAPI

/// What a day of a repository lacks, in words from a fixed list (README.md, Coverage).
struct DayCoverage: Hashable, Sendable {
    /// Why the numbers may be too small.
    enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The source does not have some of the day's hours.
        case hoursMissing = "hours_missing"
        /// Some hours could not be read to their end; nothing of them is counted.
        case hoursDamaged = "hours_damaged"
        /// Some hours were not published yet.
        case hoursNotPublished = "hours_not_published"
        /// Pushes that do not say how many commits they had.
        case unsizedPushes = "unsized_pushes"
        /// Merges whose author nothing tells.
        case mergesWithoutAuthor = "merges_without_author"
        /// Merges that do not say how many lines they changed.
        case linesUnknown = "lines_unknown"
        /// Days on which events did not tell a merge from a closing.
        case mergesUndetectable = "merges_undetectable"
        /// Days on which the archive is known to have lost events.
        case archiveOutage = "archive_outage"
        /// Days since the archive loses events without saying which.
        case archiveLossy = "archive_lossy"
        /// Contributions of deleted accounts, and commits of no account: they are nobody's.
        case authorsUnknown = "authors_unknown"
        /// The source gave elements that could not be read.
        case itemsUnreadable = "items_unreadable"
        /// The source cannot tell this counter.
        case notToldBySource = "not_told_by_source"
        /// No source has read the day.
        case dayNotRead = "days_not_read"
    }

    /// One counter of the day.
    struct Item: Hashable, Sendable {
        var name: String
        /// Whose counter it is.
        var source: String
        var counted: UInt64
        var reason: Reason?
    }

    var missing: [Int]
    var damaged: [Int]
    var pending: [Int]
    var events: UInt64
    /// All but merges without author, which other days may still change.
    var reasons: [Reason]

    /// Every expected hour was read to its end.
    var isWhole: Bool { missing.isEmpty && damaged.isEmpty && pending.isEmpty }

    /// What the archive is known to lack on a day, whatever was read of it (sources.md section 1);
    /// BigQuery holds the same events.
    static func knownLoss(on day: CivilDay, source: String) -> [Reason] {
        guard source != SourceRank.github else { return [] }
        var reasons: [Reason] = []
        if outages.contains(where: { $0.contains(day) }) { reasons.append(.archiveOutage) }
        if day >= lossySince { reasons.append(.archiveLossy) }
        if mergesUndetectable.contains(day) { reasons.append(.mergesUndetectable) }
        return reasons
    }

    /// The items that were counted or lack something.
    /// - Parameters:
    ///   - sources: who is believed for each counter, in `Counters.items`' order.
    ///   - reasons: of the day, by source.
    static func items(
        of block: DayBlock, sources: [String], reasons: [String: [Reason]]
    ) -> [Item] {
        let (total, unattributed) = (block.total, block.unattributed)
        return Counters.items.indices.compactMap { place in
            let (name, counted) = (Counters.items[place], total[place])
            let reason = reason(
                for: name, among: reasons[sources[place]] ?? [],
                hasNobodys: unattributed[place] > 0)
            return counted > 0 || reason != nil
                ? Item(name: name, source: sources[place], counted: counted, reason: reason) : nil
        }
    }

    private static func reason(
        for item: String, among reasons: [Reason], hasNobodys: Bool
    ) -> Reason? {
        let own = ownReasons(of: item).first(where: reasons.contains)
        switch item {
        case "prs_merged" where hasNobodys: return .mergesWithoutAuthor
        // Their lines are told of with them.
        case "lines_added", "lines_deleted": return own
        case _: return hasNobodys ? own ?? .authorsUnknown : own
        }
    }

    /// Reasons that concern one counter and no other.
    private static func ownReasons(of item: String) -> [Reason] {
        switch item {
        case "commits": [.unsizedPushes]
        case "prs_merged": [.mergesUndetectable]
        case "lines_added", "lines_deleted": [.linesUnknown]
        case _: []
        }
    }

    /// Whether a reason of a source's day concerns a counter.
    static func concerns(_ reason: Reason, _ item: String) -> Bool {
        let all: [Reason] = [.unsizedPushes, .mergesUndetectable, .linesUnknown]
        return !all.contains(reason) || ownReasons(of: item).contains(reason)
    }

    /// The reasons that stand behind what is believed of a day, each once.
    static func believed(
        sources: [String], reasons: [String: [Reason]]
    ) -> [Reason] {
        var all: Set<Reason> = []
        for (item, source) in zip(Counters.items, sources) {
            all.formUnion((reasons[source] ?? []).filter { concerns($0, item) })
        }
        return all.sorted { $0.rawValue < $1.rawValue }
    }

    private static func day(_ text: String) -> CivilDay {
        CivilDay(text) ?? CivilDay(rawValue: .max)
    }

    static let lossySince = day("2025-05-23")
    private static let mergesUndetectable = day("2025-10-07")...day("2025-12-01")
    private static let outages: [ClosedRange<CivilDay>] = [
        day("2018-04-02")...day("2018-04-02"), day("2020-08-21")...day("2020-08-23"),
        day("2021-10-07")...day("2021-10-07"), day("2021-10-22")...day("2021-10-30"),
        day("2025-10-09")...day("2025-10-14"),
    ]
}
