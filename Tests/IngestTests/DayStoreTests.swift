import Postgres
import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

@Suite struct DayStoreTests {
    let world: TestWorld
    let claim: JobClaim

    init() async throws {
        world = try await TestWorld()
        try await world.track()
        claim = try await world.fetching()
    }

    @Test func `a stored day is in the feed with its number`() async throws {
        let outcome = try await world.put(100, .pushed(3), for: claim)
        #expect(try world.block(100) == [1: Counters(commits: 3)])
        #expect(outcome.change == (try world.number("select max(change) as n from activity")))
    }

    @Test func `a day is replaced, never added to`() async throws {
        try await world.put(100, .pushed(3), for: claim)
        try await world.put(100, .pushed(3), for: claim)
        #expect(try world.block(100) == [1: Counters(commits: 3)])
    }

    @Test func `FLT-22 a day scraped again with fewer contributors loses the others`() async throws
    {
        try await world.put(100, .pushed(3).opening(5, by: 2), for: claim)
        try await world.put(100, .pushed(1), for: claim)
        #expect(try world.block(100) == [1: Counters(commits: 1)])
    }

    @Test func `FLT-22 a day that is empty now is renumbered to nothing`() async throws {
        try await world.put(100, .pushed(3), for: claim)
        let outcome = try await world.put(100, .nothing(), for: claim)
        #expect(outcome.days.map(\.rawValue) == [100])
        #expect(try world.block(100).isEmpty)
    }

    @Test func `the same content again is not renumbered`() async throws {
        try await world.put(100, .pushed(3), for: claim)
        let before = try world.number("select max(change) as n from activity")
        let outcome = try await world.put(100, .pushed(3), for: claim)
        #expect(outcome.change == nil)
        #expect(try world.number("select max(change) as n from activity") == before)
    }

    @Test func `an empty day that was never otherwise takes no row`() async throws {
        try await world.put(100, .nothing(), for: claim)
        #expect(try world.number("select count(*) as n from activity") == 0)
        #expect(try world.number("select count(*) as n from coverage_days") == 1)
    }

    @Test func `an opening renumbers the day of the merge that it explains`() async throws {
        try await world.put(101, .nothing().merging(5, lines: (10, 4)), for: claim)
        #expect(
            try world.block(101)
                == [0: Counters(prsMerged: 1, linesAdded: 10, linesDeleted: 4)])
        let outcome = try await world.put(100, .nothing().opening(5, by: 2), for: claim)
        #expect(outcome.days.map(\.rawValue) == [100, 101])
        #expect(
            try world.block(101)
                == [2: Counters(prsMerged: 1, linesAdded: 10, linesDeleted: 4)])
    }

    @Test func `a review turns out to be of one's own pull request`() async throws {
        try await world.put(101, .pushed(1, by: 2).reviewing(5, by: 2), for: claim)
        #expect(try world.block(101) == [2: Counters(commits: 1, prsReviewed: 1)])
        try await world.put(100, .nothing().opening(5, by: 2), for: claim)
        #expect(try world.block(101) == [2: Counters(commits: 1)])
    }

    @Test func `a fuller signal of a merge on another day takes its place`() async throws {
        try await world.put(101, .nothing().merging(5, .merged), for: claim)
        try await world.put(
            100, .nothing().merging(5, .closed, by: 3, lines: (7, 1)), for: claim)
        #expect(try world.block(101).isEmpty)
        #expect(
            try world.block(100) == [3: Counters(prsMerged: 1, linesAdded: 7, linesDeleted: 1)])
    }

    @Test func `a reason goes when the day that explains it comes`() async throws {
        func reasons() throws -> Int64 {
            try world.number(
                "select count(*) as n from coverage where reason = 'merges_without_author'")
        }
        try await world.put(101, .nothing().merging(5), for: claim)
        #expect(try reasons() == 1)
        try await world.put(100, .nothing().opening(5, by: 2), for: claim)
        #expect(try reasons() == 0)
    }

    @Test(arguments: [
        "pull_facts", "pull_requests", "coverage_days", "coverage", "repository_names",
        "activity", "log_lines",
    ])
    func `FLT-01 a crash at any statement of a day leaves nothing of it`(table: String) async throws
    {
        try await world.put(101, .nothing().merging(5), for: claim)
        let before = try world.allBlocks()
        // The statement that first touches this table fails, as a kill there would end it.
        try world.connect().script(
            """
            create function stop() returns trigger language plpgsql as
            $$ begin raise exception 'killed'; end $$;
            create trigger stop before insert or update or delete on \(table)
            for each statement execute function stop();
            """)
        var content = RepositoryDay.pushed(3).opening(5, by: 2).merging(6)
        content.names = [RepositoryDay.Name(name: "owner/name", firstUs: 0, lastUs: 99)]
        let (day, claim, world) = (content, self.claim, self.world)
        await #expect(throws: IngestError.self) { try await world.put(100, day, for: claim) }
        try world.connect().execute("drop trigger stop on \(table)")
        #expect(try world.allBlocks() == before)
        #expect(
            try world.number(
                "select count(*) as n from coverage_days where day = date '1970-01-01' + 100") == 0)
        #expect(
            try world.number("select last_change as n from activity_feed")
                == (try world.number("select max(change) as n from activity")))
        // And it goes on as if nothing had been.
        try await world.put(100, day, for: claim)
        #expect(try world.block(101) == [2: Counters(prsMerged: 1)])
    }

    @Test func `BAD-14 a block edited to nonsense fails the day, not the service`() async throws {
        try await world.put(101, .nothing().merging(5), for: claim)
        try world.connect().execute("update coverage_days set block = '\\xffff'")
        let (claim, world) = (self.claim, self.world)
        let error = await #expect(throws: IngestError.self) {
            try await world.put(100, .nothing().opening(5, by: 2), for: claim)
        }
        #expect(error?.code == .corrupt)
    }
}
