import ServiceKit
import TallyAPI

/// Claiming and planning.
extension ScrapeWorker {
    /// Takes what is due and plans it.
    func claim() async {
        let room = configuration.jobs - held.count
        guard room > 0 else { return }
        let asked = now()
        do {
            for claim in try await store.claim(by: configuration.owner, limit: room) {
                await plan(claim, leaseEnds: leaseEnd(from: asked))
            }
        } catch {
            logger.warning("jobs could not be claimed", ["error": "\(error)"])
        }
    }

    private func plan(_ claim: JobClaim, leaseEnds: ContinuousClock.Instant) async {
        do {
            guard claim.attempt <= JobMachine.attemptLimit else { throw Self.tooManyAttempts }
            guard let source = sources[claim.job.source] else {
                throw Self.noSource(claim.job.source)
            }
            let job = claim.job
            let known = try await store.known(
                of: job.repositoryId, since: job.since, until: job.until)
            let days = await PlanMaker.missingDays(
                since: job.since, until: job.until, jobId: job.id, force: job.force,
                known: known.covered, in: source)
            let progress = Self.progress(of: job, missing: days.count)
            held[job.id] = Held(
                claim: claim, names: known.names, pending: [], progress: progress,
                leaseEnds: leaseEnds, claimedAt: now())
            switch source.kind {
            case .folder, .web: await begin(claim, days, in: source)
            // These are asked for a price first: nobody else waits for their answer.
            case .warehouse, .api: Task { await begin(claim, days, in: source) }
            }
        } catch let failure as JobFailure {
            await giveUp(claim, failure)
        } catch {
            put(claim, because: error)
        }
    }

    private func put(_ claim: JobClaim, because error: any Error) {
        if held[claim.job.id]?.claim.attempt == claim.attempt { held[claim.job.id] = nil }
        logger.warning("a job could not be planned", ["job": claim.job.id, "error": "\(error)"])
    }

    /// Prices the days, keeps the plan, and lets the job be read; refuses before anything is spent.
    private func begin(_ claim: JobClaim, _ days: [CivilDay], in source: any Source) async {
        let job = claim.job
        do {
            let target = ScanTarget(
                repositoryId: job.repositoryId, names: held[job.id]?.names ?? [], days: days)
            let estimate = try await source.estimate(target)
            if let refusal = estimate.refusal, !days.isEmpty {
                throw JobFailure(code: "over_budget", message: refusal, canPass: false)
            }
            guard let mine = held[job.id], mine.claim.attempt == claim.attempt else { return }
            let offer = SourcePlanner.Offer(
                name: source.name, kind: source.kind, daysMissing: days.count, estimate: estimate)
            let plan = ScrapePlan(
                SourcePlanner([offer], wasNamed: true), days: job.since...job.until)
            try await store.planned(claim, days: days, progress: mine.progress, plan: plan)
            guard held[job.id]?.claim.attempt == claim.attempt else { return }
            held[job.id]?.pending = days
            if days.isEmpty { await finish(job.id) }
            wake()
        } catch let failure as JobFailure {
            await giveUp(claim, failure)
        } catch {
            put(claim, because: error)
        }
    }

    static func noSource(_ name: String) -> JobFailure {
        JobFailure(
            code: "source_not_configured",
            message: "the source \(name) is not configured: set "
                + (SourceCatalog.variables[name] ?? "TALLY_SOURCES"), canPass: false)
    }

    private static let tooManyAttempts = JobFailure(
        code: "too_many_attempts", message: "its worker was lost too often", canPass: false)

    /// Progress as it stands when a plan is made: what is covered counts as done.
    static func progress(of job: JobRecord, missing: Int) -> JobProgress {
        let asked = job.until.rawValue - job.since.rawValue + 1
        var progress = job.progress
        progress.daysTotal = UInt32(asked)
        progress.daysDone = UInt32(Int(asked) - missing)
        progress.hoursTotal = UInt32(asked) * 24
        progress.hoursDone = progress.daysDone * 24
        return progress
    }

    /// All its days are stored.
    func finish(_ id: String) async {
        guard let job = held.removeValue(forKey: id) else { return }
        do {
            _ = try await retrying(until: job.leaseEnds) { [store] in
                try await store.finish(job.claim, progress: job.progress)
            }
        } catch {
            logger.warning("a job could not be finished", ["job": id, "error": "\(error)"])
        }
    }

    /// Writes down why a job does not go on.
    func giveUp(_ claim: JobClaim, _ failure: JobFailure) async {
        held[claim.job.id] = nil
        do { try await store.fail(claim, failure) } catch {
            logger.warning(
                "a failure could not be stored",
                ["job": claim.job.id, "cause": failure.message, "error": "\(error)"])
        }
    }
}
