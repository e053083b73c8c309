import Postgres
import ServiceKit
import TallyAPI
import TestKit
import Testing

@testable import Ingest

/// Whose word counts: pure.
@Suite struct SourceChoiceTests {
    private func day(
        _ source: String, whole: Bool = true, lacks: Set<String> = []
    ) -> SourceDay {
        SourceDay(source: source, isWhole: whole, lacks: lacks)
    }

    @Test func `SRC-40 the better source is believed, in whatever order they come`() {
        let all = [day("bigquery"), day("github"), day("archive")]
        #expect(SourceMerge.source(of: "commits", among: all) == "github")
        #expect(SourceMerge.source(of: "commits", among: all.reversed()) == "github")
        #expect(
            SourceMerge.source(of: "commits", among: [day("bigquery"), day("archive")])
                == "archive")
    }

    @Test func `SRC-40 a whole day is believed before one with gaps`() {
        let days = [day("github", whole: false), day("archive")]
        #expect(SourceMerge.source(of: "commits", among: days) == "archive")
        let both = [day("archive", whole: false), day("github", whole: false)]
        #expect(SourceMerge.source(of: "commits", among: both) == "github")
    }

    @Test func `SRC-40 a counter that a source cannot tell is another's; lines go with merges`() {
        let days = [day("github", lacks: ["releases", "prs_merged"]), day("archive")]
        let sources = SourceMerge.sources(among: days)
        let byItem = Dictionary(uniqueKeysWithValues: zip(Counters.items, sources))
        #expect(byItem["releases"] == "archive")
        #expect(byItem["commits"] == "github")
        #expect(byItem["prs_merged"] == "archive")
        #expect(byItem["lines_added"] == "archive")
        #expect(byItem["lines_deleted"] == "archive")
    }

    @Test func `a day that nobody read is nobody's`() {
        #expect(SourceMerge.source(of: "commits", among: []) == nil)
    }

    @Test func `a block takes each counter from whoever is believed for it`() {
        var (exact, archive) = (DayBlock(), DayBlock())
        exact.name(1, DayBlock.Person(login: "new", bot: false))
        exact.add(Counters(commits: 5, comments: 1), of: 1)
        archive.name(1, DayBlock.Person(login: "old", bot: false))
        archive.name(2, DayBlock.Person(login: "two", bot: false))
        archive.add(Counters(commits: 9, comments: 4, releases: 1), of: 1)
        archive.add(Counters(comments: 7), of: 2)
        let sources = Counters.items.map { $0 == "comments" ? "archive" : "github" }
        let block = SourceMerge.block(["github": exact, "archive": archive], sources: sources)
        #expect(block.total == Counters(commits: 5, comments: 11))
        var expected = DayBlock()
        expected.name(1, DayBlock.Person(login: "new", bot: false))
        expected.name(2, DayBlock.Person(login: "two", bot: false))
        expected.add(Counters(commits: 5, comments: 4), of: 1)
        expected.add(Counters(comments: 7), of: 2)
        #expect(block.encoded == expected.encoded)
    }
}

/// Days that several sources told of, in the database.
@Suite struct SourceMergeTests {
    let world: TestWorld
    let claim: JobClaim

    init() async throws {
        world = try await TestWorld()
        try await world.track()
        claim = try await world.fetching()
    }

