import ServiceKit
import TallyAPI

/// What is known of how complete days are, per counter, with the reason: pure.
struct CoverageView: Sendable {
    /// What one source said of a day.
    struct SourceCounts: Hashable, Sendable {
        var day: SourceDay
        /// In the order of `Counters.items`; nil = it was read before this was kept.
        var counted: [UInt64]?
        var reasons: [DayCoverage.Reason]
        var hoursExpected: Int
        var hoursLacking: Int
    }

    /// A day as it is stored.
    struct Day: Hashable, Sendable {
        var day: CivilDay
        var believed: [String]
        var sources: [SourceCounts]
        /// What boards show, by the counter's name; those without are 0.
        var counted: [String: UInt64]
        var reasons: [String: DayCoverage.Reason]
    }

    /// Contributions that GitHub must have counted before a source's share of them is an estimate
    /// for other days: below it, chance moves the figure by more than some points.
    static let measuredLeast: UInt64 = 100

    let days: [Day]
    /// Of what GitHub counted, by source and counter: what the source counted of it on lossy days.
    private let shares: [String: [String: Double]]

    init(_ days: [Day]) {
        self.days = days
        shares = Self.shares(days)
    }

    /// Every item of a day that was counted or lacks something.
    func items(of day: Day) -> [CoverageItem] {
        Counters.items.indices.compactMap { place in
            let item = item(place, of: day)
            let isNews =
                item.counted > 0 || item.expected > 0 || !item.reason.isEmpty
                || item.others.contains { $0.counted > 0 }
            return isNews ? item : nil
        }
    }

    private func item(_ place: Int, of day: Day) -> CoverageItem {
        let (name, source) = (Counters.items[place], day.believed[place])
        let row = day.sources.first { $0.day.source == source }
        let reason = Self.reason(name, day, row)
        var item = CoverageItem(
            item: name, source: source, counted: day.counted[name] ?? 0,
            reason: reason?.rawValue ?? "")
        expect(&item, place, day, row, reason)
        item.others = day.sources.filter { $0.day.source != source }.compactMap { other in
            guard let counted = other.counted?[place] else { return nil }
            var count = SourceCount(source: other.day.source, counted: counted)
            if item.expectedKnown, !item.expectedEstimated {
                count.percentKnown = true
                count.percent = Self.percent(counted, of: item.expected)
            }
            return count
        }
        return item
    }

    /// What should have been counted, as far as anything tells.
    private func expect(
        _ item: inout CoverageItem, _ place: Int, _ day: Day, _ row: SourceCounts?,
        _ reason: DayCoverage.Reason?
    ) {
        if let exact = Self.exact(place, day) {
            (item.expectedKnown, item.expected) = (true, exact)
        } else if let row, row.hoursLacking > 0 {
            item.percentKnown = true
            item.percent =
                Double(row.hoursExpected - row.hoursLacking) * 100
                / Double(max(row.hoursExpected, 1))
            return
        } else if reason == nil || reason == .authorsUnknown {
            (item.expectedKnown, item.expected) = (true, item.counted)
        } else if let share = shares[item.source]?[item.item], share > 0 {
            (item.expectedKnown, item.expectedEstimated) = (true, true)
            item.expected = UInt64((Double(item.counted) / share).rounded())
        }
        guard item.expectedKnown else { return }
        item.percentKnown = true
        item.percent = Self.percent(item.counted, of: item.expected)
    }

    /// What GitHub itself counted, when it read the whole day.
    private static func exact(_ place: Int, _ day: Day) -> UInt64? {
        day.sources.first {
            $0.day.source == SourceRank.github && $0.day.isWhole
                && !$0.day.lacks.contains(Counters.items[place])
                && !$0.reasons.contains(.itemsUnreadable)
        }?.counted?[place]
    }

    private static func reason(
        _ item: String, _ day: Day, _ row: SourceCounts?
    ) -> DayCoverage.Reason? {
        if row?.day.lacks.contains(item) == true { return .notToldBySource }
        if let own = day.reasons[item] { return own }
        return row?.reasons.first { DayCoverage.concerns($0, item) }
    }

    /// One decimal, never above 100.
    static func percent(_ counted: UInt64, of expected: UInt64) -> Double {
        guard expected > counted else { return 100 }
        return (Double(counted) * 1000 / Double(expected)).rounded(.down) / 10
    }

