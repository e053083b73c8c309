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
    }

    /// One counter of the day.
    struct Item: Hashable, Sendable {
        var name: String
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

    /// What the archive is known to lack on a day, whatever was read of it (sources.md section 1).
    static func knownLoss(on day: CivilDay) -> [Reason] {
        var reasons: [Reason] = []
        if outages.contains(where: { $0.contains(day) }) { reasons.append(.archiveOutage) }
        if day >= lossySince { reasons.append(.archiveLossy) }
        if mergesUndetectable.contains(day) { reasons.append(.mergesUndetectable) }
        return reasons
    }

    /// The items that were counted or lack something.
    static func items(of total: Counters, reasons: [Reason], unattributed: UInt64) -> [Item] {
        zip(Counters.items, total.values).compactMap { name, counted in
            let reason = reason(for: name, among: reasons, unattributed: unattributed)
            return counted > 0 || reason != nil
                ? Item(name: name, counted: counted, reason: reason) : nil
        }
    }

    private static func reason(
        for item: String, among reasons: [Reason], unattributed: UInt64
    ) -> Reason? {
        switch item {
        case "commits" where reasons.contains(.unsizedPushes): .unsizedPushes
        case "prs_merged" where unattributed > 0: .mergesWithoutAuthor
        case "prs_merged" where reasons.contains(.mergesUndetectable): .mergesUndetectable
        case "lines_added" where reasons.contains(.linesUnknown): .linesUnknown
        case "lines_deleted" where reasons.contains(.linesUnknown): .linesUnknown
        case _: nil
        }
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
