import Postgres
import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

@Suite struct FeedStoreTests {
    let world: TestWorld
    let claim: JobClaim

    init() async throws {
        world = try await TestWorld()
        try await world.track()
        claim = try await world.fetching()
    }

    /// Everything after a cursor, batch by batch, as a follower reads it.
    private func follow(
        from cursor: Int64 = 0, limit: Int = 1000, bytes: Int = 1 << 20
    ) async throws -> [ActivityBatch] {
        var batches: [ActivityBatch] = []
        var change = cursor
        while true {
            let batch = try await world.store.feedBatch(after: change, limit: limit, bytes: bytes)
            batches.append(batch)
            change = batch.change
            if batch.caughtUp { return batches }
        }
    }

    private func changes(_ batch: ActivityBatch) -> [Int64] {
        (batch.rows.map(\.change) + batch.repositories.map(\.change)).sorted()
    }

    @Test func `an empty rest is caught up where it was`() async throws {
        let head = try await world.store.feedHead().change
        let batch = try await world.store.feedBatch(after: head, limit: 10, bytes: 1000)
        #expect(batch.caughtUp)
        #expect(batch.change == head)
        #expect(changes(batch).isEmpty)
    }

    @Test func `days and repositories come in one order of changes`() async throws {
        try await world.put(100, .pushed(1), for: claim)
        try await world.put(101, .pushed(2), for: claim)
        let batch = try #require(try await follow().first)
        #expect(batch.rows.map(\.day) == [100, 101])
        #expect(batch.repositories.map(\.name) == ["owner/name"])
        #expect(batch.change == (try await world.store.feedHead().change))
    }

    @Test(arguments: [1, 2, 3, 7])
    func `batches of any size bring every change once and in order`(limit: Int) async throws {
        for day in Int32(100)...106 { try await world.put(day, .pushed(1), for: claim) }
        let whole = try #require(try await follow().first)
        let parts = try await follow(limit: limit)
        #expect(parts.flatMap(changes) == changes(whole))
        #expect(parts.allSatisfy { changes($0).count <= limit })
        #expect(parts.dropLast().allSatisfy { !$0.caughtUp })
    }

    @Test func `a row beyond the byte limit comes alone`() async throws {
        for day in Int32(100)...102 { try await world.put(day, .pushed(1), for: claim) }
        let parts = try await follow(bytes: 1)
        #expect(parts.filter { !changes($0).isEmpty }.allSatisfy { changes($0).count == 1 })
        #expect(parts.flatMap(\.rows).map(\.day) == [100, 101, 102])
    }

    @Test func `a replaced row is found under its new number alone`() async throws {
        try await world.put(100, .pushed(1), for: claim)
        try await world.put(101, .pushed(1), for: claim)
        try await world.put(100, .pushed(2), for: claim)
        #expect(try await follow().flatMap(\.rows).map(\.day) == [101, 100])
    }

    @Test func `no number becomes visible behind a reader's back`() async throws {
        // Two writers; the one that took the smaller number commits later, if it could.
        let (first, second) = (try world.connect(), try world.connect())
        try first.execute("begin")
        let low = try FeedStore.takeNumbers(1, in: first)
        try second.execute("begin")
        try second.execute("set local lock_timeout = '200ms'")
        #expect(throws: PostgresError.self) { _ = try FeedStore.takeNumbers(1, in: second) }
        try second.execute("rollback")
        try first.execute("commit")
        try second.execute("begin")
        #expect(try FeedStore.takeNumbers(1, in: second) == low + 1)
        try second.execute("rollback")
    }

    @Test func `the coverage that boards show travels with the repository`() async throws {
        try await world.put(100, .pushed(1), for: claim, missing: [3, 4])
        let note = try #require(try await follow().flatMap(\.repositories).first?.coverage)
        #expect(note.status == "partial")
        #expect(note.reasons == ["days_not_read", "hours_missing"])
        #expect(note.sinceDay == 100)
        #expect(note.untilDay == 102)
    }

    @Test func `watermarks of scoring move a job to its end, those of others do not`() async throws
    {
        try await world.put(100, .pushed(1), for: claim)
        let finished = try await world.store.finish(claim, progress: JobProgress())
        let change = try #require(finished.machine.lastChange)
        func state(_ follower: String, _ applied: Int64, _ published: Int64) async throws
            -> JobState?
        {
            try await world.store.record(
                follower: follower, instance: "i", applied: applied, published: published)
            return try await world.store.job(claim.job.id)?.machine.state
        }
        #expect(finished.machine.state == .running(.scoring))
        #expect(try await state("other", change, change) == .running(.scoring))
        #expect(try await state("scoring", change - 1, 0) == .running(.scoring))
        #expect(try await state("scoring", change, change - 1) == .running(.publishing))
        #expect(try await state("scoring", change, change) == .completed)
    }

    @Test func `days that the boards show already complete their job at once`() async throws {
        try await world.put(100, .pushed(1), for: claim)
        let head = try await world.store.feedHead().change + 10
        try await world.store.record(
            follower: "scoring", instance: "i", applied: head, published: head)
        let job = try await world.store.finish(claim, progress: JobProgress())
        #expect(job.machine.state == .completed)
    }

    @Test func `a job that a crash left behind is moved by the next sweep`() async throws {
        try await world.put(100, .pushed(1), for: claim)
        let job = try await world.store.finish(claim, progress: JobProgress())
        let change = try #require(job.machine.lastChange)
        try world.connect().execute(
            "insert into followers values ('scoring', 'i', $1, $1)", [.int64(change)])
        try await world.store.sweepJobs()
        #expect(try await world.store.job(job.id)?.machine.state == .completed)
    }
}
