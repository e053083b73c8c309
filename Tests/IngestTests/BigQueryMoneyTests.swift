import JSON
import Postgres
import ServiceKit
import Synchronization
import TallyAPI
import TestKit
import Testing

@testable import Ingest

/// What is paid, by whom it is allowed, and that it is paid once.
@Suite struct BigQueryMoneyTests {
    let world: BigQueryWorld

    init() async throws { world = try await BigQueryWorld() }

    private static let gib: Int64 = 1 << 30

    @Test func `SRC-24 a dry run comes first, and the query may bill 15 percent more at most`()
        async throws
    {
        world.google.price(100 * Self.gib)
        _ = try await world.scan(world.source(), 100...100)
        #expect(world.google.calls == [.dryRun, .insert, .results, .job])
        let query = try world.google.body(.insert)["configuration"]?["query"]
        #expect(query?["maximumBytesBilled"]?.string == "\(115 * Self.gib)")
        let dry = try world.google.body(.dryRun)["configuration"]
        #expect(dry?["dryRun"]?.bool == true)
        #expect(dry?["query"]?["query"] == query?["query"])
        #expect(try world.bill() == (100 * Self.gib, "done"))
    }

    @Test(arguments: [
        (BudgetRule.Caps(job: 600_000, day: 1_000_000, month: 1_000_000), "scrape", "JOB"),
        (BudgetRule.Caps(job: 1_000_000, day: 600_000, month: 1_000_000), "day", "DAY"),
        (BudgetRule.Caps(job: 1_000_000, day: 1_000_000, month: 600_000), "month", "MONTH"),
    ])
    func `SRC-24 over a cap it is refused with both figures, and nothing is billed`(
        caps: BudgetRule.Caps, word: String, variable: String
    ) async throws {
        // A tenth of a TiB and a byte: 0.6250001 USD.
        world.google.price((Int64(1) << 40) / 10 + 1)
        let failure = try #require(await world.failure(world.source(caps: caps)))
        #expect(failure.code == "over_budget")
        #expect(!failure.canPass)
        #expect(failure.message.contains("would cost 0.6251 USD"))
        #expect(failure.message.contains("0.6000 USD"))
        #expect(failure.message.contains(word))
        #expect(failure.message.contains("TALLY_BIGQUERY_\(variable)_USD"))
        #expect(world.google.calls == [.dryRun])
        #expect(try world.number("select count(*) as n from budget") == 0)
    }

    @Test func `SRC-24 what was spent before counts for the day's cap`() async throws {
        world.google.price(1 << 40)
        let caps = BudgetRule.Caps(job: 7_000_000, day: 13_000_000, month: 100_000_000)
        _ = try await world.scan(world.source(caps: caps), 100...100)
        _ = try await world.scan(world.source(caps: caps), 200...200)
        let failure = try #require(await world.failure(world.source(caps: caps), 300...300))
        #expect(failure.message.contains("it would cost 6.25 USD"))
        #expect(failure.message.contains("of the day's 13.00 USD 12.50 USD are spent"))
        #expect(world.google.started.count == 2)
    }

    @Test func `SRC-24 a bill is written once, though the reply is lost and asked for again`()
        async throws
    {
        world.google.price(50 * Self.gib)
        world.google.script(.insert, .raw(""), takesEffect: true)
        world.google.script(.results, .raw(""), takesEffect: true)
        world.google.script(.job, .raw(""), takesEffect: true)
        let source = world.source()
        _ = try await world.scan(source, 100...100)
        await source.keepBooks(of: nil)
        try await source.settle(try #require(world.google.started.first))
        #expect(try world.bill() == (50 * Self.gib, "done"))
        #expect(try await world.store.spent().todayBytes == 50 * Self.gib)
        #expect(
            world.metrics.samples.first { $0.name == "ingest_bigquery_billed_bytes_total" }?.value
                == Double(50 * Self.gib))
    }

    @Test func `SRC-24 until the bill is known, the most it can be is held back`() async throws {
        world.google.price(100 * Self.gib)
        world.google.script(.results, .answer(400, [], BigQueryServer.fault("accessDenied")))
        for _ in 0..<2 { world.google.script(.job, .answer(403, [], "")) }
        _ = await world.failure(world.source())
        let spent = try await world.store.spent()
        #expect(spent.openBytes == 115 * Self.gib)
        #expect(spent.todayBytes == 115 * Self.gib)
        await world.source().keepBooks(of: nil)
        let settled = try await world.store.spent()
        #expect(settled.openBytes == 115 * Self.gib)
        await world.source().keepBooks(of: nil)
        #expect(try await world.store.spent().todayBytes == 100 * Self.gib)
    }

