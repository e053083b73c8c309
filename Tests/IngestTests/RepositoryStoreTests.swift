import Postgres
import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

@Suite struct RepositoryStoreTests {
    let world: TestWorld

    init() async throws { world = try await TestWorld() }

    private func named(_ name: String, _ first: Int64, _ last: Int64) -> RepositoryDay {
        var day = RepositoryDay.pushed(1)
        day.names = [RepositoryDay.Name(name: name, firstUs: first, lastUs: last)]
        return day
    }

    private func feed() async throws -> [RepositoryRow] {
        try await world.store.feedBatch(after: 0, limit: 100, bytes: 1 << 20).repositories
    }

    @Test func `a repository is tracked once, under its number`() async throws {
        let found = FoundRepository(id: 7, name: "owner/name", seenUs: 5)
        let first = try await world.store.add(found, demonstration: false, scrape: nil)
        let second = try await world.store.add(found, demonstration: false, scrape: nil)
        #expect(first.created)
        #expect(!second.created)
        #expect(try await feed().map(\.repositoryId) == [7])
    }

    @Test func `twenty callers adding the same one at once make one`() async throws {
        let store = world.store
        let created = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await store.add(
                        FoundRepository(id: 7, name: "owner/name", seenUs: 5),
                        demonstration: false, scrape: nil
                    ).created
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(created == 1)
    }

    @Test(arguments: ["owner/name", "OWNER/Name"])
    func `a name is found in any letter case`(asked: String) async throws {
        try await world.track(7, "Owner/Name")
        #expect(try await world.store.repository(named: asked)?.name == "Owner/Name")
    }

    @Test(arguments: [[100, 101], [101, 100]] as [[Int32]])
    func `FLT-23 a rename keeps the number, whatever day is read first`(order: [Int32]) async throws
    {
        try await world.track(7, "owner/old")
        let claim = try await world.fetching()
        let days = [100: named("owner/old", 10, 20), 101: named("owner/new", 30, 40)]
        for day in order { try await world.put(day, try #require(days[Int(day)]), for: claim) }
        for asked in ["owner/old", "owner/new"] {
            let repository = try #require(try await world.store.repository(named: asked))
            #expect(repository.id == 7)
            #expect(repository.name == "owner/new")
            #expect(repository.former.map(\.name) == ["owner/old"])
            #expect(repository.former.map(\.lastUs) == [20])
        }
        #expect(try await feed().map(\.name) == ["owner/new"])
    }

    @Test func `FLT-23 a name taken by another is the other's from then on`() async throws {
        try await world.track(7, "owner/name")
        let claim = try await world.fetching()
        try await world.put(100, named("owner/moved", 30, 40), for: claim)
        _ = try await world.store.add(
            FoundRepository(id: 8, name: "owner/name", seenUs: 50), demonstration: false,
            scrape: nil)
        #expect(try await world.store.repository(named: "owner/name")?.id == 8)
        #expect(try await world.store.repository(named: "owner/moved")?.id == 7)
    }

    @Test func `FLT-24 removing a repository cancels its job and forgets its rows`() async throws {
        try await world.track()
        let claim = try await world.fetching()
        try await world.put(100, .pushed(1).opening(5, by: 2).merging(5), for: claim)
        #expect(try await world.store.remove(7))
        #expect(try await world.store.job(claim.job.id)?.machine.state == .cancelled)
        for table in [
            "activity", "coverage_days", "coverage", "pull_facts", "pull_requests",
            "repository_names",
        ] {
            #expect(try world.number("select count(*) as n from \(table)") == 0, "\(table)")
        }
        #expect(try await feed().map(\.removed) == [true])
        let late = await Result.of { try await world.put(101, .pushed(1), for: claim) }
        #expect(throws: IngestError.self) { try late.get() }
        #expect(try await world.store.repository(named: "owner/name") == nil)
        #expect(try await world.store.remove(7) == false)
    }

    @Test func `a removed repository can be tracked anew, and starts empty`() async throws {
        try await world.track()
        _ = try await world.store.remove(7)
        try await world.track(7, "owner/again")
        // The tombstone first: a follower that has the former days must hear of it.
        #expect(try await feed().map(\.removed) == [true, false])
        #expect(try await world.store.repository(7)?.coverage.status == "none")
        #expect(try await world.submit().machine.state == .queued)
    }

    @Test func `lists are sorted, filtered and paged`() async throws {
        for (id, name) in [(1, "b/two"), (2, "a/three"), (3, "C/one")] {
            try await world.track(Int64(id), name)
        }
        func page(_ text: String = "", offset: Int64 = 0, limit: Int64 = 10) async throws
            -> [String]
        {
            try await world.store.repositories(
                matching: text, order: .name, offset: offset, limit: limit
            ).repositories.map(\.name)
        }
        #expect(try await page() == ["a/three", "b/two", "C/one"])
        #expect(try await page("T") == ["a/three", "b/two"])
        #expect(try await page(offset: 1, limit: 1) == ["b/two"])
        #expect(try await page("%") == [])
    }
}
