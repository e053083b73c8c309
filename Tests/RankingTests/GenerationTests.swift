import Postgres
import TallyAPI
import Testing

@testable import Ranking

/// Which generations are kept, what one costs, and what a change of formula or a person does.
@Suite struct GenerationTests {
    @Test func `the last three and one of each day are kept, and what nobody shows goes`()
        async throws
    {
        let shop = try await Shop.filled()
        var change: Int64 = 10
        // Two publications on each of 40 days.
        for day in 0..<40 {
            for _ in 0..<2 {
                change += 1
                try await shop.publish(
                    Shop.batch([Shop.score(change, 1, 5, change * 1000)], change: change))
            }
            if day < 39 { try await shop.age(days: 1) }
        }
        let days = try await shop.pool.withConnection {
            try $0.query(
                """
                select generation, (select max(published_day) from generations) - published_day
                  as age
                from generations where repository_id = 1 order by generation desc
                """
            ).map { (try $0.int64("generation"), try $0.int32("age")) }
        }
        #expect(days.prefix(4).map(\.0) == [81, 80, 79, 77])
        // One of each of the 30 days before, and today's besides the newest.
        let ages: [Int32] = days.map { $0.1 }.filter { $0 > 0 }
        #expect(ages == [Int32](1...30))
        #expect(days.count == 32)
        // ann's entry was another one each time; those between kept generations are gone.
        let versions = try await shop.number(
            "select count(*) as n from board_entries where repository_id = 1 and contributor_id = 5"
        )
        #expect(versions == 32)
        #expect(try await shop.store.findings().allSatisfy { $0.holds })
        #expect(try await shop.page("tide/harbor", generation: 77)?.entries.first?.score == 86_000)
        #expect(try await shop.page("tide/harbor", generation: 78) == nil)
    }

