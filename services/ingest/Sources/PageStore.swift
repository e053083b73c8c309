import Postgres
import ServiceKit

/// Pages of GitHub's lists, kept for scans that a kill ends, and for second looks.
enum PageStore {
    /// Addresses whose newest version is kept; those not used for longest go first.
    static let versionsMax = 20_000

    static func pages(of job: String, in connection: PostgresConnection) throws -> [KeptPage] {
        try connection.query(
            """
            select family, number, since - date '1970-01-01' as since,
                   until - date '1970-01-01' as until, read_us, page
            from github_pages where job_id = $1::uuid order by family, number
            """, [.string(job)]
        ).compactMap { row in
            guard let family = GitHubFamily(rawValue: try row.string("family")),
                let page = GitHubPage(stored: try row.string("page"))
            else { return nil }
            let since = CivilDay(rawValue: try row.int32("since"))
            return KeptPage(
                family: family, number: Int(try row.int32("number")),
                days: since...CivilDay(rawValue: try row.int32("until")),
                readAt: Timestamp(rawValue: try row.int64("read_us")), page: page)
        }
    }

    static func keep(
        _ page: KeptPage, of job: String, in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            insert into github_pages (job_id, family, number, since, until, read_us, page)
            values ($1::uuid, $2, $3, date '1970-01-01' + $4::int, date '1970-01-01' + $5::int,
                    $6, $7)
            on conflict (job_id, family, number) do update
            set since = excluded.since, until = excluded.until, read_us = excluded.read_us,
                page = excluded.page
            """,
            [
                .string(job), .string(page.family.rawValue), .int32(Int32(clamping: page.number)),
                .int32(page.days.lowerBound.rawValue), .int32(page.days.upperBound.rawValue),
                .int64(page.readAt.rawValue), .string(page.page.encoded),
            ])
    }

    /// Forgets a job's pages, and those of every job that has ended.
    static func forget(_ job: String, in connection: PostgresConnection) throws {
        try connection.execute(
            """
            delete from github_pages p using scrape_jobs j
            where j.id = p.job_id and (j.id = $1::uuid or j.finished_at is not null)
            """, [.string(job)])
    }

    static func version(
        of url: String, in connection: PostgresConnection
    ) throws -> KeptVersion? {
        try connection.query(
            """
            update github_versions set used_at = now() where url = $1 returning etag, content
            """, [.string(url)]
        ).first.map { row in
            KeptVersion(etag: try row.string("etag"), content: try row.string("content"))
        }
    }

    static func keep(
        _ version: KeptVersion, of url: String, limit: Int = versionsMax,
        in connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            insert into github_versions (url, etag, content) values ($1, $2, $3)
            on conflict (url) do update
            set etag = excluded.etag, content = excluded.content, used_at = now()
            """, [.string(url), .string(version.etag), .string(version.content)])
        try connection.execute(
            """
            delete from github_versions where url in (
              select url from github_versions order by used_at desc, url offset $1)
            """, [.int64(Int64(limit))])
    }
}
