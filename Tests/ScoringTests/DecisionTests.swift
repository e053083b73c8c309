import Postgres
import RPCCore
import ServiceHost
import TallyAPI
import TestKit
import Testing

@testable import Scoring

/// Links of accounts, opt-outs and formulas, on a real Postgres.
@Suite struct DecisionTests {
    private static let decision = IdentityStore.Decision(author: "meg", reason: "asked for it")

    /// ann (5) and bob (6) in one repository, cara (7) with many lines.
    private func filled() async throws -> Workshop {
        let shop = try Workshop()
        let today = try await shop.today()
        let people = [
            Workshop.person(5, "ann", Counters(commits: 2, linesAdded: 90_000)),
            Workshop.person(6, "bob", Counters(comments: 4, linesAdded: 50_000)),
            Workshop.person(7, "cara", Counters(releases: 1)),
        ]
        try await shop.store.apply(
            Workshop.batch(
                [Workshop.row(2, day: today, people)], repositories: [Workshop.repository],
                change: 2))
        return shop
    }

    private func scores(_ shop: Workshop) async throws -> [Int64: Int64] {
        let feed = try await shop.feed()
        let active = feed.scores.filter { $0.window == "all" && !$0.removed }
        let newest = active.map(\.formulaVersion).max()
        return Dictionary(
            active.filter { $0.formulaVersion == newest }.map { ($0.contributorId, $0.score) },
            uniquingKeysWith: { $1 })
    }

