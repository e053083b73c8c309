/// Says whether a query may be paid for: pure.
struct BudgetRule: Hashable, Sendable {
    /// Most that may be spent, in millionths of a dollar.
    struct Caps: Hashable, Sendable {
        /// For one scrape, and so for each of its queries.
        var job: Int64
        /// From 00:00 UTC.
        var day: Int64
        /// From the first of the month.
        var month: Int64
    }

    /// Why not: which cap, and both figures.
    struct Refusal: Error, Hashable, Sendable {
        var cost: Int64
        var cap: Int64
        var spent: Int64
        /// `job`, `day` or `month`.
        var period: String

        /// One sentence for whoever asked.
        var message: String {
            let price = "it would cost \(BigQueryPrice.text(cost))"
            let variable = "TALLY_BIGQUERY_\(period.uppercased())_USD"
            if period == "job" {
                return "\(price), and a scrape may cost \(BigQueryPrice.text(cap)) at most "
                    + "(\(variable)): ask for fewer days or raise the cap"
            }
            return "\(price), and of the \(period)'s \(BigQueryPrice.text(cap)) "
                + "\(BigQueryPrice.text(spent)) are spent or promised (\(variable))"
        }
    }

    var caps: Caps
    /// Billed, or promised to queries whose bill is not known yet.
    var spentToday: Int64
    /// The same of the month.
    var spentThisMonth: Int64

    /// Why a cost is not allowed; nil = it is. What reaches a cap exactly is allowed.
    func refusal(of cost: Int64) -> Refusal? {
        if cost > caps.job {
            return Refusal(cost: cost, cap: caps.job, spent: 0, period: "job")
        }
        if cost > caps.day - spentToday {
            return Refusal(cost: cost, cap: caps.day, spent: spentToday, period: "day")
        }
        if cost > caps.month - spentThisMonth {
            return Refusal(cost: cost, cap: caps.month, spent: spentThisMonth, period: "month")
        }
        return nil
    }

    /// The `maximumBytesBilled` of a query that is allowed: some headroom, but never past a cap.
    ///
    /// - Parameter estimate: bytes as they will be billed.
    func bytesMax(for estimate: Int64) -> Int64 {
        let room = min(caps.job, caps.day - spentToday, caps.month - spentThisMonth)
        let (share, isTooMuch) = estimate.multipliedReportingOverflow(
            by: BigQueryPrice.headroomPercent)
        let wanted = isTooMuch ? estimate : (share + 99) / 100
        return max(estimate, min(wanted, BigQueryPrice.bytes(for: room)))
    }
}
