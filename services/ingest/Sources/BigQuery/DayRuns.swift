import ServiceKit

/// Puts days together that one query reads for no more bytes than two would.
enum DayRuns {
    /// Ranges that hold all the days, ascending.
    ///
    /// A query reads the table behind its last day, too; so a gap of one day costs nothing.
    static func ranges(_ days: some Sequence<CivilDay>) -> [ClosedRange<CivilDay>] {
        var ranges: [ClosedRange<CivilDay>] = []
        for day in Set(days).sorted() {
            if let last = ranges.last, last.upperBound.distance(to: day) <= 2 {
                ranges[ranges.count - 1] = last.lowerBound...day
            } else {
                ranges.append(day...day)
            }
        }
        return ranges
    }
}
