import ServiceKit
import TallyAPI

/// Asks sources what a scrape would take, and lets the planner pick. Starts nothing.
struct PlanMaker: Sendable {
    let store: IngestStore

    /// What is asked for; of a repository that nobody tracks no day is covered.
    struct Question: Sendable {
        var repository: RepositoryRecord?
        var days: ClosedRange<CivilDay>
        var force: Bool
        /// The caller named the one source.
        var wasNamed: Bool
    }

    /// - Parameter sources: in the order of accuracy.
    func plan(_ question: Question, among sources: [any Source]) async throws -> ScrapePlan {
        var known = IngestStore.Known(covered: [], names: [])
        if let repository = question.repository {
            known = try await store.known(
                of: repository.id, since: question.days.lowerBound,
                until: question.days.upperBound)
        }
        let facts = known
        // Each answers within seconds; together they take as long as the slowest.
        let offers = try await withThrowingTaskGroup(
            of: (Int, SourcePlanner.Offer).self
        ) { group in
            for (index, source) in sources.enumerated() {
                group.addTask { (index, try await self.offer(question, facts, of: source)) }
            }
            var offers: [(Int, SourcePlanner.Offer)] = []
            for try await offer in group { offers.append(offer) }
            return offers.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return ScrapePlan(
            SourcePlanner(offers, wasNamed: question.wasNamed), days: question.days)
    }

    private func offer(
        _ question: Question, _ known: IngestStore.Known, of source: any Source
    ) async throws -> SourcePlanner.Offer {
        let days = await Self.missingDays(
            since: question.days.lowerBound, until: question.days.upperBound, jobId: "",
            force: question.force, known: known.covered, in: source)
        var offer = SourcePlanner.Offer(
            name: source.name, kind: source.kind, daysMissing: days.count)
        let target = ScanTarget(
            repositoryId: question.repository?.id ?? 0, names: known.names, days: days)
        do { offer.estimate = try await source.estimate(target) } catch let failure as JobFailure {
            offer.failure = failure.message
        }
        return offer
    }

    /// The days that a source would have to read.
    static func missingDays(
        since: CivilDay, until: CivilDay, jobId: String, force: Bool, known: [DayPlan.Covered],
        in source: any Source
    ) async -> [CivilDay] {
        var fingerprints: [CivilDay: [UInt8]] = [:]
        for day in known where day.jobId != jobId && day.isWhole && !force {
            fingerprints[day.day] = await source.fingerprint(of: day.day)
        }
        return DayPlan.days(
            since: since, until: until, jobId: jobId, source: source.name, force: force,
            covered: known, fingerprints: fingerprints)
    }
}
