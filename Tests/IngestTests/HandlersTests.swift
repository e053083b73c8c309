import Postgres
import RPC
import RPCCore
import ServiceKit
import Sockets
import Synchronization
import TallyAPI
import Testing

@testable import Ingest

/// The methods as a caller meets them: over the protocol, inside the process.
@Suite struct HandlersTests {
    static let group = Result { try EventLoopGroup(threads: 1, name: "test") }
    static let today = CivilDay(rawValue: 20_000)

    let world: TestWorld
    let source = FakeSource()
    let notices = NoticeHub()
    let server: RPCServer
    let client: IngestClient

    init() async throws {
        world = try await TestWorld()
        let handlers = IngestHandlers(
            store: world.store, catalog: SourceCatalog(sources: [source]),
            clock: WallClock { Timestamp(rawValue: Self.today.startMicroseconds) },
            notices: notices, logger: .silent)
        var router = RPCRouter()
        router.register(handlers)
        let group = try Self.group.get()
        let server = try RPCServer(
            try SocketAddress(parsing: "127.0.0.1:0"), router: router,
            configuration: ServerConfiguration(), group: group)
        self.server = server
        client = IngestClient(RPCChannel(inProcess: server, group: group))
        source.put(FoundRepository(id: 7, name: "Owner/Name", seenUs: 5))
    }

    private func refusal(_ body: () async throws -> Void) async -> RPCError? {
        do {
            try await body()
            return nil
        } catch { return error as? RPCError }
    }

    @Test func `a repository that the source knows is tracked and its first scrape queued`()
        async throws
    {
        let answer = try await client.addRepository(
            AddRepositoryRequest(owner: "owner", name: "name", sinceDay: 19_000, untilDay: 19_005))
        #expect(answer.created)
        #expect(answer.repository?.id == 7)
        #expect(answer.repository?.name == "Owner/Name")
        #expect(answer.renamedFrom == "")
        #expect(answer.job?.status == .queued)
        #expect(answer.job?.sinceDay == 19_000)
        #expect(answer.job?.untilDay == 19_005)
    }

    @Test func `a repository may be tracked without a scrape`() async throws {
        let answer = try await client.addRepository(
            AddRepositoryRequest(owner: "owner", name: "name", noScrape: true))
        #expect(answer.created)
        #expect(answer.job == nil)
    }

    @Test func `a repository tracked already is answered with its job, and nothing starts`()
        async throws
    {
        let request = AddRepositoryRequest(owner: "owner", name: "name")
        let first = try await client.addRepository(request)
        let second = try await client.addRepository(request)
        #expect(!second.created)
        #expect(second.job?.id == first.job?.id)
        #expect(try world.number("select count(*) as n from scrape_jobs") == 1)
    }

    @Test func `a repository nobody has seen is not found, in words`() async throws {
        let error = await refusal {
            _ = try await client.addRepository(AddRepositoryRequest(owner: "no", name: "body"))
        }
        #expect(error?.code == .notFound)
        #expect(error?.reason == "REPOSITORY_NOT_FOUND")
        #expect(error?.message.contains("no/body") == true)
    }

    @Test func `asked for by a former name, a repository says what it is called now`() async throws
    {
        _ = try await client.addRepository(
            AddRepositoryRequest(owner: "owner", name: "name", noScrape: true))
        try world.connect().execute(
            """
            insert into repository_names values (7, 'owner/old', 'owner/old', 1, 2)
            """)
        let answer = try await client.addRepository(
            AddRepositoryRequest(owner: "owner", name: "old"))
        #expect(!answer.created)
        #expect(answer.renamedFrom == "owner/old")
        #expect(answer.repository?.name == "Owner/Name")
        let found = try await client.getRepository(
            GetRepositoryRequest(owner: "owner", name: "old"))
        #expect(found.formerNames.map(\.name) == ["owner/old"])
    }

    @Test func `a second scrape is the first as long as it is active`() async throws {
        try await world.track()
        let request = SubmitScrapeRequest(owner: "owner", name: "name")
        let first = try await client.submitScrape(request)
        let second = try await client.submitScrape(request)
        #expect(!first.alreadyQueued)
        #expect(second.alreadyQueued)
        #expect(first.job?.id == second.job?.id)
        #expect(first.job?.sinceDay == Self.today.rawValue - 729)
    }

    @Test func `removing what is not tracked is not found`() async throws {
        let request = RemoveRepositoryRequest(owner: "owner", name: "name")
        #expect(await refusal { _ = try await client.removeRepository(request) }?.code == .notFound)
        try await world.track()
        #expect(await refusal { _ = try await client.removeRepository(request) } == nil)
    }