    @Test func `FLT-25 two linked accounts score as one, with one cap, and unlinked as before`()
        async throws
    {
        let shop = try await self.filled()
        let before = try await self.scores(shop)
        #expect(before == [5: 920_000, 6: 512_000, 7: 30_000])
        guard case .done(let person, true) = try await shop.store.link("ann", "BOB", Self.decision)
        else { return #expect(Bool(false), "not linked") }
        #expect(person?.linkedLogins == ["bob"])
        // The lines of both together reach the cap of 1000 points.
        #expect(try await self.scores(shop) == [5: 1_032_000, 7: 30_000])
        let facts = try await shop.store.facts(login: "bob", window: "all", repository: "")
        #expect(facts?.person.login == "ann")
        #expect(facts?.shares.map(\.score) == [1_032_000])
        _ = try await shop.store.unlink("bob", "bob", Self.decision)
        _ = try await shop.store.unlink("ann", "bob", Self.decision)
        #expect(try await self.scores(shop) == before)
        let changes = try await shop.store.identityChanges("bob", limit: 10)
        #expect(changes.map(\.kind) == ["link"])
        #expect(changes.map(\.author) == ["meg"])
        #expect(changes.map(\.undoneBy) == ["meg"])
        #expect(changes.first?.undoneAtUs != 0)
    }

    @Test func `FLT-25 a chain of links is one person, and what a link would tangle is refused`()
        async throws
    {
        let shop = try await self.filled()
        _ = try await shop.store.link("bob", "cara", Self.decision)
        _ = try await shop.store.link("ann", "bob", Self.decision)
        #expect(try await self.scores(shop) == [5: 1_062_000])
        // cara belongs to ann already, by way of bob.
        guard case .done(_, false) = try await shop.store.link("ann", "cara", Self.decision) else {
            return #expect(Bool(false), "linked again")
        }
        guard case .circle = try await shop.store.link("cara", "ann", Self.decision) else {
            return #expect(Bool(false), "a circle was linked")
        }
        guard case .unknown("zoe") = try await shop.store.link("ann", "zoe", Self.decision) else {
            return #expect(Bool(false), "somebody unknown was linked")
        }
        _ = try await shop.store.unlink("ann", "bob", Self.decision)
        #expect(try await self.scores(shop) == [5: 920_000, 6: 542_000])
        #expect(try await shop.store.findings().allSatisfy { $0.holds })
    }

    @Test func `FLT-25 a linked account that is renamed stays linked, and its login may be taken`()
        async throws
    {
        let shop = try await self.filled()
        let today = try await shop.today()
        _ = try await shop.store.link("ann", "bob", Self.decision)
        let people = [
            Workshop.person(6, "bobby", Counters(comments: 4, linesAdded: 50_000)),
            Workshop.person(9, "bob", Counters(commits: 1)),
            Workshop.person(5, "ann", Counters(commits: 2, linesAdded: 90_000)),
        ]
        try await shop.store.apply(
            Workshop.batch([Workshop.row(3, day: today, people)], change: 3))
        #expect(try await self.scores(shop) == [5: 1_032_000, 9: 10_000])
        let other = try await shop.store.facts(login: "bob", window: "all", repository: "")
        #expect(other?.person.contributorId == 9)
        let linked = try await shop.store.facts(login: "bobby", window: "all", repository: "")
        #expect(linked?.person.contributorId == 5)
    }

    @Test
    func `FLT-27 who opts out is gone, nobody else's numbers move, and back they are the same`()
        async throws
    {
        let shop = try await self.filled()
        let before = try await self.scores(shop)
        #expect(try await shop.store.setOptOut(true, "ANN", Self.decision) == true)
        #expect(try await shop.store.setOptOut(true, "ann", Self.decision) == false)
        #expect(try await self.scores(shop) == before.filter { $0.key != 5 })
        #expect(try await shop.store.facts(login: "ann", window: "all", repository: "") == nil)
        #expect(
            try await shop.store.series(login: "ann", repository: "", since: 0, until: .max) == nil)
        let feed = try await shop.feed()
        let row = feed.people.first { $0.contributorId == 5 }
        #expect(row?.hidden == true)
        #expect(row?.login == "")
        let range = try await shop.store.scores(
            of: 1, since: .min, until: .max, try #require(await shop.store.formula(.active)))
        #expect(range.rows.map(\.contributorId) == [6, 7])
        #expect(try await shop.store.setOptOut(false, "ann", Self.decision) == true)
        #expect(try await self.scores(shop) == before)
        #expect(try await shop.store.setOptOut(true, "zoe", Self.decision) == nil)
        #expect(try await shop.store.findings().allSatisfy { $0.holds })
    }

    @Test func `FLT-27 no log line names who opted out`() async throws {
        let shop = try await self.filled()
        _ = try await shop.store.setOptOut(true, "ann", Self.decision)
        _ = try await shop.store.link("bob", "cara", Self.decision)
        let lines = try await shop.pool.withConnection {
            try $0.query("select message, fields from log_lines").map {
                try $0.string("message") + $0.string("fields")
            }
        }
        #expect(!lines.isEmpty)
        for line in lines { #expect(!line.contains("ann") && !line.contains("bob")) }
    }

    @Test func `FLT-27 an opt-out covers linked accounts, and those unlinked later stay away`()
        async throws
    {
        let shop = try await self.filled()
        _ = try await shop.store.link("ann", "bob", Self.decision)
        _ = try await shop.store.setOptOut(true, "bob", Self.decision)
        #expect(try await self.scores(shop) == [7: 30_000])
        _ = try await shop.store.unlink("ann", "bob", Self.decision)
        #expect(try await self.scores(shop) == [7: 30_000])
        _ = try await shop.store.setOptOut(false, "bob", Self.decision)
        #expect(try await self.scores(shop) == [6: 512_000, 7: 30_000])
    }

    // MARK: Formulas

    private static func document(_ commits: String, version: String = "null") throws
        -> FormulaDocument
    {
        try FormulaDocument(
            FormulaDocumentTests.text(version: version, weight: ("commits", commits)))
    }

    @Test func `FLT-26 a formula is computed from the counters, then active; versions stay`()
        async throws
    {
        let shop = try await self.filled()
        let put = try await shop.store.put(try Self.document("100"), author: "meg")
        guard case .taken(let stored, true) = put else { return #expect(Bool(false)) }
        #expect(stored.isRescoring && stored.formula.version == 1)
        // Until every score is there the former one stays what boards show.
        #expect(try await shop.feed().formulaReady?.name != "fair")
        while try await shop.store.rescore() {}
        let ready = try await shop.store.feedBatch(after: 0).batch.formulaReady
        #expect(ready?.name == "fair")
        #expect(ready?.formulaId == UInt32(stored.id))
        // 2 commits at 100 points, 90,000 lines at 1.5 under a cap of 1000.
        #expect(try await self.scores(shop)[5] == 200_000 + 1_000_000)
        let all = try await shop.store.formulas()
        #expect(
            all.map { "\($0.name) \($0.version) \($0.state)" } == [
                "default 1 stored", "fair 1 active",
            ])
        #expect(try await shop.store.findings().allSatisfy { $0.holds })
    }

    @Test func `FLT-26 changed twice, the last one wins and nothing of the first is kept`()
        async throws
    {
        let shop = try await self.filled()
        let today = try await shop.today()
        _ = try await shop.store.put(try Self.document("100"), author: "meg")
        _ = try await shop.store.rescore()
        _ = try await shop.store.put(try Self.document("200"), author: "meg")
        // A scrape in the middle is scored under the one to come, too.
        let late = [Workshop.person(5, "ann", Counters(commits: 1))]
        try await shop.store.apply(
            Workshop.batch([Workshop.row(3, day: today - 1, late)], change: 3))
        while try await shop.store.rescore() {}
        #expect(try await self.scores(shop)[5] == 600_000 + 1_000_000)
        let feed = try await shop.feed()
        try await shop.store.record(
            follower: "ranking", instance: "i", applied: feed.change, published: feed.change)
        try await shop.store.sweep()
        #expect(Set(try await shop.feed().scores.map(\.formulaVersion)).count == 1)
        #expect(try await shop.store.formulas().count == 3)
    }

    @Test func `FLT-26 back to a former formula counts anew, with what happened since`()
        async throws
    {
        let shop = try await self.filled()
        let today = try await shop.today()
        _ = try await shop.store.put(try Self.document("100"), author: "meg")
        while try await shop.store.rescore() {}
        let fewer = [Workshop.person(6, "bob", Counters(comments: 1))]
        try await shop.store.apply(
            Workshop.batch([Workshop.row(3, day: today, fewer)], change: 3))
        let usual = """
            {"name":"default","version":1,"weights":{"commits":10,"prs_opened":15,"prs_merged":25,
             "prs_reviewed":20,"issues_opened":8,"issues_closed":5,"comments":3,"releases":30,
             "lines_added":0.01,"lines_deleted":0.005},"cap":1000}
            """
        _ = try await shop.store.put(try FormulaDocument(usual), author: "meg")
        while try await shop.store.rescore() {}
        #expect(try await self.scores(shop) == [6: 3_000])
        #expect(try await shop.store.findings().allSatisfy { $0.holds })
    }

    @Test func `BAD-13 a version that is stored with other numbers stays as it is`() async throws {
        let shop = try await self.filled()
        _ = try await shop.store.put(try Self.document("100", version: "3"), author: "meg")
        let put = try await shop.store.put(try Self.document("101", version: "3"), author: "meg")
        guard case .otherNumbers(nextFree: 4) = put else { return #expect(Bool(false), "\(put)") }
        let again = try await shop.store.put(try Self.document("100"), author: "meg")
        guard case .taken(let stored, false) = again else { return #expect(Bool(false)) }
        #expect(stored.formula.version == 3)
    }

    @Test func `a preview names the ranks that would change and stores nothing`() async throws {
        let shop = try await self.filled()
        let text = FormulaDocumentTests.text(cap: "0", weight: ("releases", "9"))
        let preview = try #require(
            await shop.store.preview(
                try FormulaDocument(text), window: "all", repository: "", limit: 10))
        // Without lines: ann 3, bob 6, cara 9.
        #expect(preview.changes.map(\.login) == ["cara", "ann"])
        #expect(preview.changes.map(\.rank) == [3, 1])
        #expect(preview.changes.map(\.newRank) == [1, 3])
        #expect(preview.changes.map(\.newScore) == [9_000, 3_000])
        #expect((preview.changed, preview.total) == (2, 3))
        #expect(try await shop.store.formulas().count == 1)
        let same = try #require(
            await shop.store.preview(
                try FormulaDocument(text), window: "all", repository: "tide/harbor", limit: 1))
        #expect(same.changes.count == 1)
        #expect(same.changed == 2)
        #expect(
            try await shop.store.preview(
                try FormulaDocument(text), window: "all", repository: "no/where", limit: 1) == nil)
    }

    // MARK: Followers

    @Test func `tombstones stay until every known follower passed them`() async throws {
        let shop = try await self.filled()
        _ = try await shop.store.setOptOut(true, "ann", Self.decision)
        let feed = try await shop.feed()
        let last = feed.scores.filter(\.removed).map(\.change).max() ?? 0
        #expect(last > 0)
        try await shop.store.record(
            follower: "ranking", instance: "i", applied: last - 1, published: 0)
        try await shop.store.sweep()
        #expect(try await shop.feed().scores.filter(\.removed).count == 1)
        #expect(try await shop.store.sweptChange() == last - 1)
        try await shop.store.record(
            follower: "ranking", instance: "i", applied: last, published: 0)
        try await shop.store.sweep()
        #expect(try await shop.feed().scores.filter(\.removed).isEmpty)
        #expect(try await shop.store.sweptChange() == last)
    }

    @Test(arguments: [("6 days", false), ("8 days", true)])
    func `a follower silent for seven days holds nothing back`(
        silence: String, isSwept: Bool
    ) async throws {
        let shop = try await self.filled()
        _ = try await shop.store.setOptOut(true, "ann", Self.decision)
        try await shop.store.record(follower: "ranking", instance: "i", applied: 1, published: 0)
        try await shop.pool.withConnection {
            try $0.execute("update followers set seen_at = now() - interval '\(silence)'")
        }
        try await shop.store.sweep()
        #expect(try await shop.feed().scores.filter(\.removed).isEmpty == isSwept)
    }

    @Test func `FLT-34 following anew keeps what comes again and drops what does not`()
        async throws
    {
        let shop = try await self.filled()
        let today = try await shop.today()
        let before = try await shop.feed()
        try await shop.store.restart()
        #expect(try await shop.store.cursor().change == 0)
        // Nothing falls before the end of the feed is there.
        let ann = [Workshop.person(5, "ann", Counters(commits: 2, linesAdded: 90_000))]
        var batch = Workshop.batch(
            [Workshop.row(1, day: today, ann)], repositories: [Workshop.repository], change: 1)
        batch.caughtUp = false
        try await shop.store.apply(batch, after: 0)
        #expect(try await self.scores(shop)[5] == 920_000)
        try await shop.store.apply(Workshop.batch([], change: 1), after: 1)
        #expect(try await self.scores(shop) == [5: 920_000])
        let after = try await shop.feed(after: before.change)
        #expect(Set(after.scores.map(\.contributorId)) == [6, 7])
        #expect(after.scores.allSatisfy { $0.removed })
        await #expect(throws: CursorMoved.self) {
            try await shop.store.apply(Workshop.batch([], change: 9), after: 5)
        }
    }

