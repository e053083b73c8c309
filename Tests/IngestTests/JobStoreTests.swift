import Postgres
import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

@Suite struct JobStoreTests {
    let world: TestWorld

    init() async throws {
        world = try await TestWorld()
        try await world.track()
    }

    private func expireLeases() throws {
        try world.connect().execute(
            """
            update scrape_jobs set lease_until = now() - interval '1 s'
            where lease_until is not null
            """
        )
    }

    @Test func `FLT-20 a hundred submits at once make one job with one id for all`() async throws {
        let store = world.store
        let answers = try await withThrowingTaskGroup(of: (String, Bool).self) { group in
            for number in 1...100 {
                group.addTask {
                    let result = try await store.submit(
                        JobStore.Submission(
                            id: TestWorld.id(number), repositoryId: 7,
                            since: CivilDay(rawValue: 1), until: CivilDay(rawValue: 2),
                            source: "archive", force: false))
                    return (try #require(result).job.id, try #require(result).created)
                }
            }
            return try await group.reduce(into: [(String, Bool)]()) { $0.append($1) }
        }
        #expect(Set(answers.map(\.0)).count == 1)
        #expect(answers.count { $0.1 } == 1)
        #expect(try world.number("select count(*) as n from scrape_jobs") == 1)
    }

    @Test func `a repository that is not tracked takes no job`() async throws {
        let result = try await world.store.submit(
            JobStore.Submission(
                id: TestWorld.id(1), repositoryId: 99, since: CivilDay(rawValue: 1),
                until: CivilDay(rawValue: 2), source: "archive", force: false))
        #expect(result == nil)
    }

    @Test func `many workers at once claim each job exactly once`() async throws {
        for number in 1...12 {
            try await world.track(Int64(100 + number), "owner/r\(number)")
            _ = try await world.submit(TestWorld.id(number), of: Int64(100 + number))
        }
        let store = world.store
        let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
            for worker in 1...4 {
                group.addTask {
                    try await store.claim(by: "worker \(worker)", limit: 12).map(\.job.id)
                }
            }
            return try await group.reduce(into: [String]()) { $0 += $1 }
        }
        #expect(claimed.sorted() == (1...12).map(TestWorld.id).sorted())
    }

    @Test func `a claimed job is running, leased and counts its attempt`() async throws {
        _ = try await world.submit()
        let claim = try #require(try await world.store.claim(by: "me", limit: 1).first)
        #expect(claim.job.machine.state == .running(.planning))
        #expect(claim.attempt == 1)
        let left = try world.number(
            "select extract(epoch from lease_until - now())::bigint as n from scrape_jobs")
        #expect((50...60).contains(left))
    }

    @Test func `a job that waits for its next try is not claimed before its time`() async throws {
        let claim = try await world.fetching()
        try await world.store.fail(
            claim, JobFailure(code: "http_503", message: "away", canPass: true))
        #expect(try await world.store.claim(by: "me", limit: 1).isEmpty)
        try world.connect().execute("update scrape_jobs set run_after = now()")
        #expect(try await world.store.claim(by: "me", limit: 1).map(\.attempt) == [2])
    }

    @Test func `a failure is kept on the job in words`() async throws {
        let claim = try await world.fetching()
        try await world.store.fail(
            claim, JobFailure(code: "bad_source", message: "is a file", canPass: false))
        let job = try #require(try await world.store.job(claim.job.id))
        #expect(job.machine.state == .failed)
        #expect(job.errorCode == "bad_source")
        #expect(job.errorText == "is a file")
        #expect(job.finishedUs > 0)
    }

    @Test func `a lease that has run out is taken over, and only then`() async throws {
        _ = try await world.fetching()
        #expect(try await world.store.claim(by: "next", limit: 1).isEmpty)
        try expireLeases()
        #expect(try await world.store.claim(by: "next", limit: 1).map(\.attempt) == [2])
    }

