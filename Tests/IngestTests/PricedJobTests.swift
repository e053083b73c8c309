import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

/// Jobs that read from a source which costs something.
@Suite struct PricedJobTests {
    let world: TestWorld
    let dear = FakeSource(name: "bigquery", kind: .warehouse, gathering: .seconds(5))
    let free = FakeSource()
    let time = FakeTime()

    init() async throws {
        world = try await TestWorld()
        for number in Int64(1)...3 { try await world.track(number, "owner/r\(number)") }
    }

    private func worker() -> ScrapeWorker {
        ScrapeWorker(
            store: world.store, sources: [dear, free],
            configuration: ScrapeWorker.Configuration(owner: "one"), logger: .silent,
            now: time.timing.now)
    }

    private func submit(_ number: Int, from source: String = "bigquery") async throws {
        _ = try await world.submit(
            TestWorld.id(number), of: Int64(number), days: 100...101, source: source)
    }

    private func job(_ number: Int = 1) async throws -> JobRecord {
        try #require(try await world.store.job(TestWorld.id(number)))
    }

    /// Works until a job is where it is expected to be.
    private func work(
        _ worker: ScrapeWorker, _ number: Int = 1, until isThere: (JobRecord) -> Bool
    ) async throws {
        while true {
            await worker.step()
            for scan in await worker.scans.values { await scan.task.value }
            if isThere(try await job(number)) { return }
            await Task.yield()
        }
    }

    @Test func `SRC-24 a job over the budget fails before anything is read, with the figures`()
        async throws
    {
        dear.price(SourceOffer(microUSD: 60_000_000, refusal: "it would cost 60.00 USD"))
        try await submit(1)
        try await work(worker()) { $0.machine.state.hasEnded }
        let job = try await job()
        #expect(job.machine.state == .failed)
        #expect(job.errorCode == "over_budget")
        #expect(job.errorText == "it would cost 60.00 USD")
        #expect(dear.scans.isEmpty)
    }

    @Test func `SRC-44 what it was planned to take is kept on the job`() async throws {
        dear.price(SourceOffer(bytes: 1 << 30, microUSD: 6_104, requests: 4))
        try await submit(1)
        let worker = worker()
        try await work(worker) { $0.machine.state == .running(.fetching) }
        #expect(
            try await job().message.plan
                == ["2 days from bigquery: the job asks for it, about 0.0062 USD by itself"])
        let queued = try await world.store.queuedCost()
        #expect(queued == JobListStore.Cost(jobs: 1, bytes: 1 << 30, microUSD: 6_104))
    }

    @Test func `a source whose price cannot be had holds up nobody else`() async throws {
        dear.price(nil)
        try await submit(1)
        try await submit(2, from: "archive")
        let worker = worker()
        try await work(worker, 2) { $0.machine.state == .running(.scoring) }
        try await work(worker, 1) { $0.machine.state == .queued }
        #expect(try await job(1).errorCode == "away")
    }

    @Test func `SRC-21 jobs that come one by one share the scan of a dear source`() async throws {
        let worker = worker()
        for number in 1...3 {
            await worker.beat()
            try await submit(number)
            try await work(worker, number) { $0.machine.state == .running(.fetching) }
            time.advance(.seconds(4))
            await worker.step()
            #expect(dear.scans.isEmpty)
        }
        time.advance(.seconds(1))
        try await work(worker) { $0.machine.state == .running(.scoring) }
        #expect(dear.scans.map { $0.map(\.repositoryId).sorted() } == [[1, 2, 3]])
    }

    @Test func `a trickle of new jobs does not keep the first waiting for more than a minute`()
        async throws
    {
        let worker = worker()
        try await submit(1)
        try await work(worker) { $0.machine.state == .running(.fetching) }
        // As if new ones had come until now; the leases are renewed meanwhile.
        for pause in [45, 13] {
            time.advance(.seconds(pause))
            await worker.beat()
        }
        try await submit(2)
        try await work(worker, 2) { $0.machine.state == .running(.fetching) }
        time.advance(.seconds(1))
        await worker.step()
        #expect(dear.scans.isEmpty)
        time.advance(.seconds(1))
        try await work(worker) { $0.machine.state == .running(.scoring) }
        #expect(dear.scans.map { $0.map(\.repositoryId).sorted() } == [[1, 2]])
    }
}