    @Test func `a job is watched from where it is to its end, each change once`() async throws {
        try await world.track()
        let claim = try await world.fetching()
        let (world, notices) = (self.world, self.notices)
        let seen = Mutex<[Job]>([])
        try await client.watchJob(WatchJobRequest(id: claim.job.id)) { reader in
            while let job = try await reader.next() {
                let count = seen.withLock { list in
                    list.append(job)
                    return list.count
                }
                if count == 1 {
                    notices.tell(claim.job.id)  // nothing changed: nothing is sent
                    try await world.put(100, .pushed(1), for: claim)
                    _ = try await world.store.finish(claim, progress: JobProgress())
                    notices.tell(claim.job.id)
                } else if count == 2 {
                    _ = try await world.store.cancel(claim.job.id)
                    notices.tell(claim.job.id)
                }
            }
        }
        let jobs = seen.withLock { $0 }
        #expect(jobs.map(\.status) == [.running, .running, .cancelled])
        #expect(jobs.map(\.phase) == [.fetching, .scoring, .unspecified])
    }

    @Test func `watching a job that has ended ends at once`() async throws {
        try await world.track()
        _ = try await world.submit()
        _ = try await world.store.cancel(TestWorld.id(1))
        let seen = Mutex(0)
        try await client.watchJob(WatchJobRequest(id: TestWorld.id(1))) { reader in
            while try await reader.next() != nil { seen.withLock { $0 += 1 } }
        }
        #expect(seen.withLock { $0 } == 1)
    }

    @Test func `totals count what is there`() async throws {
        try await world.track()
        let claim = try await world.fetching()
        try await world.put(100, .pushed(1), for: claim)
        try await world.store.countBytes(500)
        let stats = try await client.getStats(IngestStatsRequest())
        #expect(stats.repositories == 1)
        #expect(stats.events == 1)
        #expect(stats.bytes == 500)
        #expect(stats.jobs.filter { $0.count > 0 } == [JobCount(status: .running, count: 1)])
    }

    typealias Call = @Sendable (IngestClient) async throws -> Void

    static let badCalls: [(field: String, call: Call)] = [
        ("owner", { _ = try await $0.addRepository(AddRepositoryRequest(name: "a")) }),
        ("name", { _ = try await $0.addRepository(AddRepositoryRequest(owner: "a")) }),
        (
            "name",
            {
                let name = String(repeating: "a", count: 1 << 20)
                _ = try await $0.addRepository(AddRepositoryRequest(owner: "a", name: name))
            }
        ),
        (
            "since_day",
            {
                let request = AddRepositoryRequest(owner: "a", name: "b", sinceDay: .min)
                _ = try await $0.addRepository(request)
            }
        ),
        (
            "until_day",
            {
                let request = SubmitScrapeRequest(owner: "a", name: "b", untilDay: .max)
                _ = try await $0.submitScrape(request)
            }
        ),
        (
            "source",
            {
                let request = SubmitScrapeRequest(owner: "a", name: "b", source: "x\0")
                _ = try await $0.submitScrape(request)
            }
        ),
        ("owner", { _ = try await $0.removeRepository(RemoveRepositoryRequest(owner: "..")) }),
        ("id", { _ = try await $0.getRepository(GetRepositoryRequest(id: -1)) }),
        ("owner", { _ = try await $0.getRepository(GetRepositoryRequest()) }),
        ("sort", { _ = try await $0.listRepositories(ListRepositoriesRequest(sort: "size")) }),
        ("query", { _ = try await $0.listRepositories(ListRepositoriesRequest(query: "\0")) }),
        ("page", { _ = try await $0.listRepositories(ListRepositoriesRequest(page: .max)) }),
        ("page_size", { _ = try await $0.listJobs(ListJobsRequest(pageSize: 101)) }),
        ("status", { _ = try await $0.listJobs(ListJobsRequest(status: JobStatus(rawValue: 99))) }),
        ("repository", { _ = try await $0.listJobs(ListJobsRequest(repository: "a/b/c")) }),
        ("id", { _ = try await $0.getJob(GetJobRequest()) }),
        ("id", { _ = try await $0.cancelJob(CancelJobRequest(id: "'; --")) }),
        ("id", { _ = try await $0.retryJob(RetryJobRequest(id: "\0")) }),
        (
            "id",
            { try await $0.watchJob(WatchJobRequest(id: "x")) { _ = try await $0.next() } }
        ),
    ]

    @Test(arguments: HandlersTests.badCalls.indices)
    func `BAD-02 a field that cannot be is refused by its name, and nothing is written`(
        index: Int
    ) async throws {
        let (field, call) = Self.badCalls[index]
        let error = await refusal { try await call(client) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix(field + ": ") == true, "\(error?.message ?? "accepted")")
        #expect(try world.number("select count(*) as n from repositories") == 0)
    }

    @Test(arguments: ["get", "cancel", "retry"])
    func `a job nobody knows is not found`(verb: String) async throws {
        let id = TestWorld.id(9)
        let error = await refusal {
            switch verb {
            case "get": _ = try await client.getJob(GetJobRequest(id: id))
            case "cancel": _ = try await client.cancelJob(CancelJobRequest(id: id))
            case _: _ = try await client.retryJob(RetryJobRequest(id: id))
            }
        }
        #expect(error?.code == .notFound)
        #expect(error?.reason == "JOB_NOT_FOUND")
    }
}
