import ServiceKit

/// Prices of scrapes, and the budget.
extension BigQuerySource {
    /// Dry runs for one estimate, all at once: each takes a second.
    static let dryRunsMax = 4

    func offer(for target: ScanTarget) async throws -> SourceOffer {
        let runs = DayRuns.ranges(target.days)
        guard let first = runs.first, let last = runs.last else { return SourceOffer() }
        let daysAtOnce = scanShape.daysAtOnce
        let tables = Self.tables(of: runs, daysAtOnce: daysAtOnce)
        // Of many ranges all is priced that lies between them, and their share of it taken.
        let priced = runs.count <= Self.dryRunsMax ? runs : [first.lowerBound...last.upperBound]
        let processed = try await processed(by: priced)
        let count = priced.reduce(0) { $0 + $1.count + 1 }
        let share = Double(processed) * Double(tables) / Double(count)
        let bytes = BigQueryPrice.billed(processed: Int64(share), tables: tables)
        let cost = BigQueryPrice.microUSD(bytes)
        let rule = BudgetRule(caps: caps, try await store.spent())
        return SourceOffer(
            bytes: UInt64(clamping: bytes), microUSD: cost,
            requests: Self.queries(for: runs, daysAtOnce: daysAtOnce) * Self.callsPerQuery,
            refusal: rule.refusal(of: cost)?.message)
    }

    private func processed(by runs: [ClosedRange<CivilDay>]) async throws -> Int64 {
        do {
            return try await withThrowingTaskGroup(of: Int64.self) { group in
                for run in runs { group.addTask { try await prices.bytes(of: run) } }
                return try await group.reduce(0, +)
            }
        } catch let fault as BigQueryFault { throw fault.failure }
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
