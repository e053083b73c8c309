import Postgres
import ServiceKit

/// Lists and counts of jobs.
enum JobListStore {
    /// What to list.
    struct Filter: Hashable, Sendable {
        /// nil = any.
        var status: String?
        /// nil = any; otherwise the id of the repository.
        var repositoryId: Int64?
    }

    /// One page, newest first, and how many there are altogether.
    static func page(
        _ filter: Filter, offset: Int64, limit: Int64, in connection: PostgresConnection
    ) throws -> (jobs: [JobRecord], total: Int64) {
        let conditions = """
            where ($1::text is null or j.status = $1) \
            and ($2::bigint is null or j.repository_id = $2)
            """
        let parameters: [PostgresValue] = [
            filter.status.map { .string($0) } ?? .null,
            filter.repositoryId.map { .int64($0) } ?? .null,
        ]
        let total =
            try connection.query(
                "select count(*) as n from scrape_jobs j \(conditions)", parameters
            ).first?.int64("n") ?? 0
        let rows = try connection.query(
            """
            select \(JobStore.columns) from \(JobStore.tables) \(conditions)
            order by j.created_at desc, j.id desc offset $3 limit $4
            """, parameters + [.int64(offset), .int64(limit)])
        return (try rows.map(JobStore.record), total)
    }

    /// The newest job of each repository.
    static func newest(
        of repositoryIds: [Int64], in connection: PostgresConnection
    ) throws -> [Int64: JobRecord] {
        let rows = try connection.query(
            """
            select \(JobStore.columns)
            from unnest($1::bigint[]) as wanted (id)
            cross join lateral (
              select * from scrape_jobs where repository_id = wanted.id
              order by created_at desc, id desc limit 1) j
            join repositories r on r.id = j.repository_id
            """, [.int64Array(repositoryIds)])
        return try Dictionary(
            rows.map(JobStore.record).map { ($0.repositoryId, $0) }, uniquingKeysWith: { $1 })
    }

    /// The queued and running jobs of a repository, locked: to cancel them all.
    static func lockActive(
        of repositoryId: Int64, in connection: PostgresConnection
    ) throws -> [String] {
        try connection.query(
            """
            select id::text as id from scrape_jobs
            where repository_id = $1 and status in ('queued', 'running') for update
            """, [.int64(repositoryId)]
        ).map { try $0.string("id") }
    }

    /// Jobs whose days wait to be scored or published.
    static func lockWaiting(
        upTo change: Int64, in connection: PostgresConnection
    ) throws -> [JobRecord] {
        try connection.query(
            """
            select \(JobStore.columns) from \(JobStore.tables)
            where j.status = 'running' and j.phase in ('scoring', 'publishing')
              and coalesce(j.last_change, 0) <= $1
            order by j.id for update of j
            """, [.int64(change)]
        ).map(JobStore.record)
    }

    /// What jobs are planned to pay.
    struct Cost: Hashable, Sendable {
        var jobs: Int64
        var bytes: Int64
        var microUSD: Int64
    }

    /// Of jobs that have not read all their days: those that pay, or name the source that is paid.
    static func queuedCost(in connection: PostgresConnection) throws -> Cost {
        let rows = try connection.query(
            """
            select count(*) as jobs, coalesce(sum(planned_bytes), 0)::bigint as bytes,
                   coalesce(sum(planned_micro_usd), 0)::bigint as micro_usd
            from scrape_jobs
            where (source = $1 or planned_micro_usd > 0)
              and (status = 'queued' or phase in ('planning', 'fetching'))
            """, [.string(SourceRank.bigquery)])
        guard let row = rows.first else { throw IngestError(.corrupt, "a sum has no row") }
        return Cost(
            jobs: try row.int64("jobs"), bytes: try row.int64("bytes"),
            microUSD: try row.int64("micro_usd"))
    }

    /// How many jobs there are of each status.
    static func counts(in connection: PostgresConnection) throws -> [String: Int64] {
        let rows = try connection.query(
            "select status, count(*) as n from scrape_jobs group by status", [])
        return try Dictionary(
            rows.map { (try $0.string("status"), try $0.int64("n")) }, uniquingKeysWith: { $1 })
    }
}
