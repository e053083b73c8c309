import Postgres
import ServiceKit
import TallyAPI

/// What callers do to jobs.
extension IngestStore {
    /// Queues a job or finds the active one; nil when the repository is not tracked.
    func submit(
        _ submission: JobStore.Submission
    ) async throws -> (job: JobRecord, created: Bool)? {
        let result = try await write { connection in
            try Self.submit(submission, in: connection)
        }
        if let result, result.created { await announce(jobs: [result.job.id], orders: true) }
        return result
    }

    /// The same inside a transaction.
    static func submit(
        _ submission: JobStore.Submission, in connection: PostgresConnection
    ) throws -> (job: JobRecord, created: Bool)? {
        guard let result = try JobStore.submit(submission, in: connection) else { return nil }
        if result.created {
            try tell([.queued(result.job)], of: result.job, in: connection)
        }
        return result
    }

    func job(_ id: String) async throws -> JobRecord? {
        try await read { try JobStore.find(id, in: $0) }
    }

    func jobs(
        _ filter: JobListStore.Filter, offset: Int64, limit: Int64
    ) async throws -> (jobs: [JobRecord], total: Int64) {
        try await read { connection in
            try JobListStore.page(filter, offset: offset, limit: limit, in: connection)
        }
    }

    /// Cancels a job, unless it has ended. The worker that has it finds out by its fence.
    func cancel(_ id: String) async throws -> JobRecord? {
        let result = try await write { try Self.cancel(id, in: $0) }
        await announce(jobs: [id], orders: true, days: result?.coverageChanged == true)
        return result?.job
    }

    private static func cancel(
        _ id: String, in connection: PostgresConnection
    ) throws -> (job: JobRecord, coverageChanged: Bool)? {
        guard let result = try JobStore.change(id, .cancelled, in: connection) else { return nil }
        guard result.changed else { return (result.job, false) }
        let changed = try refreshFace(of: result.job.repositoryId, in: connection)
        try tell([.cancelled(result.job)], of: result.job, in: connection)
        return (result.job, changed)
    }

    /// What a retry answers.
    enum Retry: Sendable {
        case queued(JobRecord)
        /// It is queued or running anyway.
        case unchanged(JobRecord)
        /// It completed: there is nothing to try again.
        case completed
        /// Another job of the repository is active.
        case occupied(by: String)
        /// No such job, or its repository is no longer tracked.
        case unknown
    }

    /// Queues a failed or cancelled job again; it goes on where it stopped.
    func retry(_ id: String) async throws -> Retry {
        let result = try await write { try Self.retry(id, in: $0) }
        if case .queued = result { await announce(jobs: [id], orders: true) }
        return result
    }

    private static func retry(_ id: String, in connection: PostgresConnection) throws -> Retry {
        guard let job = try JobStore.find(id, in: connection),
            try RepositoryStore.lock(job.repositoryId, in: connection)
        else { return .unknown }
        if job.machine.state == .completed { return .completed }
        if let active = try JobStore.active(of: job.repositoryId, in: connection),
            active.id != id
        {
            return .occupied(by: active.id)
        }
        guard let result = try JobStore.change(id, .retried, in: connection) else {
            return .unknown
        }
        guard result.changed else { return .unchanged(result.job) }
        try tell([.retried(result.job)], of: result.job, in: connection)
        return .queued(result.job)
    }

    /// Renumbers a repository whose name or coverage its followers see differently now.
    static func refreshFace(
        of repositoryId: Int64, in connection: PostgresConnection
    ) throws -> Bool {
        guard let face = try DayStore.changedFace(of: repositoryId, in: connection) else {
            return false
        }
        let change = try FeedStore.takeNumbers(1, in: connection)
        try RepositoryStore.write(face, of: repositoryId, change: change, in: connection)
        return true
    }

    func stats() async throws -> IngestStats {
        try await read { try StatsStore.read(in: $0) }
    }
}
