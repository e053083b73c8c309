import Postgres
import ServiceHost
import TallyAPI
import TestKit
import Testing

@testable import Ranking

/// The global board of a publication that knows only what changed, against one that reads it all.
@Suite struct GlobalSumTests {
    /// A person in three repositories: the second holds the first day, the third the last one.
    private static func filled() async throws -> Shop {
        let shop = try Shop()
        try await shop.publish(
            Shop.batch(
                [
                    Shop.score(1, 1, 5, 10_000, days: 20...30),
                    Shop.score(2, 2, 5, 20_000, days: 10...25),
                    Shop.score(3, 3, 5, 30_000, days: 22...40),
                    Shop.score(4, 1, 6, 5000, days: 20...20),
                ], people: Shop.people, repositories: Shop.repositories, change: 9))
        return shop
    }

    /// The person's global entry as score, repositories, commits, first and last day.
    private static func entry(_ shop: Shop, _ person: Int64 = 5) async throws -> [Int64] {
        let entry = try await shop.page(bots: .include)?.entries
            .first { $0.contributorId == person }
        guard let entry else { return [] }
        return [
            entry.score, Int64(entry.repositories), Int64(entry.counters?.commits ?? 0),
            Int64(entry.firstDay), Int64(entry.lastDay),
        ]
    }

    @Test(
        arguments: [
            // One part more, one less, several at once.
            ([Shop.score(10, 1, 5, 40_000, days: 20...30)], [90_000, 3, 9, 10, 40]),
            ([Shop.score(10, 1, 5, 0, removed: true)], [50_000, 2, 5, 10, 40]),
            (
                [
                    Shop.score(10, 1, 5, 50_000, days: 5...50),
                    Shop.score(11, 2, 5, 0, removed: true),
                    Shop.score(12, 4, 5, 10_000, days: 1...2),
                ], [90_000, 3, 9, 1, 50]
            ),
            // An end that moves outwards, and ends that move inwards up to those of the others.
            ([Shop.score(10, 2, 5, 20_000, days: 9...41)], [60_000, 3, 6, 9, 41]),
            ([Shop.score(10, 2, 5, 20_000, days: 15...25)], [60_000, 3, 6, 15, 40]),
            ([Shop.score(10, 2, 5, 20_000, days: 24...25)], [60_000, 3, 6, 20, 40]),
            ([Shop.score(10, 3, 5, 30_000, days: 22...23)], [60_000, 3, 6, 10, 30]),
            ([Shop.score(10, 3, 5, 0, removed: true)], [30_000, 2, 3, 10, 30]),
            // An end that one gives up and another takes over.
            (
                [
                    Shop.score(10, 2, 5, 20_000, days: 24...25),
                    Shop.score(11, 1, 5, 10_000, days: 10...30),
                ], [60_000, 3, 6, 10, 40]
            ),
            // All of it goes, and all of it comes back in other places.
            ((1...3).map { Shop.score(9 + $0, $0, 5, 0, removed: true) }, []),
            (
                (1...3).map { Shop.score(9 + $0, $0, 5, 0, removed: true) }
                    + [Shop.score(13, 7, 5, 1000, days: 3...4)], [1000, 1, 0, 3, 4]
            ),
        ] as [([ScoreRow], [Int64])])
    func `a sum is that of its parts, whichever of them changed`(
        rows: [ScoreRow], expected: [Int64]
    ) async throws {
        let shop = try await Self.filled()
        try await shop.publish(Shop.batch(rows, change: 20))
        #expect(try await Self.entry(shop) == expected)
        // Who was not touched is as before, and reading everything finds nothing else.
        #expect(try await Self.entry(shop, 6) == [5000, 1, 0, 20, 20])
        #expect(try await shop.store.findings().filter { !$0.holds } == [])
        #expect(try await shop.store.rebuild()?.different == 0)
    }

    @Test func `who is a bot, hidden or back is seen without a score that changed`() async throws {
        let shop = try await Self.filled()
        func person(_ change: Int64, bot: Bool = false, hidden: Bool = false) async throws {
            let row = PersonRow(
                change: change, contributorId: 5, login: "ann", bot: bot, hidden: hidden)
            try await shop.publish(Shop.batch([], people: [row], change: change))
            #expect(try await shop.store.findings().filter { !$0.holds } == [])
        }
        try await person(30, bot: true)
        #expect(try await shop.page(bots: .only)?.entries.map(\.contributorId) == [5])
        // A score alone: what the entry says of the bot is believed.
        try await shop.publish(
            Shop.batch([Shop.score(31, 1, 5, 20_000, days: 20...30)], change: 31))
        #expect(try await shop.page(bots: .only)?.entries.map(\.score) == [70_000])
        #expect(try await shop.store.findings().filter { !$0.holds } == [])
        try await person(32, hidden: true)
        #expect(try await Self.entry(shop) == [])
        try await person(33)
        #expect(try await Self.entry(shop) == [70_000, 3, 7, 10, 40])
        #expect(try await shop.page(bots: .only)?.entries.isEmpty == true)
        #expect(try await shop.store.rebuild()?.different == 0)
    }

    @Test func `somebody's boards are found from the scores`() async throws {
        let shop = try await Self.filled()
        func boards() async throws -> [Int64]? {
            try await shop.store.ranks(GetRankRequest(login: "ann", window: "all"))?.map {
                $0.board?.repositoryId ?? -1
            }
        }
        #expect(try await boards() == [0, 3, 2, 1])
        // Until it is published, a score that goes takes nobody off a board.
        try await shop.store.apply(Shop.batch([Shop.score(10, 3, 5, 0, removed: true)], change: 10))
        #expect(try await boards() == [0, 3, 2, 1])
        _ = try await shop.store.publish()
        #expect(try await boards() == [0, 2, 1])
    }
}
