import Postgres
import Testing

@testable import Ingest

@Suite struct SchemaTests {
    let world: TestWorld

    init() async throws {
        world = try await TestWorld()
        try await world.track()
        _ = try await world.submit()
    }

    @Test(arguments: [
        ("a phase without running", "update scrape_jobs set phase = 'planning'"),
        ("running without a phase", "update scrape_jobs set status = 'running'"),
        (
            "fetching without a lease",
            "update scrape_jobs set status = 'running', phase = 'fetching'"
        ),
        (
            "scoring with a lease",
            "update scrape_jobs set status = 'running', phase = 'scoring', lease_until = now()"
        ),
        ("queued with a lease", "update scrape_jobs set lease_until = now()"),
        ("completed without its time", "update scrape_jobs set status = 'completed'"),
        ("queued with an end", "update scrape_jobs set finished_at = now()"),
        ("an unknown status", "update scrape_jobs set status = 'lost'"),
        ("days in reverse", "update scrape_jobs set until = since - 1"),
        (
            "a second active job",
            """
            insert into scrape_jobs (id, repository_id, since, until, status)
            values (gen_random_uuid(), 7, '2020-01-01', '2020-01-01', 'queued')
            """
        ),
        (
            "a job of nobody",
            """
            insert into scrape_jobs (id, repository_id, since, until, status)
            values (gen_random_uuid(), 8, '2020-01-01', '2020-01-01', 'queued')
            """
        ),
        (
            "a change given twice",
            "insert into repositories (id, name, change) values (8, 'a/b', 1)"
        ),
        ("a second identity", "insert into activity_feed (only_row) values (false)"),
    ])
    func `the schema refuses`(what: String, sql: String) throws {
        let connection = try world.connect()
        #expect(throws: PostgresError.self, "\(what)") { try connection.execute(sql) }
    }

    @Test func `an ended job leaves room for the next`() async throws {
        try world.connect().execute(
            "update scrape_jobs set status = 'failed', finished_at = now()")
        #expect(try await world.submit(TestWorld.id(2)).id == TestWorld.id(2))
    }
}
