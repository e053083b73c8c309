import Postgres
import ServiceKit
import TallyAPI

/// What a worker does to the jobs it holds: every write behind the fence of its attempt.
extension IngestStore {
    /// Takes jobs that are due, up to `limit`.
    func claim(by owner: String, limit: Int) async throws -> [JobClaim] {
        var claims: [JobClaim] = []
        while claims.count < limit {
            guard let claim = try await write({ try JobStore.claim(by: owner, in: $0) }) else {
                break
            }
            claims.append(claim)
        }
        await announce(jobs: claims.map(\.job.id))
        return claims
    }

    /// Ends the leases of processes of this machine that died.
    /// - Returns: how many jobs are free again.
    func freeJobsOfTheDead(seenBy me: String) async throws -> Int {
        let holders = try await read { try JobStore.leaseHolders(in: $0) }
        var freed = 0
        for holder in holders where LeaseOwner.isGone(holder, seenBy: me) {
            freed += try await write { try JobStore.endLeases(of: holder, in: $0) }
        }
        return freed
    }

    /// Renews leases; returns the jobs that are still this worker's.
    func renew(_ claims: [JobClaim]) async throws -> Set<String> {
        guard !claims.isEmpty else { return [] }
        return try await write { try JobStore.renew(claims, in: $0) }
    }

    /// What a plan needs to know.
    struct Known: Sendable {
        var covered: [DayPlan.Covered]
        var names: [String]
    }

    func known(
        of repositoryId: Int64, since: CivilDay, until: CivilDay
    ) async throws -> Known {
        try await read { connection in
            let names = try NameStore.all(of: [repositoryId], in: connection)
            return Known(
                covered: try CoverageStore.covered(
                    repositoryId, since: since, until: until, in: connection),
                names: names[repositoryId]?.map(\.name) ?? [])
        }
    }

    func known(for claim: JobClaim) async throws -> Known {
        let job = claim.job
        return try await known(of: job.repositoryId, since: job.since, until: job.until)
    }

    /// The plan is made: these days are to be read.
    func planned(_ claim: JobClaim, _ plan: ScrapePlan, progress: JobProgress) async throws {
        try await keep(plan, of: claim, [.planned], progress)
    }

    /// What was read calls for more: these days are to be read, too.
    func replanned(_ claim: JobClaim, _ plan: ScrapePlan, progress: JobProgress) async throws {
        try await keep(plan, of: claim, [], progress)
    }

    private func keep(
        _ plan: ScrapePlan, of claim: JobClaim, _ events: [JobMachine.Event],
        _ progress: JobProgress
    ) async throws {
        let asked = Int(claim.job.until.rawValue - claim.job.since.rawValue) + 1
        try await write { connection in
            let job = try JobStore.advance(claim, events, progress: progress, in: connection)
            try JobStore.keepPlan(
                plan.lines, of: job.id, continues: events.isEmpty, in: connection)
            try JobStore.keepCost(plan.legs, of: job.id, in: connection)
            try Self.tell(JobLine.planned(plan, of: asked), of: job, in: connection)
        }
        await announce(jobs: [claim.job.id])
    }

    /// Writes a line about a job that this worker holds.
    func tell(_ line: JobLine, of claim: JobClaim) async throws {
        try await write { try Self.tell([line], of: claim.job, in: $0) }
    }

    /// Stores a day of a job: all of it or nothing.
    func store(
        _ day: DayStore.Day, for claim: JobClaim, progress: JobProgress
    ) async throws -> DayStore.Outcome {
        let outcome = try await write { connection in
            try Self.store(day, for: claim, progress: progress, in: connection)
        }
        await announce(jobs: [claim.job.id], days: outcome.change != nil)
        return outcome
    }

    static func store(
        _ day: DayStore.Day, for claim: JobClaim, progress: JobProgress,
        in connection: PostgresConnection
    ) throws -> DayStore.Outcome {
        // The fence first: it holds the job's row to the end, so that no two writers of one
        // repository meet.
        _ = try JobStore.advance(
            claim, [.dayFinished(change: nil)], progress: progress, in: connection)
        let outcome = try DayStore.replace(day, in: connection)
        let job = try JobStore.advance(
            claim, [.dayFinished(change: outcome.change)], progress: progress, in: connection)
        let line = JobLine.day(
            day.day, events: day.coverage.events, contributors: outcome.contributors,
            coverage: day.coverage)
        try tell([line], of: job, in: connection)
        return outcome
    }

    /// Stores how far a job is between two days.
    func save(_ progress: JobProgress, of claim: JobClaim) async throws {
        try await write { connection in
            _ = try JobStore.advance(claim, [], progress: progress, in: connection)
        }
        await announce(jobs: [claim.job.id])
    }

    /// All days are stored: the job is completed when the boards show them already.
    func finish(_ claim: JobClaim, progress: JobProgress) async throws -> JobRecord {
        let job = try await write { connection in
            let last = try FeedStore.lastChange(
                of: claim.job.repositoryId, since: claim.job.since, until: claim.job.until,
                in: connection)
            let published = try FollowerStore.published(in: connection)
            let job = try JobStore.advance(
                claim, [.dayFinished(change: last), .fetched(published: published)],
                progress: progress, in: connection)
            try Self.tell([.fetched(job)], of: job, in: connection)
            return job
        }
        await announce(jobs: [claim.job.id])
        return job
    }

    /// The job cannot go on: it waits for its next try, or fails for good.
    func fail(_ claim: JobClaim, _ failure: JobFailure) async throws {
        try await write { connection in
            let job = try JobStore.advance(
                claim, [.failed(canPass: failure.canPass)], error: failure, in: connection)
            try Self.tell([.failed(job, failure)], of: job, in: connection)
        }
        await announce(jobs: [claim.job.id])
    }

    /// Hands a job back, for the next worker to take at once.
    func release(_ claim: JobClaim) async throws {
        try await write { connection in
            let job = try JobStore.advance(claim, [.released], in: connection)
            try Self.tell([.released()], of: job, in: connection)
        }
        await announce(jobs: [claim.job.id])
    }

    func countBytes(_ bytes: UInt64) async throws {
        try await write { try StatsStore.add(bytes: Int64(clamping: bytes), in: $0) }
    }
}