    private static func shares(_ days: [Day]) -> [String: [String: Double]] {
        var sums: [String: [String: (counted: UInt64, expected: UInt64)]] = [:]
        for day in days {
            for source in day.sources
            where source.reasons.contains(.archiveLossy) && source.day.isWhole {
                for place in Counters.items.indices {
                    guard let counted = source.counted?[place], let exact = exact(place, day)
                    else { continue }
                    let item = Counters.items[place]
                    let sum = sums[source.day.source]?[item] ?? (0, 0)
                    sums[source.day.source, default: [:]][item] = (
                        sum.counted + counted, sum.expected + exact
                    )
                }
            }
        }
        return sums.mapValues { items in
            items.compactMapValues { sum in
                sum.expected >= measuredLeast
                    ? min(1, Double(sum.counted) / Double(sum.expected)) : nil
            }
        }
    }
}

extension CoverageView {
    /// The answer for a range, days that nobody read included.
    func message(_ range: ClosedRange<CivilDay>) -> GetCoverageResponse {
        let known = Dictionary(days.map { ($0.day, $0) }, uniquingKeysWith: { $1 })
        var response = GetCoverageResponse(
            sinceDay: range.lowerBound.rawValue, untilDay: range.upperBound.rawValue)
        var totals = Totals()
        for number in range.lowerBound.rawValue...range.upperBound.rawValue {
            guard let day = known[CivilDay(rawValue: number)] else {
                response.days.append(
                    CoverageDay(
                        day: number, percentKnown: true,
                        reasons: [DayCoverage.Reason.dayNotRead.rawValue]))
                totals.miss()
                continue
            }
            let items = items(of: day)
            totals.add(items)
            response.days.append(Self.message(day, items))
        }
        response.totals = totals.items
        return response
    }

    private static func message(_ day: Day, _ items: [CoverageItem]) -> CoverageDay {
        let rows = Dictionary(
            day.sources.map { ($0.day.source, $0) }, uniquingKeysWith: { $1 })
        let reasons = Set(
            DayCoverage.believed(sources: day.believed, reasons: rows.mapValues(\.reasons))
                .map(\.rawValue) + items.map(\.reason).filter { !$0.isEmpty })
        var message = CoverageDay(
            day: day.day.rawValue, complete: reasons.isEmpty, items: items,
            reasons: reasons.sorted())
        let known = items.filter(\.expectedKnown)
        if known.count == items.count, !items.isEmpty {
            message.percentKnown = true
            message.percent = percent(
                known.reduce(0) { $0 + $1.counted }, of: known.reduce(0) { $0 + $1.expected })
        } else if let least = items.filter(\.percentKnown).map(\.percent).min() {
            message.percentKnown = items.allSatisfy(\.percentKnown)
            message.percent = message.percentKnown ? least : 0
        } else if items.isEmpty {
            message.percentKnown = reasons.isEmpty
            message.percent = reasons.isEmpty ? 100 : 0
        }
        return message
    }
}

/// Sums of a range, counter by counter.
private struct Totals {
    private struct Sum {
        var counted: UInt64 = 0
        var expected: UInt64 = 0
        var isKnown = true
        var isEstimated = false
        var reasons: Set<String> = []
        var sources: Set<String> = []
        var others: [String: (counted: UInt64, expected: UInt64)] = [:]
    }

    private var sums: [String: Sum] = [:]
    private var lacksDays = false

    /// A day that nobody read.
    mutating func miss() { lacksDays = true }

    mutating func add(_ items: [CoverageItem]) {
        for item in items {
            var sum = sums[item.item] ?? Sum()
            sum.counted += item.counted
            sum.expected += item.expected
            sum.isKnown = sum.isKnown && item.expectedKnown
            sum.isEstimated = sum.isEstimated || item.expectedEstimated
            sum.sources.insert(item.source)
            if !item.reason.isEmpty { sum.reasons.insert(item.reason) }
            for other in item.others where other.percentKnown {
                let known = sum.others[other.source] ?? (0, 0)
                sum.others[other.source] = (
                    known.counted + other.counted, known.expected + item.expected
                )
            }
            sums[item.item] = sum
        }
    }

    var items: [CoverageItem] {
        Counters.items.map { name in
            let sum = sums[name] ?? Sum()
            let isKnown = sum.isKnown && !lacksDays
            return CoverageItem(
                item: name, source: sum.sources.sorted().joined(separator: ","),
                counted: sum.counted, expectedKnown: isKnown,
                expected: isKnown ? sum.expected : 0, expectedEstimated: sum.isEstimated,
                percentKnown: isKnown,
                percent: isKnown ? CoverageView.percent(sum.counted, of: sum.expected) : 0,
                reason: lacksDays
                    ? DayCoverage.Reason.dayNotRead.rawValue : sum.reasons.sorted().first ?? "",
                others: sum.others.sorted { $0.key < $1.key }.map { source, sum in
                    SourceCount(
                        source: source, counted: sum.counted, percentKnown: true,
                        percent: CoverageView.percent(sum.counted, of: sum.expected))
                })
        }
    }
}
