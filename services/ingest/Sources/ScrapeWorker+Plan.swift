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
            let known = try await store.known(for: claim)
            let days = await missingDays(of: claim.job, known: known.covered, in: source)
            let progress = Self.progress(of: claim.job, missing: days.count)
            try await store.planned(claim, days: days, progress: progress)
            held[claim.job.id] = Held(
                claim: claim, names: known.names, pending: days, progress: progress,
                leaseEnds: leaseEnds)
            if days.isEmpty { await finish(claim.job.id) }
        } catch let failure as JobFailure {
            await giveUp(claim, failure)
        } catch {
            logger.warning(
                "a job could not be planned", ["job": claim.job.id, "error": "\(error)"])
        }
    }

    static func noSource(_ name: String) -> JobFailure {
        JobFailure(
            code: "source_not_configured",
            message: "the source \(name) is not configured", canPass: false)
    }

    private static let tooManyAttempts = JobFailure(
        code: "too_many_attempts", message: "its worker was lost too often", canPass: false)

    private func missingDays(
        of job: JobRecord, known: [DayPlan.Covered], in source: any Source
    ) async -> [CivilDay] {
        var fingerprints: [CivilDay: [UInt8]] = [:]
        for day in known where day.jobId != job.id && day.isWhole && !job.force {
            fingerprints[day.day] = await source.fingerprint(of: day.day)
        }
        return DayPlan.days(
            since: job.since, until: job.until, jobId: job.id, source: job.source,
            force: job.force, covered: known, fingerprints: fingerprints)
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
