import Postgres
import RPC
import RPCCore
import Synchronization
import TallyAPI
import TestKit
import Testing

@testable import ServiceHost

/// What a comparison with a neighbour says, and when it says nothing.
@Suite struct FeedComparisonTests {
    /// A neighbour's snapshot, asked for as often as `asked` says, and our side to it.
    private final class Sides: Sendable {
        let theirs: [Holding]
        let own: @Sendable (Int) throws -> FeedComparison.Own
        let counts = Mutex((asked: 0, read: 0))
        let moved = Wakeup()

        init(_ theirs: [Holding], own: @escaping @Sendable (Int) throws -> FeedComparison.Own) {
            self.theirs = theirs
            self.own = own
        }

        var asked: Int { self.counts.withLock { $0.asked } }

        func finding(within: Duration? = nil, failing: RPCError? = nil) async throws -> Finding {
            let comparison = FeedComparison(
                with: "scoring", promise: "p", subject: "boards", moved: self.moved,
                ask: { _ in
                    self.counts.withLock { $0.asked += 1 }
                    if let failing { throw failing }
                    return FeedHoldings(feedID: "f", newest: 9, change: 9, holdings: self.theirs)
                },
                read: { _, _ in
                    try self.own(
                        self.counts.withLock {
                            $0.read += 1
                            return $0.read
                        })
                })
            return try await comparison.finding(within: within) { CallOptions(timeout: $0) }
        }
    }

    private static let held = Holding(
        repositoryId: 7, window: "all", rows: 2, sum: 30, digest: 5)

    private static func changed(_ change: (inout Holding) -> Void) -> Holding {
        var holding = self.held
        change(&holding)
        return holding
    }

