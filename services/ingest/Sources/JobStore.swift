import Postgres
import ServiceHost
import ServiceKit
import TallyAPI

/// The jobs: `scrape_jobs`, one row each (pipeline.md section 2).
///
/// Every function works inside the caller's transaction. All clocks are the database's.
enum JobStore {
    /// Seconds a lease lasts unless it is renewed.
    static let leaseSeconds = 60

    static let columns = """
        j.id::text as id, j.repository_id, r.name as repository, \
        (j.since - date '1970-01-01') as since, (j.until - date '1970-01-01') as until, \
        j.source, j.force, j.status, j.phase, j.attempt, j.failures, j.last_change, j.progress, \
        coalesce(j.plan, ''::bytea) as plan, \
        coalesce(j.error_code, '') as error_code, coalesce(j.error_text, '') as error_text, \
        (extract(epoch from j.created_at) * 1000000)::bigint as created_us, \
        coalesce((extract(epoch from j.started_at) * 1000000)::bigint, 0) as started_us, \
        coalesce((extract(epoch from j.finished_at) * 1000000)::bigint, 0) as finished_us
        """
    static let tables = "scrape_jobs j join repositories r on r.id = j.repository_id"

    /// A job to put into the queue.
    struct Submission: Sendable {
        var id: String
        var repositoryId: Int64
        var since: CivilDay
        var until: CivilDay
        var source: String
        var force: Bool
    }

    /// Queues a job, or finds the one that is active already: one INSERT decides, without a race.
    /// - Returns: the job, and whether it is this one; nil when the repository is not tracked.
    static func submit(
        _ new: Submission, in connection: PostgresConnection
    ) throws -> (job: JobRecord, created: Bool)? {
        // The active job may end between the two statements; then there is room for this one.
        for _ in 0..<10 {
            if try insert(new, in: connection) {
                return try find(new.id, in: connection).map { ($0, true) }
            }
            if let job = try active(of: new.repositoryId, in: connection) { return (job, false) }
            guard try isTracked(new.repositoryId, in: connection) else { return nil }
        }
        throw IngestError(.busy, "the repository's jobs change too quickly")
    }

    private static func insert(_ new: Submission, in connection: PostgresConnection) throws -> Bool
    {
        try connection.execute(
            """
            insert into scrape_jobs (id, repository_id, since, until, source, force, status)
            select $1::uuid, id, date '1970-01-01' + $3::int, date '1970-01-01' + $4::int,
                   $5, $6, 'queued'
            from (select id from repositories where id = $2 and removed_at is null for share) r
            on conflict (repository_id) where status in ('queued', 'running') do nothing
            """,
            [
                .string(new.id), .int64(new.repositoryId), .int32(new.since.rawValue),
                .int32(new.until.rawValue), .string(new.source), .bool(new.force),
            ]) > 0
    }

    private static func isTracked(_ id: Int64, in connection: PostgresConnection) throws -> Bool {
        try !connection.query(
            "select 1 from repositories where id = $1 and removed_at is null", [.int64(id)]
        ).isEmpty
    }

    /// The queued or running job of a repository.
    static func active(
        of repositoryId: Int64, in connection: PostgresConnection
    ) throws -> JobRecord? {
        try connection.query(
            """
            select \(columns) from \(tables)
            where j.repository_id = $1 and j.status in ('queued', 'running')
            """, [.int64(repositoryId)]
        ).first.map(record)
    }

    /// A job by its id, which must be a UUID; with `locked` nobody else changes it meanwhile.
    static func find(
        _ id: String, locked: Bool = false, in connection: PostgresConnection
    ) throws -> JobRecord? {
        try connection.query(
            """
            select \(columns) from \(tables) where j.id = $1::uuid \
            \(locked ? "for update of j" : "")
            """, [.string(id)]
        ).first.map(record)
    }

    /// Takes the next job that is due, or one whose lease has run out; nil when there is none.
    static func claim(
        by owner: String, in connection: PostgresConnection
    ) throws -> JobClaim? {
        let rows = try connection.query(
            """
            with next as (
              select id from scrape_jobs
              where (status = 'queued' and run_after <= now()) or lease_until < now()
              order by run_after for update skip locked limit 1)
            update scrape_jobs j
            set status = 'running', phase = 'planning', attempt = attempt + 1, leased_by = $1,
                lease_until = now() + make_interval(secs => $2),
                started_at = coalesce(started_at, now()), error_code = null, error_text = null
            from next, repositories r where j.id = next.id and r.id = j.repository_id
            returning \(columns)
            """, [.string(owner), .double(Double(leaseSeconds))])
        return try rows.first.map { JobClaim(job: try record($0)) }
    }

    /// Renews leases. Returns the jobs that are still this worker's.
    static func renew(
        _ claims: [JobClaim], in connection: PostgresConnection
    ) throws -> Set<String> {
        let rows = try connection.query(
            """
            update scrape_jobs j set lease_until = now() + make_interval(secs => $3)
            from unnest($1::text[], $2::int[]) as mine (id, attempt)
            where j.id = mine.id::uuid and j.attempt = mine.attempt
              and j.lease_until is not null
            returning j.id::text as id
            """,
            [
                .stringArray(claims.map(\.job.id)),
                .int32Array(claims.map { Int32(clamping: $0.attempt) }),
                .double(Double(leaseSeconds)),
            ])
        return Set(try rows.map { try $0.string("id") })
    }

    /// Who holds leases.
    static func leaseHolders(in connection: PostgresConnection) throws -> [String] {
        try connection.query(
            """
            select distinct leased_by from scrape_jobs
            where lease_until is not null and leased_by is not null
            """
        ).map { try $0.string("leased_by") }
    }