    @Test func `FLT-08 every late write of a worker that lost its lease is fenced`() async throws {
        let old = try await world.fetching()
        try expireLeases()
        _ = try await world.store.claim(by: "next", limit: 1)
        let store = world.store
        await #expect(throws: IngestError.self) { try await world.put(100, .pushed(1), for: old) }
        await #expect(throws: IngestError.self) {
            try await store.planned(old, ScrapePlan(), progress: JobProgress())
        }
        await #expect(throws: IngestError.self) {
            _ = try await store.finish(old, progress: JobProgress())
        }
        await #expect(throws: IngestError.self) { try await store.release(old) }
        await #expect(throws: IngestError.self) {
            try await store.fail(old, JobFailure(code: "x", message: "x", canPass: true))
        }
        #expect(try await store.renew([old]).isEmpty)
        #expect(try world.number("select count(*) as n from activity") == 0)
    }

    @Test func `a renewed lease lasts a minute from now`() async throws {
        let claim = try await world.fetching()
        try expireLeases()
        #expect(try await world.store.renew([claim]) == [claim.job.id])
        let left = try world.number(
            "select extract(epoch from lease_until - now())::bigint as n from scrape_jobs")
        #expect((50...60).contains(left))
    }

    @Test func `FLT-21 a worker's writes after a cancel touch nothing`() async throws {
        let claim = try await world.fetching()
        try await world.put(100, .pushed(1), for: claim)
        #expect(
            try await world.store.cancel(claim.job.id)?.machine.state == .cancelled)
        await #expect(throws: IngestError.self) { try await world.put(101, .pushed(1), for: claim) }
        #expect(try world.block(100) == [1: Counters(commits: 1)])
        #expect(try world.block(101).isEmpty)
    }

    @Test func `FLT-21 cancel and completion at the same moment leave one final state`()
        async throws
    {
        for number in 1...10 {
            let claim = try await world.fetching(TestWorld.id(number))
            let store = world.store
            async let cancelled = store.cancel(claim.job.id)
            async let finished = Result.of {
                try await store.finish(claim, progress: JobProgress())
            }
            let answer = try #require(try await cancelled).machine.state
            let final = try #require(try await store.job(claim.job.id)).machine.state
            switch await finished {
            case .success(let job):
                // It completed first, or waits for the boards and was cancelled there.
                #expect(final == (job.machine.state == .completed ? .completed : .cancelled))
            case .failure: #expect(final == .cancelled)
            }
            #expect(answer == final)
        }
    }

    @Test func `cancelling twice answers the same`() async throws {
        _ = try await world.submit()
        let first = try await world.store.cancel(TestWorld.id(1))
        #expect(try await world.store.cancel(TestWorld.id(1)) == first)
    }

    @Test func `a retried job is queued again and keeps its fence`() async throws {
        let claim = try await world.fetching()
        _ = try await world.store.cancel(claim.job.id)
        guard case .queued(let job) = try await world.store.retry(claim.job.id) else {
            Issue.record("not queued")
            return
        }
        #expect(job.machine.attempt == 1)
        #expect(job.finishedUs == 0)
        #expect(try await world.store.claim(by: "me", limit: 1).map(\.attempt) == [2])
    }

    @Test func `a retry finds another active job in its way and names it`() async throws {
        let claim = try await world.fetching()
        _ = try await world.store.cancel(claim.job.id)
        _ = try await world.submit(TestWorld.id(2))
        guard case .occupied(let other) = try await world.store.retry(claim.job.id) else {
            Issue.record("not refused")
            return
        }
        #expect(other == TestWorld.id(2))
    }

    @Test func `a released job can be claimed at once`() async throws {
        let claim = try await world.fetching()
        try await world.store.release(claim)
        #expect(try await world.store.claim(by: "me", limit: 1).count == 1)
    }

    @Test func `jobs are listed newest first, by status and repository`() async throws {
        try await world.track(8, "owner/other")
        _ = try await world.submit(TestWorld.id(1))
        _ = try await world.submit(TestWorld.id(2), of: 8)
        _ = try await world.store.cancel(TestWorld.id(1))
        _ = try await world.submit(TestWorld.id(3))
        func ids(_ filter: JobListStore.Filter, limit: Int64 = 10) async throws -> [String] {
            try await world.store.jobs(filter, offset: 0, limit: limit).jobs.map(\.id)
        }
        #expect(try await ids(.init()) == [3, 2, 1].map(TestWorld.id))
        #expect(try await ids(.init(), limit: 1) == [TestWorld.id(3)])
        #expect(try await ids(.init(status: "cancelled")) == [TestWorld.id(1)])
        #expect(try await ids(.init(repositoryId: 7)) == [3, 1].map(TestWorld.id))
    }

    @Test func `what happens to a job stands in its log, in order`() async throws {
        let claim = try await world.fetching()
        try await world.put(100, .pushed(3), for: claim)
        _ = try await world.store.cancel(claim.job.id)
        let lines = try world.connect().query(
            "select message from log_lines where job = $1 order by seq", [.string(claim.job.id)]
        ).map { try $0.string("message").prefix(9) }
        #expect(lines == ["scrape of", "nothing t", "1970-04-1", "cancelled"])
    }
}

extension Result where Failure == any Error {
    /// What an async function returned or threw.
    static func of(_ body: () async throws -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
