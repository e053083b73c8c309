import ServiceKit

/// Prices of scrapes, and the budget.
extension BigQuerySource {
    /// Dry runs for one estimate: each takes a second.
    static let dryRunsMax = 4

    func estimate(_ target: ScanTarget) async throws -> SourceEstimate {
        let runs = DayRuns.ranges(target.days)
        guard let first = runs.first, let last = runs.last else { return SourceEstimate() }
        let tables = Self.tables(of: runs, daysAtOnce: daysAtOnce)
        // Of many ranges all is priced that lies between them, and their share of it taken.
        let priced = runs.count <= Self.dryRunsMax ? runs : [first.lowerBound...last.upperBound]
        var (processed, count): (Int64, Int64) = (0, 0)
        let end = client.web.timing.now() + Self.estimateLimit
        for run in priced {
            let query = BigQueryQuery.activity(ids: [target.repositoryId], names: [], days: run)
            do {
                processed += try await client.dryRun(
                    query, within: client.web.timing.now().duration(to: end))
            } catch let fault as BigQueryFault { throw fault.failure }
            count += Int64(query.tables.count)
        }
        let share = Double(processed) * Double(tables) / Double(max(count, 1))
        let bytes = BigQueryPrice.billed(processed: Int64(share), tables: tables)
        let cost = BigQueryPrice.microUSD(bytes)
        let rule = BudgetRule(caps: caps, try await store.spent())
        return SourceEstimate(
            requests: UInt64(Self.queries(for: runs, daysAtOnce: daysAtOnce) * Self.callsPerQuery),
            bytes: UInt64(clamping: bytes), microUSD: cost,
            refusal: rule.refusal(of: cost)?.message)
    }

    /// Queries that ranges of days take, each of at most so many days.
    static func queries(for runs: [ClosedRange<CivilDay>], daysAtOnce: Int32) -> Int {
        runs.reduce(0) { $0 + ($1.count + Int(daysAtOnce) - 1) / Int(daysAtOnce) }
    }

    /// Tables that they read: one more than days, for each query.
    static func tables(of runs: [ClosedRange<CivilDay>], daysAtOnce: Int32) -> Int {
        runs.reduce(0) { $0 + $1.count } + queries(for: runs, daysAtOnce: daysAtOnce)
    }
}
