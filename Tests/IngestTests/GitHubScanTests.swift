import Foundation
import JSON
import ServiceKit
import Synchronization
import TallyAPI
import TestKit
import Testing

@testable import Ingest

/// Scrapes through a GitHub whose content the test wrote; the counts are worked out by hand.
@Suite struct GitHubScanTests {
    typealias User = FakeGitHub.User

    static let ann = User(id: 1, login: "ann")
    static let bob = User(id: 2, login: "bob")
    static let robot = User(id: 9, login: "robot", type: "Bot")
    /// 2024-03-01 to 2024-03-03.
    static let days = CivilDay(rawValue: 19_783)...CivilDay(rawValue: 19_785)

    let shelf = MemoryShelf()
    let clock = PushedClock()

    /// Something of every kind, on three days, with what surrounds them.
    static var content: FakeGitHub.Content {
        var content = FakeGitHub.Content()
        content.commits = [
            .init(oid: "a", at: "2024-03-03T23:59:59Z", by: ann),
            .init(oid: "b", at: "2024-03-01T00:00:00Z", by: bob),
            .init(oid: "c", at: "2024-03-01T08:00:00Z", by: nil),
        ]
        content.pulls = [
            .init(
                number: 5, at: "2024-03-01T10:00:00Z", updated: "2024-03-09T00:00:00Z", by: ann,
                merged: "2024-03-02T10:00:00Z", lines: (30, 4),
                reviews: [
                    .init(id: 1, at: "2024-03-02T09:00:00Z", by: bob),
                    .init(id: 2, at: "2024-03-02T09:30:00Z", by: ann, state: "COMMENTED"),
                    .init(id: 3, at: "2024-03-02T09:40:00Z", by: bob, state: "DISMISSED"),
                    .init(id: 4, at: "2024-03-02T09:50:00Z", by: robot, state: "COMMENTED"),
                ]),
            .init(
                number: 4, at: "2024-02-20T10:00:00Z", updated: "2024-03-03T12:00:00Z", by: nil,
                merged: "2024-03-03T12:00:00Z", lines: (7, 7)),
            .init(number: 3, at: "2024-01-01T10:00:00Z", updated: "2024-02-01T12:00:00Z", by: bob),
        ]
        content.issues = [
            .init(
                number: 6, at: "2024-03-01T11:00:00Z", by: bob,
                closed: [("2024-03-02T11:00:00Z", ann), ("2024-03-09T11:00:00Z", ann)])
        ]
        content.lists = [
            "/issues/comments": [.init(id: 1, at: "2024-03-01T12:00:00Z", by: ann)],
            "/pulls/comments": [.init(id: 1, at: "2024-03-01T12:00:00Z", by: bob)],
            "/comments": [
                .init(id: 1, at: "2024-02-01T12:00:00Z", by: bob),
                .init(id: 2, at: "2024-03-01T13:00:00Z", by: User(id: 10_137, login: "ghost")),
            ],
            "/releases": [
                .init(id: 1, at: "", by: ann, isDraft: true),
                .init(id: 2, at: "2024-03-03T10:00:00Z", by: ann),
            ],
        ]
        return content
    }

    private func scan(
        _ github: FakeGitHub, shelf: (any PageShelf)? = nil, key: String = "job",
        progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
    ) async throws -> [CivilDay: RepositoryDay] {
        let source = GitHubSource(
            client: try github.client(clock: clock), shelf: shelf ?? self.shelf)
        let result = Mutex<[CivilDay: RepositoryDay]>([:])
        let target = ScanTarget(
            repositoryId: 7, names: ["owner/name"], days: Array(Self.days), resumeKey: key)
        try await source.scan([target], progress: progress) { day in
            result.withLock { $0[day.day] = day.repositories.first }
        }
        return result.withLock { $0 }
    }

    private func day(_ text: String) -> CivilDay { CivilDay(text) ?? CivilDay(rawValue: 0) }

