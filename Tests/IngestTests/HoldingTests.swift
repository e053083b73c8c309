import Postgres
import ServiceHost
import TallyAPI
import Testing

@testable import Ingest

/// What ingest tells of its days, so that scoring can compare.
@Suite struct HoldingTests {
    let world: TestWorld

    init() async throws { self.world = try await TestWorld() }

    /// Days past the jobs: (repository, day, block) in any order.
    private func write(_ rows: [(Int64, Int32, [UInt8])]) throws {
        let connection = try self.world.connect()
        for (index, row) in rows.enumerated() {
            try connection.execute(
                """
                insert into activity
                  (repository_id, day, block, digest, contributors, sources, change)
                values ($1, date '1970-01-01' + $2::int, $3, sha256($3), 0, '{}', $4)
                """,
                [.int64(row.0), .int32(row.1), .bytes(row.2), .int64(Int64(1000 + index))])
        }
    }

    private static func block(_ people: [(Int64, Counters)]) -> [UInt8] {
        var bytes: [UInt8] = []
        ActivityBlock(
            contributors: people.map { ContributorActivity(contributorId: $0.0, counters: $0.1) }
        ).encode(into: &bytes)
        return bytes
    }

    @Test func `days come to rows, a sum and a digest of each repository`() async throws {
        try await self.world.track()
        let day = Self.block([(5, Counters(commits: 2, comments: 1)), (6, Counters())])
        try self.write([(7, 101, day), (7, 100, day), (7, 102, [])])
        let held = try await self.world.store.holdings()
        let digest =
            HoldingDigest.of([100, 5, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0])
            ^ HoldingDigest.of([101, 5, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0])
        #expect(
            held.holdings == [Holding(repositoryId: 7, rows: 2, sum: 6, digest: digest)])
        #expect(held.newest == 1002)
        let head = try await self.world.store.feedHead()
        #expect(held.feedID == head.id && held.change == head.change)
    }

    @Test(arguments: [199, 200, 201, 401])
    func `every page of days is read`(count: Int) async throws {
        try await self.world.track()
        let day = Self.block([(5, Counters(releases: 1))])
        try self.write((0..<count).map { (7, Int32($0), day) })
        #expect(try await self.world.store.holdings().holdings.map(\.rows) == [UInt64(count)])
    }

    @Test func `a day that does not parse is counted, and a sum has an end`() async throws {
        try await self.world.track()
        let most = Counters(commits: .max, comments: 1)
        try self.write([(7, 100, [255]), (7, 101, Self.block([(5, most)]))])
        let held = try await self.world.store.holdings().holdings
        #expect(held.map(\.unreadable) == [1])
        #expect(held.map(\.rows) == [1])
        #expect(held.map(\.sum) == [.max])
    }

    @Test func `nothing is held of nothing`() async throws {
        let held = try await self.world.store.holdings()
        #expect(held.holdings.isEmpty)
        #expect(held.newest == 0 && held.change == 0)
    }
}
