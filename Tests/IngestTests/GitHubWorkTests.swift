import Postgres
import RPC
import RPCCore
import ServiceKit
import Sockets
import Synchronization
import TallyAPI
import TestKit
import Testing

@testable import Ingest

/// Jobs that GitHub serves, with everything but GitHub itself real.
@Suite struct GitHubWorkTests {
    let world: TestWorld
    let archive = FakeSource()
    let clock = PushedClock()

    /// Days of `GitHubScanTests.content`.
    static let days =
        GitHubScanTests.days.lowerBound
        .rawValue...GitHubScanTests.days.upperBound
        .rawValue

    init() async throws {
        world = try await TestWorld()
        try await world.track()
    }

    private func submit(_ source: String = SourcePlanner.auto) async throws {
        _ = try await world.store.submit(
            JobStore.Submission(
                id: TestWorld.id(1), repositoryId: 7, since: GitHubScanTests.days.lowerBound,
                until: GitHubScanTests.days.upperBound, source: source, force: false))
    }

    private func worker(_ github: FakeGitHub, owner: String = "one") throws -> ScrapeWorker {
        ScrapeWorker(
            store: world.store,
            sources: [
                GitHubSource(client: try github.client(clock: clock), shelf: world.store), archive,
            ],
            configuration: ScrapeWorker.Configuration(owner: owner), logger: .silent)
    }

    private func drain(_ worker: ScrapeWorker) async {
        repeat {
            await worker.step()
            for scan in await worker.scans.values { await scan.task.value }
        } while await !worker.held.isEmpty
    }

    private func job() async throws -> JobRecord {
        try #require(try await world.store.job(TestWorld.id(1)))
    }

