import RPC
import RPCCore
import ServiceKit
import TallyAPI

/// What a scrape would take, and what there is to spend.
extension IngestHandlers {
    func estimate(_ request: EstimateRequest, context: CallContext) async throws -> ScrapePlan {
        try await answering {
            let asked = try RequestRules.repositoryName(owner: request.owner, name: request.name)
            let days = try RequestRules.days(
                since: request.sinceDay, until: request.untilDay, today: clock.now().day)
            return try await plan(
                of: try await store.repository(named: asked), days, named: request.source,
                force: request.force)
        }
    }

    private func plan(
        of repository: RepositoryRecord?, _ days: ClosedRange<CivilDay>, named source: String,
        force: Bool
    ) async throws -> ScrapePlan {
        let first = try catalog.choose(source)
        return try await PlanMaker(store: store).plan(
            PlanMaker.Question(
                repository: repository, days: days, force: force, wasNamed: !source.isEmpty),
            among: source.isEmpty ? catalog.sources : [first])
    }

    /// The source of a scrape: the one that was named, the only one, or the planner's choice.
    /// - Throws: FAILED_PRECONDITION `OVER_BUDGET` when a source that was named may not spend it.
    func source(
        for repository: RepositoryRecord?, _ days: ClosedRange<CivilDay>, named name: String,
        force: Bool
    ) async throws -> any Source {
        let first = try catalog.choose(name)
        let isFree = first.kind != .warehouse
        if isFree, !name.isEmpty || catalog.sources.count == 1 { return first }
        let plan = try await plan(of: repository, days, named: name, force: force)
        let chosen = try catalog.choose(plan.source)
        let cost = plan.considered.first { $0.source == plan.source }
        // What could not be asked now is asked again when the job is planned.
        if chosen.kind == .warehouse, !plan.allowed, cost?.requests ?? 0 > 0 {
            throw RPCError(.failedPrecondition, plan.refusal, reason: "OVER_BUDGET")
        }
        return chosen
    }

    func getBudget(_ request: GetBudgetRequest, context: CallContext) async throws -> Budget {
        try await answering {
            let spent = try await store.spent()
            let queued = try await store.plansOfActiveJobs(of: BigQuerySource.sourceName)
            let caps = bigQuery?.caps
            return Budget(
                configured: bigQuery != nil, dayBytes: UInt64(clamping: spent.todayBytes),
                dayMicroUsd: Self.price(spent.todayBytes),
                dayQueries: UInt64(clamping: spent.queriesToday),
                monthBytes: UInt64(clamping: spent.monthBytes),
                monthMicroUsd: Self.price(spent.monthBytes),
                monthQueries: UInt64(clamping: spent.queriesThisMonth),
                promisedBytes: UInt64(clamping: spent.openBytes),
                promisedMicroUsd: Self.price(spent.openBytes),
                jobCapMicroUsd: UInt64(clamping: caps?.job ?? 0),
                dayCapMicroUsd: UInt64(clamping: caps?.day ?? 0),
                monthCapMicroUsd: UInt64(clamping: caps?.month ?? 0),
                queuedJobs: UInt64(queued.count),
                queuedBytes: queued.reduce(0) { $0 + ($1?.bytes ?? 0) },
                queuedMicroUsd: queued.reduce(0) { $0 + ($1?.microUsd ?? 0) })
        }
    }

    private static func price(_ bytes: Int64) -> UInt64 {
        UInt64(clamping: BigQueryPrice.microUSD(bytes))
    }
}
