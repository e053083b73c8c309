import Postgres
import ServiceHost
import TallyAPI
import TestKit

@testable import Ranking

/// A ranking schema of the test's own, and batches as scoring would send them.
struct Shop: Sendable {
    let store: RankingStore
    private let owner: TestPool
    var pool: PostgresPool { self.owner.pool }

    init() throws {
        let database = try TestCluster.database(schema: "ranking")
        let steps = try RankingProgram.migrations.map {
            try Migration(file: $0.name, sql: $0.text)
        }
        _ = try Migrator(steps, schema: "ranking").migrate(database)
        self.owner = TestPool(database)
        self.store = RankingStore(pool: self.owner.pool)
    }

    func page(
        _ repository: String = "", window: String = "all", bots: BotFilter = .exclude,
        generation: Int64 = 0, page: UInt32 = 1, size: UInt32 = 100, query: String = ""
    ) async throws -> Page? {
        let request = GetPageRequest(
            repository: repository, window: window, bots: bots, generation: generation,
            page: page, pageSize: size, query: query)
        guard case .page(let found) = try await self.store.page(request) else { return nil }
        return found
    }

    static func score(
        _ change: Int64, _ repository: Int64, _ person: Int64, _ score: Int64,
        window: String = "all", formula: UInt32 = 1, removed: Bool = false,
        days: ClosedRange<Int32> = 10...20
    ) -> ScoreRow {
        ScoreRow(
            change: change, formulaVersion: formula, repositoryId: repository,
            contributorId: person, window: window, score: score,
            counters: Counters(commits: UInt64(score / 10_000)),
            firstDay: days.lowerBound, lastDay: days.upperBound, removed: removed)
    }

    static func batch(
        _ scores: [ScoreRow], people: [PersonRow] = [], repositories: [RepositoryRow] = [],
        change: Int64, caughtUp: Bool = true, day: Int32 = 20_000, ready: FormulaReady? = nil
    ) -> ScoreBatch {
        ScoreBatch(
            feedId: "feed", scores: scores, people: people, repositories: repositories,
            change: change, caughtUp: caughtUp, asOfDay: day, formulaName: "default",
            formulaVersion: 1, formulaReady: ready)
    }

    static let people = [(5, "ann", false), (6, "bob", false), (7, "mender[bot]", true)]
        .map { PersonRow(contributorId: $0.0, login: $0.1, bot: $0.2) }
    static let repositories = [(1, "tide/harbor"), (2, "moss/fern")].map {
        RepositoryRow(repositoryId: $0.0, name: $0.1)
    }

    /// Three people on two boards, published.
    static func filled() async throws -> Shop {
        let shop = try Shop()
        let scores = [
            Self.score(1, 1, 5, 30_000), Self.score(2, 1, 6, 30_000), Self.score(3, 1, 7, 90_000),
            Self.score(4, 2, 6, 10_000),
        ]
        try await shop.store.apply(
            Self.batch(scores, people: Self.people, repositories: Self.repositories, change: 9))
        let count = try await shop.store.publish()
        precondition(count == 3)
        return shop
    }

    /// Applies and publishes.
    func publish(_ batch: ScoreBatch) async throws {
        try await self.store.apply(batch)
        _ = try await self.store.publish()
    }

    /// As if everything had been published so many days earlier.
    func age(days: Int) async throws {
        try await self.pool.withConnection {
            try $0.execute(
                "update generations set published_day = published_day - $1",
                [.int32(Int32(days))])
        }
    }

    func number(_ sql: String) async throws -> Int64 {
        try await self.pool.withConnection { try $0.query(sql)[0].int64("n") }
    }
}
