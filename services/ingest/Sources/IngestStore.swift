import Postgres
import ServiceHost
import ServiceKit

/// The service's way to its schema: each function one transaction, with the log lines it tells of.
struct IngestStore: Sendable {
    /// The channel on which jobs that changed are announced, by id: a hint, after the commit.
    static let jobChannel = "ingest_jobs"
    /// The channel on which jobs are announced that callers changed: workers listen to it.
    static let orderChannel = "ingest_orders"
    /// What a statement of ours may take at most, unless the caller has less.
    static let deadline: Duration = .seconds(10)

    let pool: PostgresPool
    let logger: Logger

    /// Runs a transaction; what it throws rolls it back.
    /// - Throws: `IngestError`.
    func write<T: Sendable>(
        within deadline: Duration = deadline,
        _ body: @escaping @Sendable (PostgresConnection) throws -> T
    ) async throws -> T {
        try await Self.translating {
            try await pool.transaction(deadline: deadline) { connection in try body(connection) }
        }
    }

    /// Runs statements that only read.
    /// - Throws: `IngestError`.
    func read<T: Sendable>(
        within deadline: Duration = deadline,
        _ body: @escaping @Sendable (PostgresConnection) throws -> T
    ) async throws -> T {
        try await Self.translating {
            try await pool.withConnection(deadline: deadline) { connection in
                try body(connection)
            }
        }
    }

    /// Nothing of the database's errors leaves the stores but whether waiting may help.
    private static func translating<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let error as PostgresError {
            throw IngestError(
                error.isRetryable || error.isUnavailable ? .unavailable : .corrupt,
                error.message)
        }
    }

    /// Writes lines about a job; the last thing of a transaction, for their numbers are locked.
    static func tell(
        _ lines: [JobLine], of job: JobRecord, in connection: PostgresConnection
    ) throws {
        try LogStore.append(
            lines.map { line in
                LogRecord(
                    level: line.level, message: line.message, job: job.id,
                    repository: job.repository, fields: line.fields)
            }, in: connection)
    }

    /// Announces what was committed. Nothing is lost when it fails: readers look every 2 s.
    func announce(jobs: [String] = [], orders: Bool = false, days: Bool = false) async {
        var notices = jobs.map { [Self.jobChannel, $0] }
        if orders { notices += jobs.map { [Self.orderChannel, $0] } }
        if days { notices.append([FeedStore.channel, ""]) }
        guard !notices.isEmpty else { return }
        let (channels, ids) = (notices.map { $0[0] }, notices.map { $0[1] })
        do {
            try await read { connection in
                _ = try connection.query(
                    """
                    select pg_notify(channel, id)
                    from unnest($1::text[], $2::text[]) as notice (channel, id)
                    """, [.stringArray(channels), .stringArray(ids)])
            }
        } catch {
            logger.debug("a change could not be announced", ["error": "\(error)"])
        }
    }
}

/// A line of a job's durable log.
struct JobLine: Hashable, Sendable {
    var level: LogLevel
    var message: String
    var fields: [String: String] = [:]
}