    /// Ends the leases of somebody who is gone, so that their jobs need not wait.
    static func endLeases(
        of holder: String, in connection: PostgresConnection
    ) throws -> Int {
        try connection.execute(
            """
            update scrape_jobs set lease_until = now() - interval '1 s'
            where leased_by = $1 and lease_until is not null
            """, [.string(holder)])
    }

    /// Lets an event happen to a job that this worker holds.
    /// - Throws: `IngestError` `.leaseLost` when it is another's by now, or has ended.
    static func advance(
        _ claim: JobClaim, _ events: [JobMachine.Event], progress: JobProgress? = nil,
        error: JobFailure? = nil, in connection: PostgresConnection
    ) throws -> JobRecord {
        guard var job = try find(claim.job.id, locked: true, in: connection),
            job.machine.attempt == claim.attempt, job.machine.state.isLeased
        else { throw IngestError(.leaseLost, "the job is no longer this worker's") }
        for event in events where !job.machine.receive(event) {
            throw IngestError(.leaseLost, "the job has moved on")
        }
        // A note from between two days may come behind the day that it was taken before.
        let isLate = events.isEmpty && (progress?.daysDone ?? 0) < job.progress.daysDone
        if let progress, !isLate { job.progress = progress }
        job.errorCode = error?.code ?? ""
        job.errorText = error?.message ?? ""
        return try write(job, in: connection)
    }

    /// Lets somebody who holds no lease change a job; unchanged when it makes no difference.
    static func change(
        _ id: String, _ event: JobMachine.Event, in connection: PostgresConnection
    ) throws -> (job: JobRecord, changed: Bool)? {
        guard var job = try find(id, locked: true, in: connection) else { return nil }
        guard job.machine.receive(event) else { return (job, false) }
        if event == .retried { (job.errorCode, job.errorText) = ("", "") }
        return (try write(job, in: connection), true)
    }

    /// Writes the row, whose lock the caller holds.
    static func write(
        _ job: JobRecord, in connection: PostgresConnection
    ) throws -> JobRecord {
        var progress: [UInt8] = []
        job.progress.encode(into: &progress)
        let state = job.machine.state
        let rows = try connection.query(
            """
            update scrape_jobs j
            set status = $2, phase = $3, failures = $4, last_change = $5, progress = $6,
                error_code = nullif($7, ''), error_text = nullif($8, ''),
                lease_until = case when $9 then coalesce(lease_until, now()) end,
                leased_by = case when $9 then leased_by end,
                run_after = case when $2 = 'queued' then now() + make_interval(secs => $10)
                            else run_after end,
                finished_at = case when $11 then coalesce(finished_at, now()) end
            from repositories r where j.id = $1::uuid and r.id = j.repository_id
            returning \(columns)
            """,
            [
                .string(job.id), .string(state.status), state.phase.map { .string($0) } ?? .null,
                .int32(Int32(clamping: job.machine.failures)),
                job.machine.lastChange.map { .int64($0) } ?? .null, .bytes(progress),
                .string(job.errorCode), .string(job.errorText), .bool(state.isLeased),
                .double(Double(job.machine.runAfter)), .bool(state.hasEnded),
            ])
        guard let row = rows.first else { throw IngestError(.corrupt, "a job's row is gone") }
        return try record(row)
    }

    /// Keeps what a job is to read and from whom, a line each, for people who ask why.
    /// - Parameter continues: the lines of the plan so far stay.
    static func keepPlan(
        _ lines: [String], of id: String, continues: Bool, in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            update scrape_jobs
            set plan = case when $3 then coalesce(plan, ''::bytea) else ''::bytea end || $2
            where id = $1::uuid
            """,
            [
                .string(id), .bytes(Array(lines.map { $0 + "\n" }.joined().utf8)),
                .bool(continues),
            ])
    }

    /// Keeps what a job's plan pays.
    static func keepCost(
        _ legs: [ScrapePlan.Leg], of id: String, in connection: PostgresConnection
    ) throws {
        let paid = legs.filter { $0.microUSD > 0 }
        try connection.execute(
            """
            update scrape_jobs set planned_bytes = $2, planned_micro_usd = $3
            where id = $1::uuid
            """,
            [
                .string(id), .int64(Int64(clamping: paid.reduce(0) { $0 + $1.bytes })),
                .int64(paid.reduce(0) { $0 + $1.microUSD }),
            ])
    }

    /// Reads a row that has `columns`.
    static func record(_ row: PostgresRow) throws -> JobRecord {
        guard
            let state = JobState(
                status: try row.string("status"), phase: try row.optionalString("phase"))
        else { throw IngestError(.corrupt, "a job's row names no state") }
        let progress = try row.optionalBytes("progress") ?? []
        return JobRecord(
            id: try row.string("id"), repositoryId: try row.int64("repository_id"),
            repository: try row.string("repository"),
            since: CivilDay(rawValue: try row.int32("since")),
            until: CivilDay(rawValue: try row.int32("until")),
            source: try row.string("source"), force: try row.bool("force"),
            machine: JobMachine(
                state: state, attempt: Int(try row.int32("attempt")),
                failures: Int(try row.int32("failures")),
                lastChange: try row.optionalInt64("last_change")),
            progress: try progress.withUnsafeBytes { try JobProgress(decoding: $0) },
            plan: String(decoding: try row.bytes("plan"), as: UTF8.self)
                .split(separator: "\n").map(String.init),
            errorCode: try row.string("error_code"), errorText: try row.string("error_text"),
            createdUs: try row.int64("created_us"), startedUs: try row.int64("started_us"),
            finishedUs: try row.int64("finished_us"))
    }
}
