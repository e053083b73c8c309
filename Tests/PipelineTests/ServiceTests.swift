import Postgres
import RPC
import RPCCore
import ServiceKit
import TallyAPI
import TestKit
import Testing

@testable import Ingest
@testable import Ranking
@testable import Scoring

/// The services as processes see each other: RPC, feeds, health.
@Suite(.serialized) struct ServiceTests {
    /// Ingest, scoring and ranking, joined; a day of two repositories is on the boards.
    func running(
        _ body: (RunningService, RunningService, RunningService, IngestStore) async throws -> Void
    ) async throws {
        let ingest = try await RunningService.start(IngestProgram.self)
        let scoring = try await RunningService.start(
            ScoringProgram.self, others: ["TALLY_INGEST_ADDR": ingest.address])
        let ranking = try await RunningService.start(
            RankingProgram.self, others: ["TALLY_SCORING_ADDR": scoring.address])
        let pool = PostgresPool(ingest.database)
        let store = IngestStore(pool: pool, logger: .silent)
        try await Self.write(store, day: 20_000, [101: [5: 3, 6: 2], 102: [6: 4, 7: 4]])
        try await Self.waitForBoard(ranking, generation: 1)
        try await body(ingest, scoring, ranking, store)
        pool.close()
        for service in [ranking, scoring] { try await service.stop() }
    }

    /// Commits per repository and person on a day, past the jobs.
    static func write(
        _ store: IngestStore, day: Int32, _ what: [Int64: [Int64: UInt64]]
    ) async throws {
        for (id, people) in what.sorted(by: { $0.key < $1.key }) {
            _ = try await store.add(
                FoundRepository(id: id, name: "owner/r\(id)", seenUs: 1), demonstration: false,
                scrape: nil)
            var bytes: [UInt8] = []
            let block = ActivityBlock(
                contributors: people.sorted { $0.key < $1.key }.map {
                    ContributorActivity(
                        contributorId: $0.key, login: "p\($0.key)",
                        counters: Counters(commits: $0.value))
                })
            block.encode(into: &bytes)
            let content = bytes
            _ = try await store.write { connection in
                let first = try Ingest.FeedStore.takeNumbers(1, in: connection)
                try connection.execute(
                    """
                    insert into activity
                      (repository_id, day, block, digest, contributors, sources, change)
                    values ($1, date '1970-01-01' + $2::int, $3, sha256($3), $4, '{}', $5)
                    on conflict (repository_id, day) do update
                    set block = excluded.block, digest = excluded.digest, change = excluded.change
                    """,
                    [
                        .int64(id), .int32(day), .bytes(content), .int32(Int32(people.count)),
                        .int64(first),
                    ])
            }
        }
        await store.announce(days: true)
    }

    private static func waitForBoard(
        _ ranking: RunningService, generation: Int64,
        until isRight: @escaping @Sendable (Board) -> Bool = { $0.entries == 3 }
    ) async throws {
        try await RankingClient(ranking.channel).watchBoards(
            WatchBoardsRequest(), options: CallOptions(timeout: .seconds(60))
        ) { reader in
            while let news = try await reader.next() {
                let global = news.boards.first { $0.scope == "global" && $0.window == "all" }
                if let global, global.generation >= generation, isRight(global) { return }
            }
        }
    }

    private static func document(_ commits: Int, name: String = "fair") -> String {
        """
        {"name":"\(name)","weights":{"commits":\(commits),"prs_opened":1,"prs_merged":1,
         "prs_reviewed":1,"issues_opened":1,"issues_closed":1,"comments":1,"releases":1,
         "lines_added":0,"lines_deleted":0},"cap":0}
        """
    }

    private static func global(_ ranking: RunningService) async throws -> Page {
        try await RankingClient(ranking.channel).getPage(GetPageRequest())
    }

    @Test func `windows, comparisons and exports are answered over RPC`() async throws {
        try await self.running { ingest, _, ranking, _ in
            let client = RankingClient(ranking.channel)
            let page = try await client.getPage(GetPageRequest(repository: "owner/r101"))
            #expect(page.entries.map(\.login) == ["p5", "p6"])
            // 20,000 days after 1970-01-01 is 2024-10-04.
            for window in ["2024", "2024-Q4", "2024-10", "2024-10-04..2024-10-04"] {
                let page = try await client.getPage(GetPageRequest(window: window))
                #expect(page.entries.map(\.score) == [60_000, 40_000, 30_000])
                #expect(page.entries.map(\.login) == ["p6", "p7", "p5"])
                #expect(page.entries.map(\.rank) == [1, 2, 3])
                #expect(page.board?.window == window)
                let again = try await client.getPage(
                    GetPageRequest(
                        window: window, generation: page.board?.generation ?? 0, page: 2,
                        pageSize: 2))
                #expect(again.entries.map(\.login) == ["p5"])
                #expect(again.total == 3)
            }
            for window in ["2023", "2024-Q3", "2024-10-05..2024-12-31"] {
                let empty = try await client.getPage(GetPageRequest(window: window))
                #expect(empty.entries.isEmpty && empty.total == 0)
            }
            let week = try await client.getPage(GetPageRequest(window: "7d", asOfDay: 20_006))
            #expect(week.entries.count == 3)
            #expect(week.board?.sinceDay == 20_000)
            let after = try await client.getPage(GetPageRequest(window: "7d", asOfDay: 20_007))
            #expect(after.entries.isEmpty)
            try await Self.compare(client)
            try await Self.export(client)
            try await ingest.stop()
        }
    }

