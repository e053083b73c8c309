import ServiceKit
import TallyAPI

/// Puts what is known of all days of a repository into one honest sentence for its boards.
enum CoverageRule {
    /// Of the days that were asked for some were never read.
    static let daysNotRead = "days_not_read"

    /// - Parameters:
    ///   - daysAsked: days that jobs asked for, each once.
    ///   - daysRead: of these, the ones that were read, whole or not.
    ///   - daysWhole: of these, the ones of which every expected hour was read to its end.
    ///   - reasons: of all days, each once.
    static func summary(
        daysAsked: Int64, daysRead: Int64, daysWhole: Int64, reasons: [String],
        since: CivilDay, until: CivilDay
    ) -> CoverageSummary {
        guard daysRead > 0 else { return CoverageSummary(status: "none") }
        let all = daysRead < daysAsked ? (reasons + [daysNotRead]).sorted() : reasons
        let percent = Double(daysWhole * 1000 / max(daysAsked, 1)) / 10
        return CoverageSummary(
            status: all.isEmpty && daysWhole >= daysAsked ? "complete" : "partial",
            percent: percent, reasons: all, sinceDay: since.rawValue, untilDay: until.rawValue)
    }
}
