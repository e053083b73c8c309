import Postgres
import ServiceHost
import TallyAPI
import TestKit
import Testing

@testable import Ranking

/// What a publication may leave unread because little changed, and must know all the same.
@Suite struct PublicationCostTests {
    /// Twenty people, the first of whom came first and the last of whom was there last.
    private static func crowd() async throws -> Shop {
        let shop = try Shop()
        let scores = (1...20).map {
            Shop.score(Int64($0), 1, Int64($0), 1000, days: Int32($0)...Int32(100 + $0))
        }
        try await shop.publish(
            Shop.batch(scores, repositories: Shop.repositories, change: 20))
        return shop
    }

    @Test(arguments: [
        // Past the end, and past the beginning.
        (Int64(20), Int32(20)...150, Int32(1)...150), (1, 0...101, 0...120),
        // From an end to the inside: the next one stands there.
        (20, 20...110, 1...119), (1, 5...101, 2...120),
        // Somebody inside, who reaches an end or does not.
        (10, 10...115, 1...120), (10, 1...120, 1...120), (10, 0...121, 0...121),
    ])
    func `the days of a board are those of everybody on it, whoever moves`(
        person: Int64, days: ClosedRange<Int32>, all: ClosedRange<Int32>
    ) async throws {
        let shop = try await Self.crowd()
        try await shop.publish(
            Shop.batch([Shop.score(21, 1, person, 2000, days: days)], change: 21))
        for repository in ["", "tide/harbor"] {
            let board = try await shop.page(repository)?.board
            #expect(board?.generation == 2)
            #expect(board?.sinceDay == all.lowerBound)
            #expect(board?.untilDay == all.upperBound)
        }
    }

    @Test func `the days of a board go with who leaves it`() async throws {
        let shop = try await Self.crowd()
        try await shop.publish(
            Shop.batch(
                [1, 20].map { Shop.score(20 + $0, 1, $0, 0, removed: true) }, change: 40))
        let board = try await shop.page("tide/harbor")?.board
        #expect(board?.sinceDay == 2)
        #expect(board?.untilDay == 119)
    }

    @Test func `entries that ended are noted until they are gone`() async throws {
        let shop = try await Self.crowd()
        for change in Int64(21)...30 {
            try await shop.publish(
                Shop.batch([Shop.score(change, 1, change % 3, change * 1000)], change: change))
        }
        // Of eleven generations three are kept; the entries of the two before the newest ended.
        #expect(
            try await shop.number(
                """
                select sum(cardinality(contributor_ids))::bigint as n from ended_lists
                where repository_id = 1
                """) == 2)
        #expect(try await Self.unlike(shop) == 0)
    }

    @Test func `entries that an earlier day still shows stay when a generation between goes`()
        async throws
    {
        let shop = try await Self.crowd()
        try await shop.age(days: 1)
        for change in Int64(21)...30 {
            try await shop.publish(
                Shop.batch([Shop.score(change, 1, change % 3, change * 1000)], change: change))
        }
        // Yesterday's last generation shows the entries of those three as they were then.
        let yesterday = try await shop.page("tide/harbor", generation: 1)
        #expect(yesterday?.entries.map(\.score) == Array(repeating: 1000, count: 20))
        #expect(
            try await shop.number(
                """
                select count(*) as n from board_entries
                where repository_id = 1 and gen_from = 1 and gen_to < \(PublicationStore.open)
                """) == 2)
        #expect(try await Self.unlike(shop) == 0)
        #expect(try await shop.store.findings().filter { !$0.holds } == [])
        // When that day is long past, they go, too.
        try await shop.age(days: 40)
        for change in Int64(31)...34 {
            try await shop.publish(
                Shop.batch([Shop.score(change, 1, 9, change * 1000)], change: change))
        }
        #expect(try await shop.page("tide/harbor", generation: 1) == nil)
        #expect(
            try await shop.number(
                "select count(*) as n from board_entries where gen_to <= 11 and repository_id = 1")
                == 0)
        #expect(try await Self.unlike(shop) == 0)
    }

    @Test func `entries that a former version ends are noted, too`() async throws {
        let shop = try await Self.crowd()
        try await shop.pool.withConnection {
            try $0.script("update board_entries set gen_to = 2 where contributor_id < 4")
        }
        let noted = "select sum(cardinality(gen_froms))::bigint as n from ended_lists"
        #expect(try await shop.number(noted) == 6)
        #expect(try await Self.unlike(shop) == 0)
    }

    /// Entries that ended and are not noted, and notes without an entry.
    private static func unlike(_ shop: Shop) async throws -> Int64 {
        try await shop.number(
            """
            select count(*) as n
            from (select repository_id, window_name, contributor_id, gen_from, gen_to
                  from board_entries where gen_to < \(PublicationStore.open)) e
            full join (
              select repository_id, window_name, gen_to, n.contributor_id, n.gen_from
              from ended_lists,
                   unnest(contributor_ids, gen_froms) as n (contributor_id, gen_from)) n
              using (repository_id, window_name, contributor_id, gen_from, gen_to)
            where e.gen_from is null or n.gen_from is null
            """)
    }

    @Test func `a new day is seen though the day before was published many times`() async throws {
        let shop = try await Self.crowd()
        let week = { (change: Int64, day: Int32) in
            Shop.batch(
                [Shop.score(change, 1, 5, change * 1000, window: "7d")], change: change, day: day)
        }
        for change in Int64(21)...24 { try await shop.publish(week(change, 20_000)) }
        // Another board alone moves on the new day; this one's days go on with it.
        try await shop.publish(
            Shop.batch([Shop.score(25, 2, 6, 5000, window: "30d")], change: 25, day: 20_001))
        #expect(try await shop.page("tide/harbor", window: "7d")?.board?.untilDay == 20_001)
        #expect(try await shop.page("moss/fern", window: "30d")?.board?.untilDay == 20_001)
    }
}