    private func sources(_ day: Int32) throws -> [String] {
        try #require(
            try world.connect().query(
                "select sources from merged_days where day = date '1970-01-01' + $1::int",
                [.int32(day)]
            ).first
        ).stringArray("sources")
    }

    /// What the archive says of a day on which it lost things, and what GitHub says.
    private let lossy = RepositoryDay.pushed(2, by: 9).merging(5).reviewing(5, by: 3)
    private let exact = RepositoryDay.pushed(7, by: 1)
        .merging(5, by: 2, lines: (40, 8)).merging(6, by: 1, lines: (1, 1), atUs: 11)

    @Test func `SRC-40 the better one replaces the other, and coverage names it`() async throws {
        try await world.put(100, lossy, for: claim)
        try await world.put(100, exact, for: claim, source: "github")
        #expect(
            try world.block(100) == [
                1: Counters(commits: 7, prsMerged: 1, linesAdded: 1, linesDeleted: 1),
                2: Counters(prsMerged: 1, linesAdded: 40, linesDeleted: 8),
            ])
        #expect(try sources(100) == Counters.items.map { _ in "github" })
        #expect(
            try world.number(
                "select count(*) as n from activity where sources[1] = 'github'") == 1)
    }

    @Test func `SRC-40 the worse one, read later, changes nothing`() async throws {
        try await world.put(100, exact, for: claim, source: "github")
        let before = try world.allBlocks()
        let outcome = try await world.put(100, lossy, for: claim)
        // The archive's reviewer is named now, and has no counter.
        #expect(try world.block(100).keys.sorted() == [1, 2])
        #expect(try world.block(100)[2] == Counters(prsMerged: 1, linesAdded: 40, linesDeleted: 8))
        #expect(before.keys.count == (try world.allBlocks()).keys.count)
        #expect(outcome.contributors == 2)
    }

    @Test func `SRC-40 asking twice changes nothing`() async throws {
        try await world.put(100, lossy, for: claim)
        try await world.put(100, exact, for: claim, source: "github")
        let change = try world.number("select last_change as n from activity_feed")
        try await world.put(100, exact, for: claim, source: "github")
        try await world.put(100, lossy, for: claim)
        #expect(try world.number("select last_change as n from activity_feed") == change)
    }

    @Test
    func `SRC-41 unsized pushes, lost lines and authors are GitHub's then; totals fall or rise`()
        async throws
    {
        var unsized = RepositoryDay.pushed(9, by: 9).merging(5)
        unsized.unsizedPushes = 3
        try await world.put(100, unsized, for: claim)
        #expect(try world.block(100)[9] == Counters(commits: 9))
        #expect(try world.block(100)[0] == Counters(prsMerged: 1))
        let reasons = "select cardinality(reasons)::bigint as n from merged_days"
        #expect(try world.number(reasons) == 2)
        try await world.put(100, exact, for: claim, source: "github")
        #expect(try world.block(100)[9] == nil)
        #expect(try world.block(100)[0] == nil)
        #expect(try world.block(100)[1]?.commits == 7)
        #expect(try world.block(100)[2]?.linesAdded == 40)
        #expect(try world.number(reasons) == 0)
    }

    @Test func `a merge that sources date apart counts once, on the better one's day`()
        async throws
    {
        try await world.put(101, .nothing().merging(5, .closed, by: 2, lines: (4, 4)), for: claim)
        try await world.put(
            100, .nothing().merging(5, by: 2, lines: (5, 5)), for: claim, source: "github")
        #expect(try world.block(101).isEmpty)
        #expect(
            try world.block(100) == [2: Counters(prsMerged: 1, linesAdded: 5, linesDeleted: 5)])
    }

    @Test func `a day that GitHub read half gives way to one that the archive read whole`()
        async throws
    {
        try await world.put(
            100, .pushed(1).merging(5, by: 2), for: claim, missing: [23], source: "github")
        try await world.put(100, .pushed(3).merging(5, .closed, by: 2), for: claim)
        #expect(try world.block(100) == [1: Counters(commits: 3), 2: Counters(prsMerged: 1)])
        try await world.put(100, .pushed(4).merging(5, by: 2), for: claim, source: "github")
        #expect(try world.block(100) == [1: Counters(commits: 4), 2: Counters(prsMerged: 1)])
    }

    @Test func `an opening that GitHub told of names the author of the archive's merge`()
        async throws
    {
        try await world.put(101, .nothing().merging(5), for: claim)
        try await world.put(100, .nothing().opening(5, by: 2), for: claim, source: "github")
        #expect(try world.block(101) == [2: Counters(prsMerged: 1)])
    }

    @Test func `what GitHub itself calls nobody's stays nobody's`() async throws {
        try await world.put(100, .nothing().opening(5, by: 2), for: claim)
        try await world.put(101, .nothing().merging(5), for: claim, source: "github")
        #expect(try world.block(101) == [0: Counters(prsMerged: 1)])
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `SRC-40 any order of days and sources gives the same bytes`(seed: UInt64) async throws {
        var random = OrderTests.Seeded(state: seed)
        let (archive, exact) = (OrderTests.Life(seed: seed), OrderTests.Life(seed: seed + 10))
        var steps: [(Int32, String)] = (Int32(100)...103).map { ($0, "archive") }
        steps += [(100, "github"), (102, "github"), (103, "bigquery")]
        var seen: Set<[String: [UInt8]]> = []
        for _ in 0..<4 {
            steps.shuffle(using: &random)
            let world = try await TestWorld()
            try await world.track()
            let claim = try await world.fetching()
            for (day, source) in steps {
                let life = source == "archive" ? archive : exact
                try await world.put(
                    day, try #require(life.days[day]), for: claim, source: source)
            }
            seen.insert(try world.allBlocks())
        }
        #expect(seen.count == 1)
    }

    @Test func `days stored before sources were kept apart are merged like others`() async throws {
        // As the first step of the schema left them: a block with the merge credited in it.
        try await world.put(100, .nothing().opening(5, by: 2), for: claim)
        try await world.put(101, .pushed(3).merging(5), for: claim)
        try world.connect().execute(
            "update coverage_days set block = null, counted = null")
        try await world.put(100, .nothing().opening(5, by: 4, atUs: 1), for: claim)
        #expect(
            try world.block(101) == [1: Counters(commits: 3), 4: Counters(prsMerged: 1)])
        try await world.put(101, exact, for: claim, source: "github")
        #expect(try world.block(101)[1]?.commits == 7)
    }

    @Test func `the second step of the schema keeps what the first one had`() async throws {
        let configuration = try TestCluster.database(schema: "ingest")
        try TestWorld.migrate(configuration, 1)
        let connection = try PostgresConnection(configuration)
        try connection.script(
            """
            insert into repositories (id, name, change) values (7, 'o/n', 1);
            insert into scrape_jobs (id, repository_id, since, until, status, plan)
            values ('01930000-0000-7000-8000-000000000001', 7, '2024-01-01', '2024-01-01',
                    'queued', '\\x31');
            insert into coverage_days (repository_id, day, job_id, source, hours_expected,
                                       hours_missing, reasons)
            values (7, '2024-01-01', '01930000-0000-7000-8000-000000000001', 'archive', 24, '{3}',
                    '{hours_missing}');
            insert into coverage (repository_id, day, item, source, counted)
            values (7, '2024-01-01', 'commits', 'archive', 5);
            """)
        try TestWorld.migrate(configuration, IngestProgram.migrations.count)
        let row = try #require(
            try connection.query("select is_whole, sources, reasons from merged_days", []).first)
        #expect(try row.bool("is_whole") == false)
        #expect(try row.stringArray("sources") == Counters.items.map { _ in "archive" })
        #expect(try row.stringArray("reasons") == ["hours_missing"])
    }
}
