import ServiceKit

/// Asks sources what a scrape would take, and lets the planner pick. Starts nothing.
enum PlanMaker {
    /// What is asked for; of a repository that nobody tracks no day is covered.
    struct Question: Sendable {
        var repositoryId: Int64
        var days: ClosedRange<CivilDay>
        var jobId = ""
        /// A source's name, or `SourcePlanner.auto`.
        var source: String
        var force: Bool
        var known: IngestStore.Known
        /// What a source may take to answer.
        var limit: Duration = .seconds(8)
        /// Sources that did not answer in time a moment ago: they are not asked.
        var silent: Set<String> = []
    }

    private static let slow = JobFailure(
        code: "source_slow", message: "it does not answer in time", canPass: true)

    /// What the planner is asked: every source with what it offers, best first.
    ///
    /// Sources answer within seconds; together they take as long as the slowest.
    /// - Parameter isPriced: false: nobody is asked for an offer.
    static func question(
        _ question: Question, of sources: [any Source], isPriced: Bool = true
    ) async -> SourcePlanner.Question {
        let isAuto = question.source == SourcePlanner.auto
        let asked = sources.filter { isAuto || $0.name == question.source }
        let options = await withTaskGroup(of: SourcePlanner.Option.self) { group in
            for source in asked {
                group.addTask { await option(source, question, isPriced) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return SourcePlanner.Question(
            since: question.days.lowerBound, until: question.days.upperBound,
            jobId: question.jobId, source: question.source, force: question.force,
            covered: question.known.covered,
            options: options.sorted {
                SourceRank.place($0.source) < SourceRank.place($1.source)
            })
    }

    private static func option(
        _ source: any Source, _ question: Question, _ isPriced: Bool
    ) async -> SourcePlanner.Option {
        var option = SourcePlanner.Option(source: source.name, kind: source.kind)
        for day in question.known.covered
        where day.source == source.name && day.jobId != question.jobId && day.isWhole
            && !question.force
        {
            option.fingerprints[day.day] = await source.fingerprint(of: day.day)
        }
        guard isPriced else { return option }
        let days = DayPlan.days(
            since: question.days.lowerBound, until: question.days.upperBound,
            jobId: question.jobId, source: source.name, force: question.force,
            covered: question.known.covered, fingerprints: option.fingerprints)
        guard !days.isEmpty else { return option }
        let target = ScanTarget(
            repositoryId: question.repositoryId, names: question.known.names, days: days)
        var failure: JobFailure? = slow
        if !question.silent.contains(source.name) {
            switch await answer(of: source, target, within: question.limit) {
            case .success(let offer): (option.offer, failure) = (offer, nil)
            case .failure(let why): failure = why
            case nil: option.isSlow = true
            }
        }
        option.failure = failure
        if let failure { option.offer.refusal = failure.message }
        return option
    }

    /// nil = not in time.
    private static func answer(
        of source: any Source, _ target: ScanTarget, within limit: Duration
    ) async -> Result<SourceOffer, JobFailure>? {
        await withTaskGroup(of: Result<SourceOffer, JobFailure>?.self) { group in
            group.addTask {
                do {
                    return .success(try await source.offer(for: target))
                } catch let failure as JobFailure {
                    return .failure(failure)
                } catch {
                    return .failure(
                        JobFailure(
                            code: "internal", message: "it could not be asked", canPass: true))
                }
            }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return nil }
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
