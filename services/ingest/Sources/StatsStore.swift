import Postgres
import TallyAPI

/// Totals over everything that is tracked.
enum StatsStore {
    static func read(in connection: PostgresConnection) throws -> IngestStats {
        let rows = try connection.query(
            """
            select (select count(*) from repositories where removed_at is null) as repositories,
                   (select coalesce(sum(events), 0) from coverage_days)::bigint as events,
                   (select value from totals where name = 'bytes_read') as bytes,
                   exists (select 1 from repositories
                           where removed_at is null and demonstration) as demonstration
            """, [])
        guard let row = rows.first else { return IngestStats() }
        let counts = try JobListStore.counts(in: connection)
        let states: [JobState] = [
            .queued, .running(.planning), .completed, .failed, .cancelled,
        ]
        return IngestStats(
            repositories: UInt64(clamping: try row.int64("repositories")),
            events: UInt64(clamping: try row.int64("events")),
            bytes: UInt64(clamping: try row.int64("bytes")),
            jobs: states.map { state in
                JobCount(
                    status: state.apiStatus,
                    count: UInt64(clamping: counts[state.status] ?? 0))
            },
            demonstration: try row.bool("demonstration"))
    }

    /// Adds compressed bytes read by a scan.
    static func add(bytes: Int64, in connection: PostgresConnection) throws {
        try connection.execute(
            "update totals set value = value + $1 where name = 'bytes_read'", [.int64(bytes)])
    }
}
