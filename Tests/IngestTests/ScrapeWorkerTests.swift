import Postgres
import ServiceKit
import Synchronization
import TallyAPI
import Testing

@testable import Ingest

@Suite struct ScrapeWorkerTests {
    let world: TestWorld
    let source = FakeSource()

    init() async throws {
        world = try await TestWorld()
        try await world.track()
        for day in Int32(100)...104 { source.put(day, .pushed(UInt64(day))) }
    }

    private func worker(
        _ owner: String = "one", now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) -> ScrapeWorker {
        ScrapeWorker(
            store: world.store, sources: [source],
            configuration: ScrapeWorker.Configuration(owner: owner), logger: .silent, now: now)
    }

    /// Works until there is nothing left to do at this moment.
    private func drain(_ worker: ScrapeWorker) async {
        repeat {
            await worker.step()
            for scan in await worker.scans.values { await scan.task.value }
        } while await !worker.held.isEmpty
    }

    private func state(_ number: Int = 1) async throws -> JobState? {
        try await world.store.job(TestWorld.id(number))?.machine.state
    }

    @Test func `a job's days are read in order and stored, then it waits for the boards`()
        async throws
    {
        _ = try await world.submit(days: 100...104)
        await drain(worker())
        #expect(try await state() == .running(.scoring))
        for day in Int32(100)...104 {
            #expect(try world.block(day) == [1: Counters(commits: UInt64(day))])
        }
        let progress = try #require(try await world.store.job(TestWorld.id(1))).progress
        #expect(progress.daysTotal == 5)
        #expect(progress.daysDone == 5)
        #expect(progress.hoursDone == 120)
        #expect(progress.events == 5)
        #expect(progress.contributors == 1)
        #expect(progress.bytes == 5000)
    }

    @Test func `the same days again read nothing and change nothing`() async throws {
        _ = try await world.submit(days: 100...104)
        await drain(worker())
        let before = try await world.store.feedHead().change
        try await world.store.record(
            follower: "scoring", instance: "i", applied: before, published: before)
        _ = try await world.submit(TestWorld.id(2), days: 100...104)
        await drain(worker())
        #expect(try await state(2) == .completed)
        #expect(source.scans.count == 1)
        #expect(try await world.store.feedHead().change == before)
    }

    @Test func `forced, the same days are read again and still change nothing`() async throws {
        _ = try await world.submit(days: 100...104)
        await drain(worker())
        let before = try await world.store.feedHead().change
        try await world.store.record(
            follower: "scoring", instance: "i", applied: before, published: before)
        _ = try await world.submit(TestWorld.id(2), days: 100...104, force: true)
        await drain(worker())
        #expect(try await state(2) == .completed)
        #expect(source.scans.count == 2)
        #expect(try await world.store.feedHead().change == before)
    }

    @Test func `FLT-22 a forced scrape with fewer counters takes them away`() async throws {
        _ = try await world.submit(days: 100...100)
        await drain(worker())
        _ = try await world.store.cancel(TestWorld.id(1))
        source.put(100, .pushed(1))
        _ = try await world.submit(TestWorld.id(2), days: 100...100, force: true)
        await drain(worker())
        #expect(try world.block(100) == [1: Counters(commits: 1)])
    }

    @Test func `SRC-11 jobs that lack the same days share one scan`() async throws {
        try await world.track(8, "owner/other")
        source.put(101, .pushed(50, in: 8))
        _ = try await world.submit(TestWorld.id(1), days: 100...103)
        _ = try await world.submit(TestWorld.id(2), of: 8, days: 101...104)
        await drain(worker())
        #expect(source.scans.map { $0.map(\.repositoryId).sorted() } == [[7, 8]])
        #expect(try world.block(101, of: 8) == [1: Counters(commits: 50)])
        #expect(try world.block(104).isEmpty)
    }

    @Test func `FLT-06 a worker that dies is replaced, and no finished day is read again`()
        async throws
    {
        _ = try await world.submit(days: 100...104)
        source.hold(at: 102)
        let dying = worker("dying")
        await dying.step()
        var holds = source.holds.stream.makeAsyncIterator()
        #expect(await holds.next() == 102)
        // Its lease runs out while it stands still; another copy takes the job.
        try world.connect().execute("update scrape_jobs set lease_until = now() - interval '1 s'")
        source.hold(at: nil)
        await drain(worker("next"))
        #expect(try await state() == .running(.scoring))
        #expect(source.scans.last?.first?.days.map(\.rawValue) == [102, 103, 104])
        let before = try world.allBlocks()
        // The old one wakes up: its write meets the fence, it puts the job down.
        source.letGo()
        for scan in await dying.scans.values { await scan.task.value }
        #expect(await dying.held.isEmpty)
        #expect(try world.allBlocks() == before)
    }