    @Test func `a job with the choice left to us takes GitHub's exact numbers`() async throws {
        let github = try FakeGitHub(GitHubScanTests.content)
        try await submit()
        await drain(try worker(github))
        #expect(
            try world.block(Self.days.lowerBound + 1) == [
                1: Counters(prsMerged: 1, issuesClosed: 1, linesAdded: 30, linesDeleted: 4),
                2: Counters(prsReviewed: 1), 9: Counters(prsReviewed: 1),
            ])
        let job = try await job()
        #expect(job.machine.state == .running(.scoring))
        #expect(job.plan.map { $0.prefix(19) } == ["3 days from github:"])
        #expect(job.progress.daysDone == 3)
        #expect(job.progress.requests > 0)
        #expect(archive.scans.isEmpty)
        #expect(try world.number("select count(*) as n from github_pages") == 0)
    }

    @Test func `SRC-41 the archive first, then GitHub for the days that it tells badly`()
        async throws
    {
        let github = try FakeGitHub(GitHubScanTests.content)
        // The whole range is too much for what is left of the hour.
        github.reply { request, _ in
            request.body.contains("totalCount")
                ? .answer(
                    200, [("X-RateLimit-Resource", "graphql"), ("X-RateLimit-Remaining", "3")],
                    """
                    {"data":{"repository":{"pullRequests":{"totalCount":900000},
                     "issues":{"totalCount":9}}}}
                    """) : nil
        }
        for day in Self.days {
            var content = RepositoryDay.pushed(2, by: 4)
            if day == Self.days.lowerBound { content.unsizedPushes = 1 }
            archive.put(day, content)
        }
        try await submit()
        await drain(try worker(github))
        #expect(archive.scans.count == 1)
        #expect(try world.block(Self.days.lowerBound)[2]?.commits == 1)
        #expect(try world.block(Self.days.lowerBound)[4] == nil)
        #expect(try world.block(Self.days.lowerBound + 1)[4] == Counters(commits: 2))
        let plan = try await job().plan
        #expect(plan.count == 3)
        #expect(plan.last?.hasPrefix("1 day from github: the archive has lost") == true)
    }

    @Test
    func `SRC-36 a token that is refused leaves the job to the archive, and the log says why`()
        async throws
    {
        let github = try FakeGitHub()
        github.reply { _, _ in .answer(401, [], "{\"message\":\"Bad credentials\"}") }
        for day in Self.days { archive.put(day, .pushed(2)) }
        try await submit()
        await drain(try worker(github))
        #expect(try world.block(Self.days.lowerBound) == [1: Counters(commits: 2)])
        #expect(
            try world.number(
                "select count(*) as n from log_lines where message like '%TALLY_GITHUB_TOKEN_FILE%'"
            ) == 1)
    }

    @Test func `SRC-34 GitHub failing for ever fails the job with its last answer in words`()
        async throws
    {
        let github = try FakeGitHub()
        github.reply { _, _ in .answer(500, [], "{\"message\":\"Server Error\"}") }
        try await submit("github")
        for _ in 0...JobMachine.retryDelays.count {
            await drain(try worker(github))
            try world.connect().execute("update scrape_jobs set run_after = now()")
        }
        let job = try await job()
        #expect(job.machine.state == .failed)
        #expect(job.errorText.hasPrefix("GitHub answers 500: Server Error"))
    }

    @Test func `SRC-31 a limit is told in the job's log, and the job goes on by itself`()
        async throws
    {
        let github = try FakeGitHub(GitHubScanTests.content)
        let (gate, reset) = (AsyncStream.makeStream(of: Void.self), clock.now.rawValue / 1_000_000)
        github.reply { request, number in
            number == 0
                ? .answer(
                    403,
                    [
                        ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "\(reset + 600)"),
                        ("X-RateLimit-Resource", "core"),
                    ], "{\"message\":\"API rate limit exceeded\"}") : nil
        }
        // This clock stands until the log has told of the wait.
        let pushed = clock
        let held = GitHubClient.Clock(
            now: { pushed.now },
            sleep: { duration in
                for await _ in gate.stream { break }
                try await pushed.clock.sleep(duration)
            })
        let client = GitHubClient(
            address: try #require(GitHubAddress(github.server.url)), token: "t", clock: held)
        let worker = ScrapeWorker(
            store: world.store, sources: [GitHubSource(client: client, shelf: world.store)],
            configuration: ScrapeWorker.Configuration(owner: "one"), logger: .silent)
        try await submit("github")
        await worker.step()
        let told =
            "select count(*) as n from log_lines where message like 'github is at its limit%'"
        while try world.number(told) == 0 {
            await Task.yield()
            await worker.step()
        }
        #expect(github.server.requests.count == 1)
        gate.continuation.yield()
        await drain(worker)
        #expect(try await job().machine.state == .running(.scoring))
        #expect(try world.number(told) == 1)
    }

    @Test func `SRC-37 a service killed in the middle goes on from the stored cursor`()
        async throws
    {
        var content = GitHubScanTests.content
        content.commits += (0..<150).map {
            .init(oid: "x\($0)", at: "2024-03-02T00:00:00Z", by: GitHubScanTests.ann)
        }
        let github = try FakeGitHub(content)
        // Releases come last: the first process is killed there.
        github.reply { request, _ in request.path.hasSuffix("/releases") ? .stall : nil }
        try await submit("github")
        let first = try worker(github)
        await first.step()
        while !github.server.requests.contains(where: { $0.path.hasSuffix("/releases") }) {
            await Task.yield()
        }
        for scan in await first.scans.values {
            scan.task.cancel()
            await scan.task.value
        }
        try world.connect().execute(
            """
            update scrape_jobs
            set run_after = now(), lease_until = least(lease_until, now() - interval '1 s')
            where lease_until is not null
            """)
        github.reply { _, _ in nil }
        let before = github.server.requests.count
        await drain(try worker(github, owner: "two"))
        #expect(try world.block(Self.days.lowerBound + 1)[1]?.commits == 150)
        let asked = github.server.requests.dropFirst(before).map(\.path)
        #expect(asked == ["/repositories/7", "/repos/owner/name/releases"])
    }

    @Test func `a GitHub that stalls holds up no job of another source`() async throws {
        let github = try FakeGitHub()
        github.reply { _, _ in .stall }
        _ = try await world.track(8, "other/name")
        try await submit("github")
        for day in Self.days { archive.put(day, .pushed(1, in: 8)) }
        _ = try await world.submit(TestWorld.id(2), of: 8, days: Self.days)
        let client = try github.client()
        let worker = ScrapeWorker(
            store: world.store,
            sources: [GitHubSource(client: client, shelf: world.store), archive],
            configuration: ScrapeWorker.Configuration(owner: "one", fetches: 1), logger: .silent)
        repeat {
            await worker.step()
            await Task.yield()
        } while try await world.store.job(TestWorld.id(2))?.machine.state != .running(.scoring)
        #expect(try await job().machine.state == .running(.fetching))
        for scan in await worker.scans.values {
            scan.task.cancel()
            await scan.task.value
        }
    }

    @Test func `a GitHub that does not say in time what it would cost is left out of the plan`()
        async throws
    {
        let github = try FakeGitHub()
        github.reply { _, _ in .stall }
        for day in Self.days { archive.put(day, .pushed(2)) }
        try await submit()
        let client = try github.client()
        var configuration = ScrapeWorker.Configuration(owner: "one")
        configuration.offer = .milliseconds(50)
        let worker = ScrapeWorker(
            store: world.store,
            sources: [GitHubSource(client: client, shelf: world.store), archive],
            configuration: configuration, logger: .silent)
        await drain(worker)
        #expect(try world.block(Self.days.lowerBound) == [1: Counters(commits: 2)])
        #expect(try await job().plan.last == "not from github: it does not answer in time")
        // It is not asked again for a while.
        #expect(github.server.requests.count == 1)
    }

    @Test func `kept versions are bounded: those not used for longest go first`() throws {
        let connection = try world.connect()
        for number in 0..<5 {
            try PageStore.keep(
                KeptVersion(etag: "e\(number)", content: "{}"), of: "u\(number)", limit: 3,
                in: connection)
        }
        #expect(try world.number("select count(*) as n from github_versions") == 3)
        #expect(try PageStore.version(of: "u4", in: connection)?.etag == "e4")
        #expect(try PageStore.version(of: "u0", in: connection) == nil)
    }
}