    private static func compare(_ client: RankingClient) async throws {
        let answer = try await client.compare(
            CompareRequest(repositories: ["owner/r102", "OWNER/r101"]))
        #expect(answer.boards.map { $0.board?.repository } == ["owner/r102", "owner/r101"])
        #expect(answer.shared.map(\.login) == ["p6"])
        #expect(answer.shared.first?.places.map(\.rank) == [1, 2])
        #expect(answer.sharedTotal == 1)
        let refused: [(CompareRequest, String)] = [
            (CompareRequest(repositories: ["owner/r101"]), "repositories"),
            (CompareRequest(repositories: Array(repeating: "a/b", count: 11)), "repositories"),
            (CompareRequest(repositories: ["a/b", "A/B"]), "repositories"),
            (CompareRequest(repositories: ["owner/r101", ""]), "repositories"),
            (CompareRequest(repositories: ["a/b", "c/d"], limit: 101), "limit"),
            (CompareRequest(repositories: ["a/b", "c/d"], window: "8d"), "window"),
            (
                CompareRequest(repositories: ["a/b", "c/d"], bots: BotFilter(rawValue: 9)), "bots"
            ),
        ]
        for (request, field) in refused {
            await self.expectRefusal(field) { _ = try await client.compare(request) }
        }
    }

    private static func export(_ client: RankingClient) async throws {
        for window in ["all", "2024"] {
            let entries = try await client.export(ExportRequest(window: window)) { reader in
                var entries: [BoardEntry] = []
                while let page = try await reader.next() { entries += page.entries }
                return entries
            }
            #expect(entries.map(\.rank) == [1, 2, 3])
            #expect(entries.map(\.login) == ["p6", "p7", "p5"])
        }
    }

