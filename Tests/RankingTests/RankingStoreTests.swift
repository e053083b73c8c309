import Postgres
import TallyAPI
import Testing

@testable import Ranking

/// Batches become generations, on a real Postgres.
@Suite struct RankingStoreTests {
    @Test func `I2 the global board is the sum of the repositories`() async throws {
        let shop = try await Shop.filled()
        let global = try await shop.page()
        #expect(global?.entries.map(\.login) == ["bob", "ann"])
        #expect(global?.entries.map(\.score) == [40_000, 30_000])
        #expect(global?.entries.map(\.repositories) == [2, 1])
        let harbor = try await shop.page("TIDE/harbor")
        #expect(harbor?.entries.map(\.rank) == [1, 1])
        #expect(harbor?.entries.map(\.contributorId) == [5, 6])
    }

    @Test func `bots stand aside, among the others, or alone`() async throws {
        let shop = try await Shop.filled()
        let all = try await shop.page("tide/harbor", bots: .include)
        #expect(all?.entries.map(\.rank) == [1, 2, 2])
        let bots = try await shop.page("tide/harbor", bots: .only)
        #expect(bots?.entries.map(\.login) == ["mender[bot]"])
        #expect(bots?.total == 1)
    }

    @Test func `FLT-04 nothing of a batch is seen before it is published`() async throws {
        let shop = try await Shop.filled()
        try await shop.store.apply(
            Shop.batch([Shop.score(10, 1, 5, 99_000)], change: 10, caughtUp: false))
        #expect(try await shop.store.publish() == nil)
        #expect(try await shop.page("tide/harbor")?.entries.first?.score == 30_000)
        try await shop.store.apply(Shop.batch([], change: 11))
        #expect(try await shop.store.publish() == 2)
        #expect(try await shop.page("tide/harbor")?.entries.first?.score == 99_000)
        #expect(try await shop.store.watermarks() == Watermarks(applied: 11, published: 11))
    }

    @Test func `a pinned generation stays as it was until it is dropped`() async throws {
        let shop = try await Shop.filled()
        let first = try await shop.page("tide/harbor")?.board?.generation ?? 0
        for step in 1...3 {
            let change = 10 + Int64(step)
            try await shop.store.apply(
                Shop.batch([Shop.score(change, 1, 5, Int64(step) * 1000)], change: change))
            _ = try await shop.store.publish()
        }
        #expect(try await shop.page("tide/harbor")?.board?.generation == first + 3)
        #expect(
            try await shop.page("tide/harbor", generation: first + 1)?.entries.count == 2)
        #expect(try await shop.page("tide/harbor", generation: first) == nil)
    }

    @Test func `FLT-22 a tombstone leaves the board`() async throws {
        let shop = try await Shop.filled()
        try await shop.store.apply(
            Shop.batch([Shop.score(10, 1, 5, 0, removed: true)], change: 10))
        _ = try await shop.store.publish()
        #expect(try await shop.page("tide/harbor")?.entries.map(\.login) == ["bob"])
        #expect(try await shop.page()?.entries.map(\.login) == ["bob"])
    }

    @Test func `FLT-24 a removed repository is unknown and the global board falls`() async throws {
        let shop = try await Shop.filled()
        var gone = Shop.repositories[0]
        gone.removed = true
        try await shop.store.apply(Shop.batch([], repositories: [gone], change: 10))
        _ = try await shop.store.publish()
        #expect(try await shop.page("tide/harbor") == nil)
        #expect(try await shop.page()?.entries.map(\.score) == [10_000])
    }

    @Test func `a new name is shown without a new score`() async throws {
        let shop = try await Shop.filled()
        let renamed = PersonRow(change: 10, contributorId: 5, login: "anna")
        let moved = RepositoryRow(repositoryId: 1, name: "tide/port")
        try await shop.store.apply(
            Shop.batch([], people: [renamed], repositories: [moved], change: 10))
        _ = try await shop.store.publish()
        #expect(try await shop.page("tide/port")?.entries.map(\.login) == ["anna", "bob"])
        #expect(try await shop.page("tide/harbor") == nil)
    }

    @Test func `where somebody stands is what the boards say`() async throws {
        let shop = try await Shop.filled()
        let ranks = try await shop.store.ranks(GetRankRequest(login: "BOB", window: "all"))
        #expect(ranks?.map { $0.board?.scope } == ["global", "repository", "repository"])
        #expect(ranks?.map { $0.entry?.rank } == [1, 1, 1])
        #expect(try await shop.store.ranks(GetRankRequest(login: "x", window: "all")) == nil)
    }

    @Test func `a rank of an earlier day is remembered`() async throws {
        let shop = try await Shop.filled()
        try await shop.pool.withConnection {
            try $0.execute("update generations set published_day = published_day - 1")
        }
        try await shop.store.apply(Shop.batch([Shop.score(10, 2, 5, 50_000)], change: 10))
        _ = try await shop.store.publish()
        let page = try await shop.page()
        #expect(page?.entries.map(\.login) == ["ann", "bob"])
        #expect(page?.entries.map(\.previousRank) == [2, 1])
    }

    @Test func `another upstream starts the boards anew`() async throws {
        let shop = try await Shop.filled()
        try await shop.store.restart()
        #expect(try await shop.store.cursor().change == 0)
        try await shop.store.apply(
            Shop.batch(
                [Shop.score(1, 1, 6, 70_000)], people: Shop.people,
                repositories: [Shop.repositories[0]], change: 5))
        _ = try await shop.store.publish()
        #expect(try await shop.page()?.entries.map(\.score) == [70_000])
        #expect(try await shop.page("moss/fern") == nil)
    }
}
