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
            let isAuto = claim.job.source == SourcePlanner.auto
            guard isAuto ? !sources.isEmpty : sources[claim.job.source] != nil else {
                throw Self.noSource(claim.job.source)
            }
            let known = try await store.known(for: claim)
            held[claim.job.id] = Held(
                claim: claim, names: known.names, plan: ScrapePlan(),
                progress: claim.job.progress, leaseEnds: leaseEnds, claimedAt: now(),
                isPlanned: false)
            // Sources that must be asked first are asked beside: nobody else waits for them.
            if isAuto || sources[claim.job.source]?.kind == .warehouse {
                Task { await begin(claim, known) }
            } else {
                await begin(claim, known)
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

    /// Makes the plan, keeps it, and lets the job be read.
    private func begin(_ claim: JobClaim, _ known: IngestStore.Known) async {
        let id = claim.job.id
        do {
            let plan = try await makePlan(of: claim.job, known)
            guard held[id]?.claim.attempt == claim.attempt else { return }
            let progress = Self.progress(of: claim.job, missing: plan.days.count)
            try await store.planned(claim, plan, progress: progress)
            guard held[id]?.claim.attempt == claim.attempt else { return }
            held[id]?.plan = plan
            held[id]?.progress = progress
            held[id]?.isPlanned = true
            if plan.legs.isEmpty { await finish(id) }
            wake()
        } catch let failure as JobFailure {
            guard held[id]?.claim.attempt == claim.attempt else { return }
            await giveUp(claim, failure)
        } catch {
            put(claim, because: error)
        }
    }

    /// A leg is done. What was read may show days that a better source should read again.
    func goOn(_ id: String) async {
        guard let job = held[id], job.plan.legs.isEmpty else { return }
        do {
            let known = try await store.known(for: job.claim)
            var plan = try await makePlan(of: job.claim.job, known)
            // Why a better source was left out was told with the first plan.
            plan.notes = []
            guard !plan.legs.isEmpty else { return await finish(id) }
            guard held[id]?.claim.attempt == job.claim.attempt else { return }
            try await store.replanned(job.claim, plan, progress: job.progress)
            held[id]?.plan = plan
        } catch {
            drop(id, because: "it could not be planned: \(error)")
        }
    }

    static func noSource(_ name: String) -> JobFailure {
        JobFailure(
            code: "source_not_configured",
            message: "the source \(name) is not configured: \(SourceCatalog.remedy(name))",
            canPass: false)
    }

    private static let tooManyAttempts = JobFailure(
        code: "too_many_attempts", message: "its worker was lost too often", canPass: false)

    /// - Throws: `JobFailure` when the source that the job names costs more than is allowed, or
    ///   cannot say what it costs.
    private func makePlan(
        of job: JobRecord, _ known: IngestStore.Known
    ) async throws -> ScrapePlan {
        let isAuto = job.source == SourcePlanner.auto
        let question = await PlanMaker.question(
            PlanMaker.Question(
                repositoryId: job.repositoryId, days: job.since...job.until, jobId: job.id,
                source: job.source, force: job.force, known: known,
                limit: configuration.offer,
                silent: Set(slowUntil.filter { now() < $0.value }.keys)),
            of: Array(sources.values),
            isPriced: isAuto || sources[job.source]?.kind == .warehouse)
        for option in question.options where option.isSlow {
            slowUntil[option.source] = now() + configuration.offerPause
        }
        if !isAuto, let option = question.options.first {
            if let failure = option.failure { throw failure }
            if let refusal = option.offer.refusal {
                throw JobFailure(code: "over_budget", message: refusal, canPass: false)
            }
        }
        return SourcePlanner.plan(question)
    }

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
