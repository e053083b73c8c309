import RPC
import RPCCore
import ServiceKit
import TallyAPI

/// What a scrape would take, and what there is to spend.
extension IngestHandlers {
    func estimate(
        _ request: EstimateRequest, context: CallContext
    ) async throws -> EstimateResponse {
        try await answering {
            let asked = try RequestRules.repositoryName(owner: request.owner, name: request.name)
            let days = try RequestRules.days(
                since: request.sinceDay, until: request.untilDay, today: clock.now().day)
            let source = try catalog.jobSource(request.source)
            let question = try await question(
                about: try await store.repository(named: asked), days, named: source,
                force: request.force)
            return EstimateResponse(question, SourcePlanner.plan(question))
        }
    }

    private func question(
        about repository: RepositoryRecord?, _ days: ClosedRange<CivilDay>,
        named source: String, force: Bool
    ) async throws -> SourcePlanner.Question {
        var known = IngestStore.Known(covered: [], names: [])
        if let repository {
            known = try await store.known(
                of: repository.id, since: days.lowerBound, until: days.upperBound)
        }
        return await PlanMaker.question(
            PlanMaker.Question(
                repositoryId: repository?.id ?? 0, days: days, source: source, force: force,
                known: known), of: catalog.sources)
    }

    /// Refuses a scrape of a source that costs money and may not cost as much.
    ///
    /// What cannot be asked now is asked again when the job is planned.
    /// - Throws: FAILED_PRECONDITION `OVER_BUDGET`.
    func allowSpending(
        on repository: RepositoryRecord?, _ days: ClosedRange<CivilDay>, named source: String,
        force: Bool
    ) async throws {
        guard catalog.sources.first(where: { $0.name == source })?.kind == .warehouse else {
            return
        }
        let question = try await question(about: repository, days, named: source, force: force)
        guard let option = question.options.first, option.failure == nil,
            let refusal = option.offer.refusal
        else { return }
        throw RPCError(.failedPrecondition, refusal, reason: "OVER_BUDGET")
    }

    func getBudget(_ request: GetBudgetRequest, context: CallContext) async throws -> Budget {
        try await answering {
            let spent = try await store.spent()
            let queued = try await store.queuedCost()
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
                queuedJobs: UInt64(clamping: queued.jobs),
                queuedBytes: UInt64(clamping: queued.bytes),
                queuedMicroUsd: UInt64(clamping: queued.microUSD))
        }
    }

    private static func price(_ bytes: Int64) -> UInt64 {
        UInt64(clamping: BigQueryPrice.microUSD(bytes))
    }
}
