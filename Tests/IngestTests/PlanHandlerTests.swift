import RPC
import RPCCore
import ServiceKit
import Sockets
import TallyAPI
import TestKit
import Testing

@testable import Ingest

/// Estimate, GetBudget and the choice of a source, as a caller meets them.
@Suite struct PlanHandlerTests {
    static let today = CivilDay(rawValue: 20_000)

    let world: BigQueryWorld
    let archive = FakeSource()
    let server: RPCServer
    let client: IngestClient

    init() async throws {
        world = try await BigQueryWorld()
        let bigQuery = world.source()
        let handlers = IngestHandlers(
            store: world.store, catalog: SourceCatalog(sources: [archive, bigQuery]),
            clock: WallClock { Timestamp(rawValue: Self.today.startMicroseconds) },
            notices: NoticeHub(), logger: .silent, bigQuery: bigQuery)
        var router = RPCRouter()
        router.register(handlers)
        let group = try HandlersTests.group.get()
        let server = try RPCServer(
            try SocketAddress(parsing: "127.0.0.1:0"), router: router,
            configuration: ServerConfiguration(), group: group)
        self.server = server
        client = IngestClient(RPCChannel(inProcess: server, group: group))
        try await world.world.track()
    }

    private func estimate(_ source: String = "", days: Int32 = 100) async throws -> EstimateResponse
    {
        try await client.estimate(
            EstimateRequest(
                owner: "owner", name: "name", sinceDay: 19_001, untilDay: 19_000 + days,
                source: source))
    }

    @Test func `SRC-44 an estimate names days, bytes and dollars of every source, starts nothing`()
        async throws
    {
        world.google.price(1 << 40)
        archive.price(SourceOffer(bytes: 5, hoursMissing: 7))
        let plan = try await estimate()
        #expect(plan.source == "bigquery")
        #expect(plan.daysAsked == 100)
        #expect(plan.daysMissing == 100)
        #expect(plan.allowed)
        // 100 days in 4 queries are 104 tables; the dry run named 101.
        #expect(plan.bytes == UInt64(Double(Int64(1) << 40) * 104 / 101))
        #expect(plan.considered.map(\.source) == ["archive", "bigquery"])
        #expect(plan.considered.map(\.hoursMissing) == [7, 0])
        #expect(world.google.started.isEmpty)
        #expect(archive.scans.isEmpty)
    }

    @Test func `days that are covered cost nothing`() async throws {
        let claim = try await world.world.fetching(days: 19_001...19_100)
        for day in Int32(19_001)...19_099 { try await world.world.put(day, .pushed(1), for: claim) }
        let plan = try await estimate("archive")
        #expect(plan.daysMissing == 1)
    }

    @Test func `a repository that nobody tracks can be estimated`() async throws {
        let plan = try await client.estimate(
            EstimateRequest(owner: "some", name: "body", sinceDay: 19_000, untilDay: 19_001))
        #expect(plan.daysMissing == 2)
    }

    @Test func `SRC-24 a scrape over the budget is refused when it is asked for, with the figures`()
        async throws
    {
        world.google.price(20 << 40)
        let error = await #expect(throws: RPCError.self) {
            _ = try await client.submitScrape(
                SubmitScrapeRequest(
                    owner: "owner", name: "name", sinceDay: 19_000, untilDay: 19_000,
                    source: "bigquery"))
        }
        #expect(error?.code == .failedPrecondition)
        #expect(error?.reason == "OVER_BUDGET")
        #expect(error?.message.contains("125.00 USD") == true)
        #expect(error?.message.contains("10.00 USD") == true)
        #expect(try world.number("select count(*) as n from scrape_jobs") == 0)
    }

    @Test func `without a named source the plan decides, when the job is planned`() async throws {
        let submitted = try await client.submitScrape(
            SubmitScrapeRequest(owner: "owner", name: "name", sinceDay: 19_000, untilDay: 19_100))
        #expect(submitted.job?.source == "auto")
    }

    @Test func `BigQuery that is away is no reason to refuse a scrape of it`() async throws {
        for _ in 0..<9 { world.google.script(.dryRun, .answer(403, [], "")) }
        let submitted = try await client.submitScrape(
            SubmitScrapeRequest(
                owner: "owner", name: "name", sinceDay: 19_000, untilDay: 19_000,
                source: "bigquery"))
        #expect(submitted.job?.source == "bigquery")
    }

    @Test func `the budget shows what is spent, promised, allowed and queued`() async throws {
        world.google.price(1 << 30)
        _ = try await world.scan(world.source(), 100...100)
        _ = try await world.source().reserve(
            .find(name: "a/b", tables: Self.today...Self.today), ids: [], names: [],
            days: Self.today...Self.today)
        let budget = try await client.getBudget(GetBudgetRequest())
        let promised = UInt64((1 << 30) * 115 / 100)
        #expect(budget.configured)
        #expect(budget.dayQueries == 2)
        #expect(budget.dayBytes == 1 << 30 + promised + 1)
        #expect(budget.monthBytes == budget.dayBytes)
        #expect(budget.promisedBytes == promised + 1)
        #expect(budget.jobCapMicroUsd == 10_000_000)
        #expect(budget.dayCapMicroUsd == 20_000_000)
        #expect(budget.monthCapMicroUsd == 100_000_000)
        #expect(budget.queuedJobs == 0)
    }
}