    @Test func `a publication writes the entries that differ and no others`() async throws {
        let shop = try Shop()
        let everyone = (1...3000).map { Shop.score(Int64($0), 1, Int64($0), Int64($0) * 10) }
        try await shop.publish(
            Shop.batch(everyone, repositories: Shop.repositories, change: 3000))
        #expect(try await shop.number("select count(*) as n from board_entries") == 6000)
        let few = (1...20).map { Shop.score(Int64(3000 + $0), 1, Int64($0 * 100), 500_000) }
        try await shop.publish(Shop.batch(few, change: 3020))
        #expect(
            try await shop.number("select count(*) as n from board_entries where gen_from > 1")
                == 40)
        #expect(try await shop.number("select count(*) as n from board_entries") == 6040)
        let page = try await shop.page("tide/harbor", size: 25)
        #expect(page?.entries.prefix(20).map(\.rank) == Array(repeating: 1, count: 20))
        #expect(page?.entries[20].rank == 21)
        let last = try await shop.page("tide/harbor", page: 30)
        #expect(last?.entries.last?.rank == 3000)
        #expect(try await shop.store.findings().allSatisfy { $0.holds })
    }

    @Test func `the same again publishes nothing`() async throws {
        let shop = try await Shop.filled()
        try await shop.store.apply(Shop.batch([Shop.score(10, 1, 5, 30_000)], change: 10))
        #expect(try await shop.store.publish() == 0)
        #expect(try await shop.store.watermarks() == Watermarks(applied: 10, published: 10))
    }

    @Test func `the global board has one generation for all changes before it`() async throws {
        let shop = try await Shop.filled()
        let before = try await shop.page()?.board?.generation ?? 0
        for change in Int64(10)...15 {
            try await shop.store.apply(
                Shop.batch(
                    [Shop.score(change, 1 + change % 2, 5, change * 1000)], change: change,
                    caughtUp: change == 15))
        }
        _ = try await shop.store.publish()
        #expect(try await shop.page()?.board?.generation == before + 1)
    }

    @Test func `FLT-29 a new day cuts the relative windows once, and all stays`() async throws {
        let shop = try await Shop.filled()
        try await shop.publish(
            Shop.batch([Shop.score(10, 1, 5, 30_000, window: "7d")], change: 10, day: 20_453))
        let all = try await shop.page("tide/harbor")?.board?.generation
        // 2026-01-01 is day 20,454.
        try await shop.store.apply(Shop.batch([], change: 11, day: 20_454))
        #expect(try await shop.store.publish() == 2)
        let week = try await shop.page("tide/harbor", window: "7d")?.board
        #expect(week?.generation == 2)
        #expect(week?.sinceDay == 20_448)
        #expect(week?.untilDay == 20_454)
        #expect(try await shop.page("tide/harbor")?.board?.generation == all)
        try await shop.store.apply(Shop.batch([], change: 12, day: 20_454))
        #expect(try await shop.store.publish() == 0)
    }

    // MARK: Formulas

    @Test func `FLT-26 boards change to another formula all at once, when it is ready`()
        async throws
    {
        let shop = try await Shop.filled()
        let ready = FormulaReady(formulaId: 2, name: "fair", version: 1, change: 20)
        // Scores of the formula to come arrive while the former one is shown.
        try await shop.store.apply(
            Shop.batch([Shop.score(10, 1, 5, 1_000, formula: 2)], change: 10))
        #expect(try await shop.store.publish() == 0)
        #expect(try await shop.page("tide/harbor")?.entries.map(\.score) == [30_000, 30_000])
        try await shop.store.apply(
            Shop.batch(
                [Shop.score(11, 1, 6, 2_000, formula: 2), Shop.score(12, 2, 6, 3_000, formula: 2)],
                change: 20, ready: ready))
        #expect(try await shop.store.publish() == 3)
        #expect(
            try await shop.page("tide/harbor", bots: .include)?.entries.map(\.score) == [
                2_000, 1_000,
            ])
        #expect(try await shop.page()?.entries.map(\.score) == [5_000, 1_000])
        let boards = try await shop.store.boards(window: "", publishedAfter: 0)
        #expect(Set(boards.map(\.formulaName)) == ["fair"])
        #expect(try await shop.number("select count(*) as n from scores") == 3)
        #expect(try await shop.store.findings().allSatisfy { $0.holds })
    }

    // MARK: People

    @Test func `FLT-27 who opted out is gone from pinned generations, searches and ranks, too`()
        async throws
    {
        let shop = try await Shop.filled()
        let pinned = try await shop.page("tide/harbor")?.board?.generation ?? 0
        try await shop.age(days: 1)
        try await shop.publish(Shop.batch([Shop.score(10, 1, 6, 50_000)], change: 10))
        let hidden = PersonRow(change: 13, contributorId: 5, hidden: true)
        try await shop.publish(
            Shop.batch(
                [Shop.score(12, 1, 5, 0, removed: true)], people: [hidden], change: 13))
        for generation in [0, pinned] {
            let page = try await shop.page("tide/harbor", generation: generation)
            #expect(page?.entries.map(\.login) == ["bob"])
            #expect(page?.total == 1)
        }
        #expect(try await shop.page("tide/harbor", query: "ann")?.total == 0)
        #expect(try await shop.store.ranks(GetRankRequest(login: "ann", window: "all")) == nil)
        #expect(
            try await shop.number(
                "select count(*) as n from board_entries where contributor_id = 5") == 0)
        #expect(try await shop.page()?.entries.map(\.contributorId) == [6])
        #expect(try await shop.store.findings().allSatisfy { $0.holds })
    }

    @Test func `FLT-25 the login of a linked account finds the person`() async throws {
        let shop = try await Shop.filled()
        let linked = PersonRow(change: 11, contributorId: 6, login: "bob", canonicalId: 5)
        try await shop.publish(
            Shop.batch(
                [
                    Shop.score(10, 1, 5, 60_000), Shop.score(11, 1, 6, 0, removed: true),
                    Shop.score(12, 2, 6, 0, removed: true), Shop.score(13, 2, 5, 10_000),
                ], people: [linked], change: 13))
        let ranks = try await shop.store.ranks(GetRankRequest(login: "bob", window: "all"))
        #expect(ranks?.map { $0.entry?.login } == ["ann", "ann", "ann"])
        #expect(ranks?.first?.entry?.score == 70_000)
    }

    // MARK: From nothing

    @Test func `a rebuild finds nothing to do, and repairs what was changed by hand`()
        async throws
    {
        let shop = try await Shop.filled()
        let before = try await shop.page("tide/harbor", bots: .include)
        #expect(try await shop.store.rebuild()?.different == 0)
        try await shop.pool.withConnection {
            try $0.script("update board_entries set place = 5 where contributor_id = 6")
        }
        #expect(try await shop.store.findings().contains { !$0.holds })
        #expect(try await shop.store.rebuild()?.different == 3)
        #expect(try await shop.page("tide/harbor", bots: .include)?.entries == before?.entries)
        #expect(
            try await shop.store.findings().filter { $0.invariant != "I3" }.allSatisfy { $0.holds })
    }

    @Test func `FLT-34 following anew boards stay until the end, then what did not come is gone`()
        async throws
    {
        let shop = try await Shop.filled()
        try await shop.store.restart()
        #expect(try await shop.store.publish() == nil)
        try await shop.store.apply(
            Shop.batch(
                [Shop.score(1, 1, 6, 30_000)], people: Shop.people,
                repositories: [Shop.repositories[0]], change: 3, caughtUp: false), after: 0)
        #expect(try await shop.store.publish() == nil)
        #expect(try await shop.page("tide/harbor")?.entries.map(\.login) == ["ann", "bob"])
        try await shop.publish(Shop.batch([], change: 4))
        #expect(try await shop.page("tide/harbor")?.entries.map(\.login) == ["bob"])
        #expect(try await shop.page("moss/fern") == nil)
        #expect(try await shop.store.findings().allSatisfy { $0.holds })
    }

    // MARK: Checks

    @Test(arguments: [
        (
            "update scores set score = score + 1 where contributor_id = 5", "I1",
            "contributor 5, window all"
        ),
        (
            "update board_entries set place = place - 1 where contributor_id = 6 "
                + "and repository_id = 1", "I1", "repository 1, contributor 6"
        ),
        (
            "update board_entries set commits = 9 where repository_id = 0 and contributor_id = 6",
            "I2", "contributor 6"
        ),
        ("delete from board_entries where repository_id = 2", "I3", "repository 2"),
        (
            "update generations set stretch_bots = '{0}' where repository_id = 1", "I3",
            "repository 1"
        ),
        ("update positions set published = 99999", "I5", "99999"),
        ("update log_numbers set last_seq = 77", "I6", "77"),
    ])
    func `FLT-35 a row changed by hand is named`(
        sql: String, invariant: String, words: String
    ) async throws {
        let shop = try await Shop.filled()
        #expect(try await shop.store.findings().allSatisfy { $0.holds })
        try await shop.pool.withConnection { try $0.script(sql) }
        let broken = try await shop.store.findings().filter { !$0.holds }
        #expect(
            broken.contains { finding in
                finding.invariant == invariant
                    && finding.violations.contains { $0.contains(words) }
            }, "\(broken)")
    }
}
