import Postgres
@testable import Scoring
import TallyAPI
import TestKit
import Testing

/// Batches become scores, on a real Postgres.
@Suite struct StoreTests {
    @Test func `a batch gives everyone a score in every window their days touch`() async throws {
        let shop = try Workshop()
        let today = try await shop.today()
        let batch = Workshop.batch(
            [
                Workshop.row(2, day: today, [Workshop.person(5, "ann", Counters(commits: 2))]),
                Workshop.row(
                    3, day: today - 100,
                    [
                        Workshop.person(5, "ann", Counters(releases: 1)),
                        Workshop.person(6, "bob", Counters(comments: 4)),
                    ]),
            ], repositories: [Workshop.repository], change: 3)
        try await shop.store.apply(batch)
        let feed = try await shop.feed()
        let scores = Dictionary(
            uniqueKeysWithValues: feed.scores.map { ("\($0.contributorId) \($0.window)", $0.score) }
        )
        #expect(
            scores == [
                "5 all": 50_000, "5 730d": 50_000, "5 365d": 50_000, "5 90d": 20_000,
                "5 30d": 20_000, "5 7d": 20_000, "6 all": 12_000, "6 730d": 12_000,
                "6 365d": 12_000,
            ])
        #expect(feed.people.map(\.login).sorted() == ["ann", "bob"])
        #expect(feed.repositories.map(\.name) == ["tide/harbor"])
        let changes =
            (feed.scores.map(\.change) + feed.people.map(\.change)
            + feed.repositories.map(\.change)).sorted()
        #expect(changes == Array(1...12))
        #expect(feed.change == 12)
        // Each row was written once: the ninth of nine is the last that the table ever held.
        let last = try await shop.pool.withConnection {
            try $0.query("select max((ctid::text::point)[1])::bigint as n from scores")[0]
                .int64("n")
        }
        #expect(last == 9)
    }

    @Test func `the SQL of the store and the formula give the same scores`() async throws {
        let shop = try Workshop()
        let today = try await shop.today()
        let people = (1...40).map { number in
            let n = UInt64(number)
            return Workshop.person(
                Int64(number), "p\(number)",
                Counters(
                    commits: n % 7, prsOpened: n % 5, prsMerged: n % 3, prsReviewed: n % 11,
                    issuesOpened: n % 2, issuesClosed: n % 13, comments: n, releases: n % 4,
                    linesAdded: n * 5000, linesDeleted: n * 77))
        }
        try await shop.store.apply(
            Workshop.batch(
                [Workshop.row(2, day: today, people)], repositories: [Workshop.repository],
                change: 2))
        let feed = try await shop.feed()
        #expect(feed.scores.count == 40 * 6)
        for row in feed.scores {
            #expect(row.score == FormulaTests.usual.score(row.counters ?? Counters()))
        }
    }

    @Test func `the same batch again renumbers nothing`() async throws {
        let shop = try Workshop()
        let today = try await shop.today()
        let rows = [Workshop.row(2, day: today, [Workshop.person(5, "ann", Counters(commits: 2))])]
        try await shop.store.apply(
            Workshop.batch(rows, repositories: [Workshop.repository], change: 2))
        let before = try await shop.feed()
        try await shop.store.apply(Workshop.batch(rows, change: 2))
        #expect(try await shop.feed(after: before.change).scores.isEmpty)
    }

    @Test func `FLT-22 fewer counters fall and nothing leaves the board`() async throws {
        let shop = try Workshop()
        let today = try await shop.today()
        let both = [
            Workshop.person(5, "ann", Counters(commits: 9)),
            Workshop.person(6, "bob", Counters(commits: 1)),
        ]
        try await shop.store.apply(
            Workshop.batch(
                [Workshop.row(2, day: today, both)], repositories: [Workshop.repository], change: 2)
        )
        let before = try await shop.feed()
        let fewer = [Workshop.person(5, "ann", Counters(commits: 4))]
        try await shop.store.apply(
            Workshop.batch([Workshop.row(3, day: today, fewer)], change: 3))
        let after = try await shop.feed(after: before.change)
        #expect(after.scores.filter { $0.contributorId == 5 }.allSatisfy { $0.score == 40_000 })
        #expect(after.scores.filter { $0.contributorId == 6 }.allSatisfy { $0.removed })
        #expect(after.scores.filter { $0.contributorId == 6 }.count == 6)
    }

    @Test func `FLT-24 a removed repository leaves tombstones alone`() async throws {
        let shop = try Workshop()
        let today = try await shop.today()
        let people = [Workshop.person(5, "ann", Counters(commits: 9))]
        try await shop.store.apply(
            Workshop.batch(
                [Workshop.row(2, day: today, people)], repositories: [Workshop.repository],
                change: 2))
        let before = try await shop.feed()
        var gone = Workshop.repository
        gone.removed = true
        try await shop.store.apply(Workshop.batch([], repositories: [gone], change: 3))
        let after = try await shop.feed(after: before.change)
        #expect(after.scores.count == 6)
        #expect(after.scores.allSatisfy { $0.removed })
        #expect(after.repositories.map(\.removed) == [true])
    }

    @Test func `nobody has no score, and bots have one with their reason`() async throws {
        let shop = try Workshop()
        let today = try await shop.today()
        let people = [
            Workshop.person(0, "", Counters(prsMerged: 3)),
            Workshop.person(7, "mender[bot]", bot: true, Counters(commits: 1)),
        ]
        try await shop.store.apply(
            Workshop.batch(
                [Workshop.row(2, day: today, people)], repositories: [Workshop.repository],
                change: 2))
        let feed = try await shop.feed()
        #expect(Set(feed.scores.map(\.contributorId)) == [7])
        #expect(feed.people.map(\.bot) == [true])
        #expect(feed.people.first?.botReason.contains("[bot]") == true)
    }

    @Test func `FLT-25 a renamed person keeps the score, and the old login still finds them`()
        async throws
    {
        let shop = try Workshop()
        let today = try await shop.today()
        let rows = [
            Workshop.row(2, day: today - 1, [Workshop.person(5, "ann", Counters(commits: 1))]),
            Workshop.row(3, day: today, [Workshop.person(5, "anna", Counters(commits: 1))]),
        ]
        for row in rows {
            try await shop.store.apply(
                Workshop.batch([row], repositories: [Workshop.repository], change: row.change))
        }
        let facts = try await shop.store.facts(login: "ANN", window: "all", repository: "")
        #expect(facts?.person.login == "anna")
        #expect(facts?.person.formerLogins == ["ann"])
        #expect(facts?.shares.map(\.score) == [20_000])
    }

    @Test func `FLT-25 a login that changes hands merges nobody`() async throws {
        let shop = try Workshop()
        let today = try await shop.today()
        let rows = [
            Workshop.row(2, day: today - 1, [Workshop.person(5, "ann", Counters(commits: 1))]),
            Workshop.row(
                3, day: today,
                [
                    Workshop.person(5, "anna", Counters(commits: 1)),
                    Workshop.person(9, "ann", Counters(commits: 5)),
                ]),
        ]
        for row in rows {
            try await shop.store.apply(
                Workshop.batch([row], repositories: [Workshop.repository], change: row.change))
        }
        let now = try await shop.store.facts(login: "ann", window: "all", repository: "")
        #expect(now?.person.contributorId == 9)
        #expect(now?.shares.map(\.score) == [50_000])
    }

    @Test func `FLT-03 a batch that fails leaves nothing, and its cursor stands`() async throws {
        let shop = try Workshop()
        let today = try await shop.today()
        try await shop.store.apply(
            Workshop.batch(
                [Workshop.row(2, day: today, [Workshop.person(5, "ann", Counters(commits: 1))])],
                repositories: [Workshop.repository], change: 2))
        let before = try await shop.feed()
        try await shop.pool.withConnection {
            try $0.script("alter table log_lines add constraint broken check (seq < 0) not valid")
        }
        let rows = [Workshop.row(3, day: today, [Workshop.person(5, "ann", Counters(commits: 8))])]
        await #expect(throws: PostgresError.self) {
            try await shop.store.apply(Workshop.batch(rows, change: 3))
        }
        #expect(try await shop.feed(after: before.change).scores.isEmpty)
        #expect(try await shop.store.cursor().change == 2)
        try await shop.pool.withConnection {
            try $0.script("alter table log_lines drop constraint broken")
        }
        try await shop.store.apply(Workshop.batch(rows, change: 3))
        #expect(try await shop.feed(after: before.change).scores.allSatisfy { $0.score == 80_000 })
    }

    @Test func `FLT-29 windows roll over once, and only for those whose days leave`() async throws {
        let shop = try Workshop()
        let today = try await shop.today()
        // As if the service had stopped ten days ago.
        try await shop.pool.withConnection {
            try $0.execute("update score_feed set as_of_day = $1", [.int32(today - 10)])
        }
        let rows = [
            Workshop.row(2, day: today - 12, [Workshop.person(5, "ann", Counters(commits: 1))]),
            Workshop.row(3, day: today - 400, [Workshop.person(6, "bob", Counters(commits: 1))]),
        ]
        try await shop.store.apply(
            Workshop.batch(rows, repositories: [Workshop.repository], change: 3))
        let before = try await shop.feed()
        #expect(before.scores.contains { $0.contributorId == 5 && $0.window == "7d" })
        #expect(try await shop.store.rollOver())
        let after = try await shop.feed(after: before.change)
        #expect(after.scores.map(\.window) == ["7d"])
        #expect(after.scores.map(\.removed) == [true])
        #expect(try await shop.store.rollOver() == false)
    }

    @Test func `every window holds what was done from its first day on, days to come in all alone`()
        async throws
    {
        let shop = try Workshop()
        let today = try await shop.today()
        // The first and the last day of the windows, one before, and a day to come. Each has its
        // own number of commits, so that every sum names its days.
        let days: [(day: Int32, commits: UInt64)] = [
            (today + 1, 1), (today, 2), (today - 6, 4), (today - 7, 8), (today - 29, 16),
            (today - 30, 32), (today - 800, 64),
        ]
        let rows = days.enumerated().map { place, day in
            Workshop.row(
                Int64(place + 2), day: day.day,
                [
                    Workshop.person(5, "ann", Counters(commits: day.commits)),
                    // Another account of hers, on the same days.
                    Workshop.person(6, "bob", Counters(comments: day.commits)),
                ])
        }
        try await shop.store.apply(
            Workshop.batch(rows, repositories: [Workshop.repository], change: 8))
        let decision = IdentityStore.Decision(author: "meg", reason: "one person")
        _ = try await shop.store.link("ann", "bob", decision)
        let scores = try await shop.feed().scores.filter { $0.contributorId == 5 }
        let found = Dictionary(
            uniqueKeysWithValues: scores.map {
                (
                    $0.window,
                    [Int64($0.counters?.commits ?? 0), Int64($0.counters?.comments ?? 0)]
                        + [Int64($0.firstDay), Int64($0.lastDay)]
                )
            })
        let (first, last) = (Int64(today), Int64(today))
        #expect(
            found == [
                "all": [127, 127, first - 800, last + 1], "730d": [62, 62, first - 30, last],
                "365d": [62, 62, first - 30, last], "90d": [62, 62, first - 30, last],
                "30d": [30, 30, first - 29, last], "7d": [6, 6, first - 6, last],
            ])
        #expect(try await shop.store.findings().filter { !$0.holds } == [])
    }

    @Test func `a copy of the version before writes scores beside this one`() async throws {
        let shop = try Workshop()
        let today = try await shop.today()
        let row = { (change: Int64, commits: UInt64) in
            Workshop.batch(
                [
                    Workshop.row(
                        change, day: today,
                        [Workshop.person(5, "ann", Counters(commits: commits))])
                ], repositories: [Workshop.repository], change: change)
        }
        try await shop.store.apply(row(2, 1))
        let before = try await shop.feed()
        // It inserted under numbers below 0, and gave the final ones afterwards.
        try await shop.pool.withConnection {
            try $0.script(
                """
                begin;
                insert into scores
                select formula_version, repository_id, contributor_id, window_name, 7, commits,
                       prs_opened, prs_merged, prs_reviewed, issues_opened, issues_closed, comments,
                       releases, lines_added, lines_deleted, first_day, last_day, removed,
                       -nextval('staged_scores')
                from scores
                on conflict (formula_version, repository_id, contributor_id, window_name) do update
                set score = excluded.score, change = excluded.change;
                update scores set change = (select last_change from score_feed) - change
                where change < 0;
                update score_feed set last_change = (select max(change) from scores);
                commit
                """)
        }
        let between = try await shop.feed(after: before.change)
        #expect(between.scores.map(\.score) == Array(repeating: 7, count: 6))
        try await shop.store.apply(row(3, 2))
        let after = try await shop.feed(after: between.change)
        #expect(after.scores.map(\.score) == Array(repeating: 20_000, count: 6))
        #expect(after.scores.map(\.change).min() == between.change + 1)
    }

    @Test func `a score that fell to nothing comes back with a new number`() async throws {
        let shop = try Workshop()
        let today = try await shop.today()
        let day = { (change: Int64, people: [ContributorActivity]) in
            Workshop.batch(
                [Workshop.row(change, day: today, people)], repositories: [Workshop.repository],
                change: change)
        }
        let (ann, bob) = (
            Workshop.person(5, "ann", Counters(commits: 1)),
            Workshop.person(6, "bob", Counters(commits: 1))
        )
        try await shop.store.apply(day(2, [ann, bob]))
        let full = try await shop.feed()
        try await shop.store.apply(day(3, [bob]))
        let fewer = try await shop.feed(after: full.change)
        #expect(fewer.scores.map(\.removed) == Array(repeating: true, count: 6))
        // Nobody who was gone already falls again.
        try await shop.store.apply(day(4, [bob]))
        #expect(try await shop.feed(after: fewer.change).scores.isEmpty)
        try await shop.store.apply(day(5, [ann, bob]))
        let again = try await shop.feed(after: fewer.change)
        #expect(again.scores.map(\.score) == Array(repeating: 10_000, count: 6))
        #expect(again.scores.map(\.removed) == Array(repeating: false, count: 6))
        #expect(again.scores.map(\.change) == Array((fewer.change + 1)...(fewer.change + 6)))
    }

    @Test func `what ranking published is told upstream as activity`() async throws {
        let shop = try Workshop()
        let today = try await shop.today()
        try await shop.store.apply(
            Workshop.batch(
                [Workshop.row(4, day: today, [Workshop.person(5, "ann", Counters(commits: 1))])],
                repositories: [Workshop.repository], change: 4))
        let feed = try await shop.feed()
        #expect(try await shop.store.watermarks() == Watermarks(applied: 4, published: 0))
        try await shop.store.record(
            follower: "ranking", instance: "i", applied: feed.change, published: feed.change)
        #expect(try await shop.store.watermarks() == Watermarks(applied: 4, published: 4))
    }
}