    @Test func `the same on both sides holds, whatever the order`() async throws {
        let other = Holding(repositoryId: 3, window: "7d", rows: 1, sum: 1, digest: 1)
        let finding = try await Sides([Self.held, other]) { _ in .holdings([other, Self.held]) }
            .finding()
        #expect(
            finding == Finding(invariant: "I1", promise: "p", holds: true, checked: 2))
    }

    @Test(arguments: [
        ([Self.changed { $0.sum = 31 }], "repository 7, window all: 2 rows in the boards with the"),
        ([Self.changed { $0.rows = 1 }], "1 rows in the boards with the sum 30, 2 with 30"),
        ([Self.changed { $0.digest = 6 }], "the 2 rows in the boards are not those of scoring"),
        ([], "repository 7, window all: 0 rows in the boards with the sum 0, 2 with 30"),
        (
            [Self.held, Holding(repositoryId: 0, window: "30d", rows: 1, sum: 4, digest: 4)],
            "all together, window 30d: 1 rows in the boards with the sum 4, 0 with 0"
        ),
    ])
    func `what differs is named by its repository`(ours: [Holding], words: String) async throws {
        let finding = try await Sides([Self.held]) { _ in .holdings(ours) }.finding()
        #expect(!finding.holds)
        #expect(finding.violations.count == 1)
        #expect(finding.violations.first?.contains(words) == true, "\(finding.violations)")
    }

    @Test func `rows that the neighbour cannot read are named`() async throws {
        let theirs = Self.changed { $0.unreadable = 1 }
        let finding = try await Sides([theirs]) { _ in .holdings([Self.held]) }.finding()
        #expect(finding.violations == ["repository 7, window all: 1 rows of scoring do not parse"])
    }

    @Test(arguments: [19, 20, 21])
    func `at most 20 differences are named`(count: Int) async throws {
        let theirs = (1...count).map { Holding(repositoryId: Int64($0), rows: 1) }
        let finding = try await Sides(theirs) { _ in .holdings([]) }.finding()
        #expect(finding.violations.count == min(count, 20))
        #expect(finding.checked == UInt64(count))
    }

    @Test func `our side may come to the snapshot meanwhile`() async throws {
        let sides = Sides([Self.held]) { $0 < 3 ? .behind(4) : .holdings([Self.held]) }
        sides.moved.signal()
        let finding = try await sides.finding()
        #expect(finding.holds && finding.checked == 1 && finding.notCompared.isEmpty)
        #expect(sides.asked == 1)
    }

    @Test(arguments: [4, 5, 6])
    func `a feed that goes on is asked five times`(news: Int) async throws {
        let sides = Sides([Self.held]) { $0 <= news ? .ahead : .holdings([Self.held]) }
        let finding = try await sides.finding()
        #expect(finding.holds)
        #expect(finding.notCompared.isEmpty == (news == 4), "\(finding.notCompared)")
        #expect(sides.asked == 5)
    }

    @Test(arguments: [
        (FeedComparison.Own.behind(3), "not comparable: the boards are behind by 3 changes"),
        (.behind(0), "the boards are not settled yet"),
        (.otherFeed, "the boards were made of another feed"),
    ])
    func `what stands elsewhere is no alarm`(own: FeedComparison.Own, words: String) async throws {
        let finding = try await Sides([Self.held]) { _ in own }.finding(within: .milliseconds(20))
        #expect(finding.holds && finding.checked == 0)
        #expect(finding.notCompared == words)
    }

    @Test func `a neighbour that is away is told of, and so is a side of ours`() async throws {
        let away = try await Sides([]) { _ in .holdings([]) }.finding(
            failing: RPCError(.unavailable, "gone"))
        #expect(away.holds)
        #expect(away.notCompared == "could not compare: scoring answers UNAVAILABLE")
        struct Lost: Error {}
        let lost = try await Sides([]) { _ in throw Lost() }.finding()
        #expect(
            lost.notCompared == "could not compare: the boards could not be read in time")
    }

    @Test(arguments: [0, 1, 999, 1000, 1001, 2000, 2001])
    func `a batch has at most 1000 holdings, and the first always comes`(count: Int) {
        let holdings = (0..<count).map { Holding(repositoryId: Int64($0)) }
        let batches = FeedHoldings(feedID: "f", newest: 1, change: 2, holdings: holdings).batches
        #expect(batches.map(\.holdings.count).max() ?? 0 <= 1000)
        #expect(batches.count == max(1, (count + 999) / 1000))
        #expect(batches.flatMap(\.holdings) == holdings)
        #expect(batches.allSatisfy { $0.feedId == "f" && $0.newest == 1 && $0.change == 2 })
    }

    @Test func `Postgres and we find the same digest`() async throws {
        let pool = TestPool(try TestCluster.database(schema: "tiny"))
        // printf '1 -2 9223372036854775807' | sha256sum; of "0 0 0", too.
        let rows: [(numbers: [Int64], digest: UInt64)] = [
            ([1, -2, .max], 0x0faa413ebf5a93af), ([0, 0, 0], 0x4a31f3538925bbcb),
        ]
        for row in rows {
            #expect(HoldingDigest.of(row.numbers) == Int64(bitPattern: row.digest))
        }
        let found = try await pool.pool.withConnection { connection in
            try connection.query(
                """
                select \(HoldingDigest.sql(["a", "b", "c"])) as digest
                from (values (1, -2, 9223372036854775807), (0, 0, 0)) as rows (a, b, c)
                """)[0].int64("digest")
        }
        #expect(found == Int64(bitPattern: rows[0].digest ^ rows[1].digest))
    }

    @Test(
        arguments: [
            ([Finding(holds: true)], 0), ([], 1), ([Finding(holds: true), Finding()], 1),
            ([Finding(holds: true), Finding(holds: true, notCompared: "away")], 3),
            ([Finding(), Finding(holds: true, notCompared: "away")], 1),
        ] as [([Finding], Int32)])
    func `the probe tells what is broken from what is unknown`(findings: [Finding], code: Int32) {
        #expect(ProbeVerify.exitCode(findings) == code)
    }
}