/// Adding repositories when GitHub itself says what there is.
@Suite struct GitHubValidationTests {
    static let group = Result { try EventLoopGroup(threads: 1, name: "test") }

    /// Keeps what a call needs alive.
    final class Keeper: Sendable {
        private let kept = Mutex<[any Sendable]>([])
        func keep(_ things: any Sendable...) { kept.withLock { $0 += things } }
    }

    let world: TestWorld
    let source = FakeSource()
    let keeper = Keeper()

    init() async throws { world = try await TestWorld() }

    private func client(_ github: FakeGitHub, token: String? = nil) throws -> IngestClient {
        let clock = PushedClock()
        let handlers = IngestHandlers(
            store: world.store, catalog: SourceCatalog(sources: [source]),
            lookup: try github.client(token: token, clock: clock),
            clock: WallClock { clock.now }, notices: NoticeHub(), logger: .silent)
        var router = RPCRouter()
        router.register(handlers)
        let group = try Self.group.get()
        let server = try RPCServer(
            try SocketAddress(parsing: "127.0.0.1:0"), router: router,
            configuration: ServerConfiguration(), group: group)
        keeper.keep(server, github)
        return IngestClient(RPCChannel(inProcess: server, group: group))
    }

    private func refusal(_ github: FakeGitHub) async throws -> RPCError {
        let client = try client(github)
        let error = await #expect(throws: RPCError.self) {
            _ = try await client.addRepository(AddRepositoryRequest(owner: "owner", name: "name"))
        }
        return try #require(error)
    }

    @Test func `SRC-30 what GitHub knows is tracked under its number, whatever the letter case`()
        async throws
    {
        let client = try client(try FakeGitHub())
        let added = try await client.addRepository(
            AddRepositoryRequest(owner: "OWNER", name: "Name"))
        #expect(added.created)
        #expect(added.repository?.id == 7)
        #expect(added.repository?.name == "owner/name")
        #expect(added.renamedFrom == "")
    }

    @Test func `SRC-30 a renamed repository is tracked by its new name, and found by the old`()
        async throws
    {
        let github = try FakeGitHub()
        github.reply { request, _ in
            request.path == "/repos/old/thing"
                ? .answer(301, [("Location", "/repositories/7")], "{}") : nil
        }
        let client = try client(github)
        let added = try await client.addRepository(
            AddRepositoryRequest(owner: "old", name: "thing"))
        #expect(added.repository?.name == "owner/name")
        #expect(added.renamedFrom == "old/thing")
        let found = try await client.getRepository(
            GetRepositoryRequest(owner: "Old", name: "thing"))
        #expect(found.name == "owner/name")
        #expect(found.formerNames.map(\.name) == ["old/thing"])
    }

    @Test func `SRC-30 unknown, blocked and unreachable are told apart`() async throws {
        let github = try FakeGitHub()
        github.reply { _, _ in .answer(404, [], "{\"message\":\"Not Found\"}") }
        let unknown = try await refusal(github)
        #expect((unknown.code, unknown.reason) == (.notFound, "REPOSITORY_NOT_FOUND"))
        github.reply { _, _ in .answer(451, [], "{}") }
        let blocked = try await refusal(github)
        #expect(
            (blocked.code, blocked.reason) == (.failedPrecondition, "REPOSITORY_BLOCKED"))
        github.reply { _, _ in .answer(500, [], "{}") }
        let away = try await refusal(github)
        #expect((away.code, away.reason) == (.unavailable, "SOURCE_FAILED"))
        #expect(away.retryAfter != nil)
    }

    @Test func `SRC-31 a limit is an answer with the time to wait, at once`() async throws {
        let github = try FakeGitHub()
        github.reply { _, _ in .answer(429, [("Retry-After", "90")], "{}") }
        let limited = try await refusal(github)
        #expect(limited.code == .unavailable)
        #expect(limited.retryAfter == .seconds(90))
    }

    @Test func `SRC-42 coverage is asked for by name and range`() async throws {
        let client = try client(try FakeGitHub())
        try await world.track()
        let claim = try await world.fetching(days: 19_000...19_002)
        try await world.put(19_000, .pushed(3), for: claim)
        try await world.put(19_001, .pushed(3), for: claim, missing: [5])
        let coverage = try await client.getCoverage(
            GetCoverageRequest(owner: "owner", name: "name"))
        #expect(coverage.summary?.status == "partial")
        #expect((coverage.sinceDay, coverage.untilDay) == (19_000, 19_002))
        #expect(coverage.days.map(\.complete) == [true, false, false])
        #expect(coverage.days.map(\.reasons) == [[], ["hours_missing"], ["days_not_read"]])
        let one = try await client.getCoverage(
            GetCoverageRequest(owner: "owner", name: "name", sinceDay: 19_000, untilDay: 19_000))
        #expect(one.totals.first?.percent == 100)
        #expect(one.totals.first?.counted == 3)
    }

    @Test(arguments: [(1099, true), (1100, false), (1101, false)] as [(Int32, Bool)])
    func `BAD-02 coverage is answered for so many days at once`(
        days: Int32, isTaken: Bool
    ) async throws {
        let client = try client(try FakeGitHub())
        try await world.track()
        do {
            _ = try await client.getCoverage(
                GetCoverageRequest(
                    owner: "owner", name: "name", sinceDay: 18_000, untilDay: 18_000 + days))
            #expect(isTaken)
        } catch {
            #expect(!isTaken)
            #expect(error.message.hasPrefix("since_day"))
        }
    }
}
