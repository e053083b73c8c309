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
            let plan = await makePlan(of: claim.job, known)
            let progress = Self.progress(of: claim.job, missing: plan.days.count)
            try await store.planned(claim, plan, progress: progress)
            held[claim.job.id] = Held(
                claim: claim, names: known.names, plan: plan, progress: progress,
                leaseEnds: leaseEnds)
            if plan.legs.isEmpty { await finish(claim.job.id) }
        } catch let failure as JobFailure {
            await giveUp(claim, failure)
        } catch {
            logger.warning(
                "a job could not be planned", ["job": claim.job.id, "error": "\(error)"])
        }
    }

    /// A leg is done. What was read may show days that a better source should read again.
    func goOn(_ id: String) async {
        guard let job = held[id], job.plan.legs.isEmpty else { return }
        do {
            let known = try await store.known(for: job.claim)
            var plan = await makePlan(of: job.claim.job, known)
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
            message: "the source \(name) is not configured", canPass: false)
    }

    private static let tooManyAttempts = JobFailure(
        code: "too_many_attempts", message: "its worker was lost too often", canPass: false)

    private func makePlan(of job: JobRecord, _ known: IngestStore.Known) async -> ScrapePlan {
        let isAuto = job.source == SourcePlanner.auto
        var options: [SourcePlanner.Option] = []
        for name in SourceRank.best {
            guard let source = sources[name], isAuto || name == job.source else { continue }
            var option = SourcePlanner.Option(source: name)
            for day in known.covered
            where day.source == name && day.jobId != job.id && day.isWhole && !job.force {
                option.fingerprints[day.day] = await source.fingerprint(of: day.day)
            }
            if isAuto { option.offer = await offer(of: source, for: job, known.names) }
            options.append(option)
        }
        return SourcePlanner.plan(
            SourcePlanner.Question(
                since: job.since, until: job.until, jobId: job.id, source: job.source,
                force: job.force, covered: known.covered, options: options))
    }

    /// What a source would take; a slow one is left out, so that it holds up no other job.
    private func offer(
        of source: any Source, for job: JobRecord, _ names: [String]
    ) async -> SourceOffer {
        let slow = SourceOffer(refusal: "it does not answer in time")
        if let until = slowUntil[source.name], now() < until { return slow }
        let days = (job.since.rawValue...job.until.rawValue).map(CivilDay.init(rawValue:))
        let target = ScanTarget(repositoryId: job.repositoryId, names: names, days: days)
        let limit = configuration.offer
        let answer = await withTaskGroup(of: SourceOffer?.self) { group in
            group.addTask {
                do { return try await source.offer(for: target) } catch let failure as JobFailure {
                    return SourceOffer(refusal: failure.message)
                } catch {
                    return SourceOffer(refusal: "it could not be asked")
                }
            }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return nil }
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let answer else {
            slowUntil[source.name] = now() + configuration.offerPause
            return slow
        }
        return answer
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