    @Test func `every counter comes from the list that is exact for it`() async throws {
        let days = try await scan(try FakeGitHub(Self.content))
        let first = try #require(days[day("2024-03-01")])
        #expect(
            first.counters == [
                0: Counters(commits: 1, comments: 1),
                1: Counters(prsOpened: 1, comments: 1),
                2: Counters(commits: 1, issuesOpened: 1, comments: 1),
            ])
        let second = try #require(days[day("2024-03-02")])
        #expect(
            second.counters == [
                1: Counters(issuesClosed: 1), 2: Counters(prsReviewed: 1),
                9: Counters(prsReviewed: 1),
            ])
        let merge = try #require(second.merges.first)
        #expect((merge.number, merge.authorId, merge.linesAdded) == (5, 1, 30))
        let third = try #require(days[day("2024-03-03")])
        #expect(third.counters == [1: Counters(commits: 1, releases: 1)])
        #expect(third.merges.map(\.authorId) == [0])
        #expect(third.names.map(\.name) == ["owner/name"])
    }

    @Test func `SRC-35 deleted accounts are nobody, bots are bots, odd logins survive`()
        async throws
    {
        var content = FakeGitHub.Content()
        content.commits = [
            .init(oid: "a", at: "2024-03-01T00:00:00Z", by: User(id: 3, login: "ünï-çødé_x")),
            .init(oid: "b", at: "2024-03-01T00:00:00Z", by: User(id: 4, login: "ghost")),
        ]
        content.issues = [
            .init(number: 1, at: "2024-03-01T00:00:00Z", by: Self.robot),
            .init(number: 2, at: "2024-03-01T00:00:00Z", by: nil),
        ]
        let day = try #require(try await scan(try FakeGitHub(content))[day("2024-03-01")])
        #expect(
            day.people == [
                3: .init(login: "ünï-çødé_x", bot: false), 9: .init(login: "robot[bot]", bot: true),
            ])
        #expect(day.counters[0] == Counters(commits: 1, issuesOpened: 1))
        let block = DayAssembly(
            ScannedDay(day: self.day("2024-03-01")), day, source: SourceRank.github
        ).block
        let items = DayCoverage.items(
            of: block,
            sources: SourceMerge.sources(
                among: [SourceDay(source: SourceRank.github, isWhole: true)]), reasons: [:])
        #expect(
            Set(items.filter { $0.reason == .authorsUnknown }.map(\.name)) == [
                "commits", "issues_opened",
            ])
    }

    @Test func `SRC-30 a repository without commits is empty, not an error`() async throws {
        let days = try await scan(try FakeGitHub())
        #expect(days.count == 3)
        #expect(days.values.allSatisfy { $0.counters.isEmpty })
    }

    @Test func `SRC-33 lists longer than their pages are read by cursors and links to the end`()
        async throws
    {
        var content = FakeGitHub.Content()
        content.pageSize = 10
        content.commits = (0..<250).map {
            .init(oid: "\($0)", at: "2024-03-01T00:00:00Z", by: Self.ann)
        }
        content.lists["/issues/comments"] = (0..<35).map {
            .init(id: $0, at: "2024-03-02T00:00:00Z", by: Self.bob)
        }
        content.pulls = [
            .init(
                number: 1, at: "2024-03-01T00:00:00Z", updated: "2024-03-05T00:00:00Z",
                by: Self.ann,
                reviews: (0..<230).map { .init(id: $0, at: "2024-03-03T00:00:00Z", by: Self.bob) })
        ]
        let days = try await scan(try FakeGitHub(content))
        #expect(days[day("2024-03-01")]?.counters[1]?.commits == 250)
        #expect(days[day("2024-03-02")]?.counters[2]?.comments == 35)
        #expect(days[day("2024-03-03")]?.counters[2]?.prsReviewed == 230)
    }

    @Test func `SRC-33 errors beside data are a failed page, asked again by half`() async throws {
        let github = try FakeGitHub(Self.content)
        let firsts = Mutex<[Int64]>([])
        github.reply { request, _ in
            guard request.body.contains("history(first"),
                let json = try? JSONReader.read(request.body),
                let first = json["variables"]?["first"]?.int
            else { return nil }
            firsts.withLock { $0.append(first) }
            return first > 25
                ? .answer(
                    200, [],
                    "{\"data\":{\"repository\":{}},\"errors\":[{\"message\":\"Resource limits\"}]}")
                : nil
        }
        let days = try await scan(github)
        #expect(firsts.withLock { $0 } == [100, 50, 25])
        #expect(days[day("2024-03-03")]?.counters[1]?.commits == 1)
    }

    @Test func `SRC-33 errors at every size fail with their words`() async throws {
        let github = try FakeGitHub(Self.content)
        github.reply { request, _ in
            request.body.contains("history(first")
                ? .answer(200, [], "{\"data\":null,\"errors\":[{\"message\":\"Boom\"}]}") : nil
        }
        let error = await #expect(throws: JobFailure.self) { _ = try await scan(github) }
        #expect(error?.message.contains("Boom") == true)
        #expect(error?.canPass == true)
    }

    @Test func `SRC-33 every query asks what it costs, and nodes that are null are counted`()
        async throws
    {
        for query in [
            GitHubQueries.commits, GitHubQueries.pulls, GitHubQueries.issues,
            GitHubQueries.moreReviews, GitHubQueries.moreClosings, GitHubQueries.sizes,
        ] { #expect(query.contains("rateLimit { cost remaining resetAt }")) }
        let nodes = """
            {"repository":{"issues":{"pageInfo":{"hasNextPage":false},"nodes":[null,
             {"number":1,"createdAt":"2024-03-01T00:00:00Z","author":null,
              "timelineItems":{"nodes":[null]}},{"number":null}]}}}
            """
        let page = try GitHubPageReader(days: Self.days)
            .read(.issues, try JSONReader.read(nodes)).page
        #expect(page.items.count == 1)
        #expect(page.skipped == 3)
        let scanned = ScannedDay(day: Self.days.lowerBound, linesSkipped: UInt64(page.skipped))
        #expect(
            DayAssembly(scanned, .nothing(), source: SourceRank.github).coverage.reasons
                == [.itemsUnreadable])
    }

    @Test func `SRC-32 a second look costs 304s only, and counts the same`() async throws {
        let github = try FakeGitHub(Self.content)
        let first = try await scan(github, key: "one")
        let before = github.server.requests.count
        let second = try await scan(github, key: "two")
        #expect(first.mapValues(\.counters) == second.mapValues(\.counters))
        let lists = github.server.requests.dropFirst(before).filter {
            $0.path.hasPrefix("/repos/")
        }
        #expect(lists.count == 4)
        #expect(lists.allSatisfy { $0.headers["if-none-match"] != nil })
    }

    @Test func `SRC-32 a list that changed is read anew`() async throws {
        let github = try FakeGitHub(Self.content)
        _ = try await scan(github, key: "one")
        github.change {
            $0.lists["/issues/comments"]?.append(
                .init(id: 2, at: "2024-03-01T12:30:00Z", by: Self.ann))
        }
        let days = try await scan(github, key: "two")
        #expect(days[day("2024-03-01")]?.counters[1]?.comments == 2)
    }

    @Test func `SRC-32 a loop of links ends`() async throws {
        let github = try FakeGitHub(Self.content)
        github.reply { request, _ in
            guard request.path.hasSuffix("/issues/comments") else { return nil }
            let host = "http://" + (request.headers["host"] ?? "")
            let next = request.target.contains("page=2") ? "page=1" : "page=2"
            return .answer(
                200, [("Link", "<\(host)/repositories/7/issues/comments?\(next)>; rel=\"next\"")],
                "[]")
        }
        _ = try await scan(github)
        #expect(github.server.requests.count < 30)
    }

    @Test func `SRC-32 a link to another host ends the scan, and nothing is asked there`()
        async throws
    {
        let (github, other) = (try FakeGitHub(Self.content), try ScriptedHTTPServer([.answer(200)]))
        defer { other.close() }
        let url = other.url
        github.reply { request, _ in
            request.path.hasSuffix("/releases")
                ? .answer(200, [("Link", "<\(url)/x>; rel=\"next\"")], "[]") : nil
        }
        let error = await #expect(throws: JobFailure.self) { _ = try await scan(github) }
        #expect(error?.code == "github_garbled")
        #expect(other.requests.isEmpty)
    }

    @Test(arguments: [0, 1, 3, 6, 9])
    func `SRC-37 a kill resumes from the page behind the last one that was kept`(pages: Int)
        async throws
    {
        var content = Self.content
        content.pageSize = 1
        content.commits += (0..<150).map {
            .init(oid: "x\($0)", at: "2024-03-02T00:00:00Z", by: Self.ann)
        }
        let expected = try await scan(try FakeGitHub(content), shelf: MemoryShelf())
        let github = try FakeGitHub(content)
        shelf.kill(afterPages: pages)
        await #expect(throws: MemoryShelf.Killed.self) { _ = try await scan(github) }
        let before = github.server.requests
        shelf.kill(afterPages: .max)
        let days = try await scan(github)
        #expect(days.mapValues(\.counters) == expected.mapValues(\.counters))
        // The page that was under way is asked twice, no other; and the name of the repository.
        let again = github.server.requests.dropFirst(before.count).filter { request in
            request.path != "/repositories/7" && !request.body.contains("totalCount")
                && before.contains { $0.target == request.target && $0.body == request.body }
        }
        #expect(again.count <= 1)
        #expect(try await shelf.pages(of: "job").isEmpty)
    }

    @Test func `SRC-37 requests stay within the estimate, and progress never goes back`()
        async throws
    {
        var content = FakeGitHub.Content()
        content.commits = (0..<1000).map {
            .init(oid: "\($0)", at: "2024-03-01T00:00:00Z", by: Self.ann)
        }
        content.pulls = (0..<200).map {
            .init(
                number: $0, at: "2024-03-01T00:00:00Z", updated: "2024-03-02T00:00:00Z",
                by: Self.bob)
        }
        content.issues = (0..<150).map { .init(number: $0, at: "2024-03-01T00:00:00Z", by: nil) }
        content.lists["/issues/comments"] = (0..<900).map {
            .init(id: $0, at: "2024-03-02T00:00:00Z", by: Self.bob)
        }
        let github = try FakeGitHub(content)
        let seen = Mutex<[ScanProgress]>([])
        _ = try await scan(github, progress: { figure in seen.withLock { $0.append(figure) } })
        let figures = seen.withLock { $0 }
        let last = try #require(figures.last)
        #expect(last.requests <= last.requestsExpected)
        // Section 2's own sum: 10 + 4 + 3 + 9 pages, and the short lists.
        #expect(github.server.requests.count <= 36)
        #expect(zip(figures, figures.dropFirst()).allSatisfy { $0.requests <= $1.requests })
        #expect(last.hoursDone == 72)
    }

    @Test func `pull requests that move to the front while they are read are met there`()
        async throws
    {
        var content = FakeGitHub.Content()
        content.pulls = (0..<60).reversed().map { number in
            .init(
                number: Int64(number), at: "2024-03-01T00:00:00Z",
                updated: "2024-03-02T00:\(number < 10 ? "0" : "")\(number):00Z", by: Self.ann)
        }
        let github = try FakeGitHub(content)
        let pages = Mutex(0)
        github.reply { request, _ in
            guard request.body.contains("pullRequests(first") else { return nil }
            let number = pages.withLock { pages in
                pages += 1
                return pages
            }
            // Before the second page the last one is updated: it jumps over the cursor.
            if number == 2 {
                github.change { content in
                    var moved = content.pulls.removeLast()
                    moved.updated = "2024-03-10T12:00:01Z"
                    content.pulls.insert(moved, at: 0)
                }
            }
            return nil
        }
        let days = try await scan(github)
        #expect(days[day("2024-03-01")]?.counters[1]?.prsOpened == 60)
    }

    @Test func `the day that is not over is a day with gaps`() async throws {
        let github = try FakeGitHub(Self.content)
        let source = GitHubSource(
            client: try github.client(clock: PushedClock("2024-03-03T21:30:00Z")), shelf: shelf)
        let pending = Mutex<[[Int]]>([])
        try await source.scan(
            [ScanTarget(repositoryId: 7, names: ["owner/name"], days: Array(Self.days))],
            progress: { _ in }
        ) { day in pending.withLock { $0.append(day.hoursPending) } }
        #expect(pending.withLock { $0 } == [[], [], [21, 22, 23]])
    }

    @Test func `SRC-36 a token that is refused ends the job with what to do`() async throws {
        let github = try FakeGitHub(Self.content)
        github.reply { _, _ in .answer(401, [], "{\"message\":\"Bad credentials\"}") }
        let error = await #expect(throws: JobFailure.self) { _ = try await scan(github) }
        #expect(error?.code == "github_token_refused")
        #expect(error?.canPass == false)
    }
}