    @Test func `SRC-24 two that spend at once do not pass a cap together`() async throws {
        let caps = BudgetRule.Caps(job: 7_000_000, day: 10_000_000, month: 100_000_000)
        let store = world.store
        func query(_ id: String) -> StoredQuery {
            StoredQuery(
                id: id,
                query: .activity(
                    ids: [7], names: [], days: CivilDay(rawValue: 1)...CivilDay(rawValue: 1)),
                ids: [7], names: [], days: CivilDay(rawValue: 1)...CivilDay(rawValue: 1),
                estimatedBytes: 1 << 40, bytesMax: 1 << 40, startedUs: 0)
        }
        let won = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<4 {
                group.addTask {
                    do {
                        _ = try await store.reserve(query("q\(number)"), caps: caps)
                        return true
                    } catch { return !(error is BudgetRule.Refusal) }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
    }

    @Test func `SRC-25 the retry of a lost start does not start a second job`() async throws {
        for _ in 0..<3 { world.google.script(.insert, .raw(""), takesEffect: true) }
        _ = try await world.scan(world.source(), 100...100)
        #expect(world.google.requests(.insert).count == 4)
        #expect(world.google.started.count == 1)
        let ids = try (0..<4).map {
            try world.google.body(.insert, $0)["jobReference"]?["jobId"]?.string
        }
        #expect(Set(ids).count == 1)
        #expect(try world.number("select count(*) as n from budget") == 1)
    }

    @Test func `SRC-25 a job that fails of Google's own trouble is asked again under another id`()
        async throws
    {
        world.google.nextJob(error: #"{"reason":"jobBackendError","message":"x"}"#)
        world.google.nextJob(error: #"{"reason":"backendError","message":"x"}"#)
        world.google.rows([BigQueryServer.push(100, 4)])
        let days = try await world.scan(world.source(), 100...100)
        #expect(days.first?.repositories.first?.events == 1)
        #expect(world.google.started.count == 3)
        let free = "select count(*) as n from budget where state = 'failed' and billed_bytes = 0"
        #expect(try world.number(free) == 2)
    }

    @Test func `SRC-25 it is asked three times and no more`() async throws {
        for _ in 0..<9 {
            world.google.nextJob(error: #"{"reason":"jobInternalError","message":"x"}"#)
        }
        let failure = try #require(await world.failure(world.source()))
        #expect(failure.canPass)
        #expect(world.google.started.count == 3)
    }

    @Test func `SRC-26 FLT-02 a service killed after the start finds the job again and pays once`()
        async throws
    {
        try await world.world.track()
        _ = try await world.world.submit(days: 100...101)
        try world.world.connect().execute("update scrape_jobs set source = 'bigquery'")
        world.google.nextJob(state: "RUNNING")
        world.google.rows([BigQueryServer.push(100, 4), BigQueryServer.push(101, 5)])
        // As if the process were gone: nobody looks after its query any more.
        let dying = Task { try await world.scan(world.source(), 100...101) }
        await world.heard(.results)
        dying.cancel()
        _ = await dying.result
        await world.source().keepBooks(of: nil)
        #expect(!world.google.calls.contains(.cancel))
        world.google.finishJobs()
        let days = try await world.scan(world.source(), 100...101)
        #expect(days.map { $0.repositories.first?.counters[1]?.commits } == [4, 5])
        #expect(world.google.started.count == 1)
        #expect(try world.bill() == (Self.gib, "done"))
    }

    @Test func `SRC-26 killed between two days, the rest comes from the query that was paid`()
        async throws
    {
        world.google.rows((100...104).map { BigQueryServer.push($0, Int($0)) })
        struct Killed: Error {}
        let dying = world.source()
        await #expect(throws: Killed.self) {
            try await dying.scan([BigQueryWorld.target(7, 100...104)], progress: { _ in }) {
                if $0.day.rawValue == 102 { throw Killed() }
            }
        }
        // Somebody else lacks the same days by now, and one more.
        let days = try await world.scan(
            world.source(),
            [BigQueryWorld.target(7, 102...104), BigQueryWorld.target(8, 102...105)])
        #expect(days.map(\.day.rawValue) == [102, 103, 104, 105])
        #expect(days.map { $0.repositories.first?.counters[1]?.commits } == [102, 103, 104, nil])
        #expect(world.google.started.count == 3)
        // The paid one is named again, and is there already; for the other two are asked.
        let last = try world.google.body(.insert, 3)["configuration"]?["query"]
        let ids = last?["queryParameters"]?.array?.first { $0["name"]?.string == "repository_ids" }
        #expect(ids?["parameterValue"]?["arrayValues"]?.array?.map { $0["value"]?.string } == ["8"])
    }

    @Test func `a query whose rows were stored is not used again`() async throws {
        _ = try await world.scan(world.source(), 100...100)
        _ = try await world.scan(world.source(), 100...100)
        #expect(world.google.started.count == 2)
    }

    @Test func `SRC-26 a cancelled job is cancelled at BigQuery`() async throws {
        world.google.nextJob(state: "RUNNING")
        let source = world.source()
        let scan = Task { try await world.scan(source, 100...100) }
        await world.heard(.results)
        scan.cancel()
        await #expect(throws: CancellationError.self) { try await scan.value }
        await world.heard(.cancel)
        let id = try #require(world.google.started.first)
        #expect(world.google.state(of: id) == "DONE")
        await source.keepBooks(of: nil)
        #expect(try world.bill().state == "cancelled")
    }

    @Test func `SRC-26 a query of a process that died is cancelled when nobody wants its rows`()
        async throws
    {
        world.google.nextJob(state: "RUNNING")
        let source = world.source()
        let stored = try await source.reserve(
            .activity(ids: [7], names: [], days: CivilDay(rawValue: 100)...CivilDay(rawValue: 100)),
            ids: [7], names: [], days: CivilDay(rawValue: 100)...CivilDay(rawValue: 100))
        try await source.client.insert(stored.query, id: stored.id, bytesMax: stored.bytesMax)
        await world.source().keepBooks(of: nil)
        #expect(world.google.calls.last == .job)
        #expect(world.google.calls.contains(.cancel))
        #expect(try world.bill().state == "cancelled")
    }

    @Test func `SRC-44 what a scrape was estimated at is what it used`() async throws {
        world.google.price(200 * Self.gib)
        let source = world.source()
        let estimate = try await source.offer(for: BigQueryWorld.target(7, 100...130))
        let before = world.google.calls.count
        _ = try await world.scan(source, 100...130)
        let spent = try await world.store.spent()
        #expect(estimate.bytes == 200 << 30)
        #expect(estimate.microUSD == BigQueryPrice.microUSD(spent.todayBytes))
        #expect(estimate.requests == world.google.calls.count - before)
        #expect(estimate.refusal == nil)
    }

    @Test
    func `estimates of the same days ask once, whoever wants to know, and again after a while`()
        async throws
    {
        let source = world.source()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in Int64(1)...10 {
                group.addTask {
                    _ = try await source.offer(for: BigQueryWorld.target(number, 100...110))
                }
            }
            try await group.waitForAll()
        }
        #expect(world.google.requests(.dryRun).count == 1)
        world.time.advance(.seconds(601))
        _ = try await source.offer(for: BigQueryWorld.target(1, 100...110))
        #expect(world.google.requests(.dryRun).count == 2)
    }

    @Test func `a price that could not be had is asked for again`() async throws {
        world.google.script(.dryRun, .answer(403, [], ""))
        let source = world.source()
        await #expect(throws: JobFailure.self) {
            _ = try await source.offer(for: BigQueryWorld.target(1, 100...110))
        }
        _ = try await source.offer(for: BigQueryWorld.target(1, 100...110))
        #expect(world.google.requests(.dryRun).count == 2)
    }

    @Test func `an estimate over the budget says so with the figures, and starts nothing`()
        async throws
    {
        world.google.price(20 << 40)
        let estimate = try await world.source().offer(for: BigQueryWorld.target(7, 100...100))
        #expect(estimate.microUSD == 125_000_000)
        #expect(estimate.refusal?.contains("it would cost 125.00 USD") == true)
        #expect(world.google.started.isEmpty)
    }
}