    private static func expectRefusal(
        _ field: String, _ body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("\(field) was taken")
        } catch {
            let error = error as? RPCError
            #expect(error?.code == .invalidArgument)
            #expect(error?.message.hasPrefix(field) == true, "\(field): \(error?.message ?? "")")
        }
    }

    @Test func `FLT-26 FLT-27 formulas and opt-outs reach the boards over RPC`() async throws {
        try await self.running { ingest, scoring, ranking, _ in
            let client = ScoringClient(scoring.channel)
            _ = try await client.putFormula(PutFormulaRequest(document: Self.document(100)))
            _ = try await client.putFormula(PutFormulaRequest(document: Self.document(200)))
            try await Self.waitForBoard(ranking, generation: 1) {
                $0.formulaName == "fair" && $0.formulaVersion == 2
            }
            #expect(
                try await Self.global(ranking).entries.map(\.score) == [
                    1_200_000, 800_000, 600_000,
                ])
            // Other versions are computed for whoever asks.
            let former = try await RankingClient(ranking.channel).getPage(
                GetPageRequest(formula: "fair/1"))
            #expect(former.entries.map(\.score) == [600_000, 400_000, 300_000])
            #expect(former.board?.formulaVersion == 1)
            let usual = try await RankingClient(ranking.channel).getPage(
                GetPageRequest(repository: "owner/r101", window: "all", formula: "default"))
            #expect(usual.entries.map(\.score) == [30_000, 20_000])
            _ = try await client.optOut(OptOutRequest(login: "p6", reason: "asked"))
            try await Self.waitForBoard(ranking, generation: 2) { $0.entries == 2 }
            #expect(try await Self.global(ranking).entries.map(\.login) == ["p7", "p5"])
            await #expect(throws: RPCError.self) {
                _ = try await client.getContributor(GetContributorRequest(login: "p6"))
            }
            _ = try await client.optIn(OptInRequest(login: "p6"))
            _ = try await client.linkIdentity(LinkIdentityRequest(login: "p5", other: "p6"))
            try await Self.waitForBoard(ranking, generation: 3) { $0.entries == 2 }
            try await Self.waitFor(ranking, scores: [1_800_000, 800_000])
            let rank = try await RankingClient(ranking.channel).getRank(
                GetRankRequest(login: "p6"))
            #expect(rank.boards.first?.entry?.login == "p5")
            try await Self.verify(scoring, ranking)
            try await Self.refusals(client)
            try await ingest.stop()
        }
    }

    static func waitFor(_ ranking: RunningService, scores: [Int64]) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while try await self.global(ranking).entries.map(\.score) != scores {
            guard ContinuousClock.now < deadline else {
                Issue.record("the board is \(try await self.global(ranking).entries)")
                return
            }
            await Task.yield()
        }
    }

    private static func verify(
        _ scoring: RunningService, _ ranking: RunningService
    ) async throws {
        let findings =
            try await ScoringClient(scoring.channel).verify(VerifyRequest()).findings
            + RankingClient(ranking.channel).verify(VerifyRequest()).findings
        #expect(findings.filter { !$0.holds } == [])
        #expect(Set(findings.map(\.invariant)).isSuperset(of: ["I1", "I2", "I3", "I5", "I6"]))
        let rebuilt = try await RankingClient(ranking.channel).rebuild(RebuildRequest())
        #expect(rebuilt.different == 0)
    }

    /// BAD-02 and BAD-13: each field at and beyond its limits, and the formula stays.
    private static func refusals(_ client: ScoringClient) async throws {
        let long = String(repeating: "x", count: 101)
        let reason = String(repeating: "r", count: 501)
        await self.expectRefusal("login") {
            _ = try await client.optOut(OptOutRequest(login: ""))
        }
        await self.expectRefusal("login") {
            _ = try await client.optIn(OptInRequest(login: long))
        }
        await self.expectRefusal("login") {
            _ = try await client.optOut(OptOutRequest(login: "a\u{0}b"))
        }
        await self.expectRefusal("author") {
            _ = try await client.optOut(OptOutRequest(login: "p7", author: long))
        }
        await self.expectRefusal("reason") {
            _ = try await client.optOut(OptOutRequest(login: "p7", reason: reason))
        }
        await self.expectRefusal("other") {
            _ = try await client.linkIdentity(LinkIdentityRequest(login: "p5", other: ""))
        }
        await self.expectRefusal("other") {
            _ = try await client.linkIdentity(LinkIdentityRequest(login: "p5", other: "p5"))
        }
        await self.expectRefusal("document") {
            _ = try await client.putFormula(PutFormulaRequest(document: "{"))
        }
        await self.expectRefusal("document") {
            let text = String(repeating: " ", count: 1 << 20)
            _ = try await client.previewFormula(PreviewFormulaRequest(document: text))
        }
        await self.expectRefusal("limit") {
            _ = try await client.previewFormula(
                PreviewFormulaRequest(document: self.document(1), limit: 1001))
        }
        await self.expectRefusal("limit") {
            _ = try await client.listIdentityChanges(ListIdentityChangesRequest(limit: 1001))
        }
        await self.expectRefusal("formula") {
            try await client.scoreRange(ScoreRangeRequest(formula: "a/b/c")) { reader in
                while try await reader.next() != nil {}
            }
        }
        await self.expectRefusal("since_day") {
            try await client.scoreRange(ScoreRangeRequest(sinceDay: 9, untilDay: 8)) { reader in
                while try await reader.next() != nil {}
            }
        }
        let active = try await client.listFormulas(ListFormulasRequest()).formulas
            .first(where: \.active)
        #expect(active?.name == "fair" && active?.version == 2)
    }

    @Test func `FLT-34 an upstream from an old backup stops the follower until it is told`()
        async throws
    {
        try await self.running { ingest, scoring, ranking, store in
            let head = try await store.feedHead().change
            try await Self.write(store, day: 20_001, [101: [5: 9]])
            try await Self.waitFor(ranking, scores: [120_000, 60_000, 40_000])
            try await ingest.stop()
            // Yesterday's rows, and yesterday's last number.
            _ = try await store.write { connection in
                try connection.execute("delete from activity where change > $1", [.int64(head)])
                try connection.execute(
                    "update activity_feed set last_change = $1", [.int64(head)])
                try connection.execute("update followers set applied = 0, published = 0")
            }
            let again = try await RunningService.start(IngestProgram.self, again: ingest)
            try await scoring.wait(for: .notServing, of: "ingest", saying: "an old backup")
            // It stops; boards stay as they are until it is told.
            #expect(
                try await Self.global(ranking).entries.map(\.score) == [120_000, 60_000, 40_000])
            _ = try await ScoringClient(scoring.channel).refollow(RefollowRequest())
            try await Self.waitFor(ranking, scores: [60_000, 40_000, 30_000])
            try await scoring.wait(for: .serving, of: "ingest")
            try await again.stop()
        }
    }
}