    @Test func `BAD-14 a block that does not parse is told and skipped, the rest goes on`()
        async throws
    {
        let shop = try await self.filled()
        let today = try await shop.today()
        var broken = Workshop.row(3, repository: 2, day: today, [])
        broken.block = [0xff, 0xff, 0xff]
        let good = Workshop.row(
            4, day: today - 1, [Workshop.person(8, "dan", Counters(commits: 1))])
        try await shop.store.apply(Workshop.batch([broken, good], change: 4))
        #expect(try await self.scores(shop)[8] == 10_000)
        let told = try await shop.pool.withConnection {
            try $0.query("select message from log_lines where level = 'error'").map {
                try $0.string("message")
            }
        }
        #expect(told.count == 1 && told[0].contains("repository 2"))
    }

    // MARK: Checks

    @Test(arguments: [
        ("update scores set score = score + 1 where contributor_id = 5", "I1", "contributor 5"),
        (
            "update contributions set commits = 99 where contributor_id = 5", "I1", "contributor 5"
        ),
        ("delete from scores where contributor_id = 6 and window_name = '7d'", "I1", "window 7d"),
        (
            "update github_users set canonical_id = 6 where contributor_id = 7", "I1",
            "contributor 7"
        ),
        (
            "update scores set change = 99999 where contributor_id = 5 and window_name = 'all'",
            "I5",
            "99999"
        ),
        (
            "insert into followers values ('ranking', 'i', 99999, 0)", "I5",
            "applied 99999"
        ),
        ("delete from log_lines where seq = 1; update log_numbers set last_seq = 77", "I6", "77"),
    ])
    func `FLT-35 a row changed by hand is named`(
        sql: String, invariant: String, words: String
    ) async throws {
        let shop = try await self.filled()
        _ = try await shop.store.setOptOut(true, "cara", Self.decision)
        #expect(try await shop.store.findings().allSatisfy { $0.holds })
        try await shop.pool.withConnection { try $0.script(sql) }
        let broken = try await shop.store.findings().filter { !$0.holds }
        #expect(
            broken.contains { finding in
                finding.invariant == invariant && finding.violations.contains { $0.contains(words) }
            }, "\(broken)")
    }
}