    @Test func `FLT-21 a cancel reaches the source, and what was read stays`() async throws {
        _ = try await world.submit(days: 100...104)
        source.hold(at: 102)
        let worker = worker()
        await worker.step()
        var holds = source.holds.stream.makeAsyncIterator()
        #expect(await holds.next() == 102)
        let scan = try #require(await worker.scans.values.first)
        _ = try await world.store.cancel(TestWorld.id(1))
        await worker.beat()
        await scan.task.value
        #expect(source.ended == 1)
        #expect(try await state() == .cancelled)
        #expect(try world.allBlocks().count == 2)
    }

    @Test func `FLT-24 a repository removed while its job runs takes the scan along`() async throws
    {
        _ = try await world.submit(days: 100...104)
        source.hold(at: 102)
        let worker = worker()
        await worker.step()
        var holds = source.holds.stream.makeAsyncIterator()
        #expect(await holds.next() == 102)
        let scan = try #require(await worker.scans.values.first)
        _ = try await world.store.remove(7)
        await worker.beat()
        await scan.task.value
        #expect(try await state() == .cancelled)
        #expect(try world.allBlocks().isEmpty)
    }

    @Test func `a worker that cannot renew stops before its lease ends`() async throws {
        _ = try await world.submit(days: 100...104)
        source.hold(at: 102)
        let clock = Mutex(ContinuousClock.now)
        let worker = worker(now: { clock.withLock { $0 } })
        await worker.step()
        var holds = source.holds.stream.makeAsyncIterator()
        #expect(await holds.next() == 102)
        let scan = try #require(await worker.scans.values.first)
        clock.withLock { $0 += .seconds(51) }
        // The database is not asked: only its own clock tells it.
        await worker.step()
        await scan.task.value
        #expect(source.ended == 1)
        #expect(try world.allBlocks().count == 2)
    }

    @Test func `FLT-30 what can pass is tried again, and finished days are kept`() async throws {
        source.fail(JobFailure(code: "http_503", message: "away", canPass: true))
        _ = try await world.submit(days: 100...101)
        await drain(worker())
        let waiting = try #require(try await world.store.job(TestWorld.id(1)))
        #expect(waiting.machine.state == .queued)
        #expect(waiting.errorCode == "http_503")
        try world.connect().execute("update scrape_jobs set run_after = now()")
        await drain(worker())
        #expect(try await state() == .running(.scoring))
        #expect(try await world.store.job(TestWorld.id(1))?.errorCode == "")
    }

    @Test func `FLT-30 what cannot pass fails the job and no other`() async throws {
        try await world.track(8, "owner/other")
        source.fail(JobFailure(code: "bad", message: "no", canPass: false))
        _ = try await world.submit(TestWorld.id(1), days: 100...100)
        await drain(worker())
        _ = try await world.submit(TestWorld.id(2), of: 8, days: 100...100)
        await drain(worker())
        #expect(try await state(1) == .failed)
        #expect(try await state(2) == .running(.scoring))
    }

    @Test func `a job of a source that is gone fails with words`() async throws {
        _ = try await world.submit()
        try world.connect().execute("update scrape_jobs set source = 'bigquery'")
        await drain(worker())
        let job = try #require(try await world.store.job(TestWorld.id(1)))
        #expect(job.machine.state == .failed)
        #expect(job.errorCode == "source_not_configured")
    }

    @Test func `FLT-19 two copies work on each job once`() async throws {
        for number in 1...6 {
            let id = Int64(200 + number)
            try await world.track(id, "owner/r\(number)")
            source.put(100, .pushed(UInt64(number), in: id))
            _ = try await world.submit(TestWorld.id(number), of: id, days: 100...100)
        }
        async let one: Void = drain(worker("one"))
        async let two: Void = drain(worker("two"))
        _ = await (one, two)
        for number in 1...6 {
            #expect(
                try world.block(100, of: Int64(200 + number))
                    == [1: Counters(commits: UInt64(number))])
        }
        #expect(try world.number("select max(attempt) as n from scrape_jobs") == 1)
    }

    @Test func `FLT-07 a worker that stops in good order hands its job back at once`() async throws
    {
        _ = try await world.submit(days: 100...104)
        source.hold(at: 102)
        let worker = worker()
        let (orders, end) = AsyncStream.makeStream(of: String.self)
        let running = Task { await worker.run(orders: orders) }
        var holds = source.holds.stream.makeAsyncIterator()
        #expect(await holds.next() == 102)
        running.cancel()
        await running.value
        end.finish()
        #expect(try await state() == .queued)
        source.hold(at: nil)
        await drain(self.worker("next"))
        #expect(source.scans.last?.first?.days.map(\.rawValue) == [102, 103, 104])
    }
}
