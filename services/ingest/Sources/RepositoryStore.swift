import Postgres
import ServiceKit
import TallyAPI

/// The tracked repositories; every change of what followers see of one takes a feed number.
enum RepositoryStore {
    /// How a list is sorted.
    enum Order: Hashable, Sendable { case name, updated }

    private static let columns = """
        r.id, r.name, (extract(epoch from r.added_at) * 1000000)::bigint as added_us, \
        r.demonstration, r.coverage_status, r.coverage_percent, r.coverage_reasons, \
        coalesce(r.coverage_since - date '1970-01-01', 0) as coverage_since, \
        coalesce(r.coverage_until - date '1970-01-01', 0) as coverage_until
        """

    /// Tracks a repository, anew or again. False: it was tracked already; nothing changed.
    static func add(
        id: Int64, name: String, demonstration: Bool, in connection: PostgresConnection
    ) throws -> Bool {
        let known = try connection.query(
            "select removed_at is null as tracked from repositories where id = $1 for update",
            [.int64(id)])
        if let row = known.first, try row.bool("tracked") { return false }
        let change = try FeedStore.takeNumbers(1, in: connection)
        // Two callers may come this far together: the number's lock put them in a row.
        return try connection.execute(
            """
            insert into repositories as r (id, name, demonstration, change)
            values ($1, $2, $3, $4)
            on conflict (id) do update
            set name = excluded.name, demonstration = excluded.demonstration,
                added_at = now(), updated_at = now(), removed_at = null, removed_change = r.change,
                change = excluded.change
            where r.removed_at is not null
            """, [.int64(id), .string(name), .bool(demonstration), .int64(change)]) > 0
    }

    /// Keeps others from changing or removing a tracked repository until the commit.
    /// - Returns: false when it is not tracked.
    static func lock(_ id: Int64, in connection: PostgresConnection) throws -> Bool {
        try !connection.query(
            "select 1 from repositories where id = $1 and removed_at is null for update",
            [.int64(id)]
        ).isEmpty
    }

    /// Forgets what is stored of a repository and leaves a tombstone for the followers.
    /// The caller has locked it and cancelled its jobs in this transaction.
    static func remove(_ id: Int64, in connection: PostgresConnection) throws {
        for table in [
            "activity", "coverage_days", "merged_days", "pull_requests", "pull_facts",
            "repository_names",
        ] {
            try connection.execute("delete from \(table) where repository_id = $1", [.int64(id)])
        }
        let change = try FeedStore.takeNumbers(1, in: connection)
        try connection.execute(
            """
            update repositories
            set removed_at = now(), updated_at = now(), change = $2, coverage_status = 'none',
                coverage_percent = 0, coverage_reasons = '{}', coverage_since = null,
                coverage_until = null
            where id = $1
            """, [.int64(id), .int64(change)])
    }

    /// What followers see of a repository beside its days.
    struct Face: Hashable, Sendable {
        var name: String
        var demonstration: Bool
        var coverage: CoverageSummary
    }

    static func face(
        of id: Int64, in connection: PostgresConnection
    ) throws -> Face? {
        try connection.query(
            "select \(columns) from repositories r where r.id = $1 and r.removed_at is null",
            [.int64(id)]
        ).first.map { row in
            let record = try self.record(row)
            return Face(
                name: record.name, demonstration: record.demonstration, coverage: record.coverage)
        }
    }

    /// Writes the face under a number taken before.
    static func write(
        _ face: Face, of id: Int64, change: Int64, in connection: PostgresConnection
    ) throws {
        let coverage = face.coverage
        try connection.execute(
            """
            update repositories
            set name = $2, demonstration = $3, coverage_status = $4, coverage_percent = $5,
                coverage_reasons = $6::text[],
                coverage_since = date '1970-01-01' + nullif($7::int, 0),
                coverage_until = date '1970-01-01' + nullif($8::int, 0),
                change = $9, updated_at = now()
            where id = $1
            """,
            [
                .int64(id), .string(face.name), .bool(face.demonstration),
                .string(coverage.status), .double(coverage.percent),
                .stringArray(coverage.reasons), .int32(coverage.sinceDay),
                .int32(coverage.untilDay), .int64(change),
            ])
    }

    /// A tracked repository with its names and newest job.
    static func find(
        _ id: Int64, in connection: PostgresConnection
    ) throws -> RepositoryRecord? {
        let rows = try connection.query(
            "select \(columns) from repositories r where r.id = $1 and r.removed_at is null",
            [.int64(id)])
        return try complete(rows.map(record), in: connection).first
    }

    /// One page of the tracked repositories, and how many there are altogether.
    static func page(
        matching text: String, order: Order, offset: Int64, limit: Int64,
        in connection: PostgresConnection
    ) throws -> (repositories: [RepositoryRecord], total: Int64) {
        let conditions = """
            where r.removed_at is null and position(lower($1) in lower(r.name)) > 0
            """
        let total =
            try connection.query(
                "select count(*) as n from repositories r \(conditions)", [.string(text)]
            ).first?.int64("n") ?? 0
        let sorting =
            switch order {
            case .name: "lower(r.name), r.id"
            case .updated: "r.updated_at desc, r.id"
            }
        let rows = try connection.query(
            """
            select \(columns) from repositories r \(conditions)
            order by \(sorting) offset $2 limit $3
            """, [.string(text), .int64(offset), .int64(limit)])
        return (try complete(rows.map(record), in: connection), total)
    }

    private static func complete(
        _ repositories: [RepositoryRecord], in connection: PostgresConnection
    ) throws -> [RepositoryRecord] {
        guard !repositories.isEmpty else { return [] }
        let ids = repositories.map(\.id)
        let names = try NameStore.all(of: ids, in: connection)
        let jobs = try JobListStore.newest(of: ids, in: connection)
        return repositories.map { repository in
            var repository = repository
            repository.former = (names[repository.id] ?? []).filter { $0.name != repository.name }
            repository.lastJob = jobs[repository.id]
            return repository
        }
    }

    private static func record(_ row: PostgresRow) throws -> RepositoryRecord {
        RepositoryRecord(
            id: try row.int64("id"), name: try row.string("name"),
            addedUs: try row.int64("added_us"), demonstration: try row.bool("demonstration"),
            coverage: CoverageSummary(
                status: try row.string("coverage_status"),
                percent: try row.double("coverage_percent"),
                reasons: try row.stringArray("coverage_reasons"),
                sinceDay: try row.int32("coverage_since"),
                untilDay: try row.int32("coverage_until")))
    }
}
