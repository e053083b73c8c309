import Postgres
import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

/// The numbers depend on the set of days, never on their order (pipeline.md section 2).
@Suite struct OrderTests {
    /// A generator that gives the same numbers each time (SplitMix64).
    struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    /// A repository's life: pull requests opened, merged and reviewed on days that mix.
    struct Life {
        var days: [Int32: RepositoryDay] = [:]
        /// What it must come to, counted while it was invented.
        var expected: [Int32: [Int64: Counters]] = [:]

        init(seed: UInt64) {
            var random = Seeded(state: seed)
            for day in Int32(100)...103 { days[day] = .nothing() }
            for number in Int64(1)...14 { pull(number, &random) }
        }

        private mutating func count(
            _ day: Int32, _ id: Int64, _ field: WritableKeyPath<Counters, UInt64>, _ n: UInt64 = 1
        ) {
            expected[day, default: [:]][id, default: Counters()][keyPath: field] += n
        }

        private mutating func pull(_ number: Int64, _ random: inout Seeded) {
            let author = Int64.random(in: 1...4, using: &random)
            let isKnown = Bool.random(using: &random)
            if isKnown {
                let day = Int32.random(in: 100...103, using: &random)
                days[day] = days[day]?.opening(number, by: author)
                count(day, author, \.prsOpened)
            }
            merge(number, isKnown ? author : 0, &random)
            for reviewer in Int64(1)...4 where Bool.random(using: &random) {
                let day = Int32.random(in: 100...103, using: &random)
                days[day] = days[day]?.reviewing(number, by: reviewer)
                if !isKnown || reviewer != author { count(day, reviewer, \.prsReviewed) }
            }
        }

        private mutating func merge(_ number: Int64, _ author: Int64, _ random: inout Seeded) {
            let (first, second) = (
                Int32.random(in: 100...103, using: &random),
                Int32.random(in: 100...103, using: &random)
            )
            switch Int.random(in: 0...2, using: &random) {
            case 0:
                days[first] = days[first]?.merging(number, .merged)
                count(first, author, \.prsMerged)
            case 1:
                days[first] = days[first]?.merging(number, .closed, lines: (5, 3))
                days[second] = days[second]?.merging(number, .merged)
                count(first, author, \.prsMerged)
                count(first, author, \.linesAdded, 5)
                count(first, author, \.linesDeleted, 3)
            case _: return
            }
        }
    }

    static let orders: [[Int32]] = [
        [100, 101, 102, 103], [103, 102, 101, 100], [101, 103, 100, 102], [102, 100, 103, 101],
        // Days replaced in between, by themselves.
        [103, 100, 103, 101, 102, 100],
    ]

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `any order of days gives the same bytes, and the counts invented`(seed: UInt64)
        async throws
    {
        let life = Life(seed: seed)
        var seen: Set<[String: [UInt8]]> = []
        for order in Self.orders {
            let world = try await TestWorld()
            try await world.track()
            let claim = try await world.fetching()
            for day in order {
                try await world.put(day, try #require(life.days[day]), for: claim)
            }
            for day in Int32(100)...103 {
                #expect(try world.block(day) == life.expected[day] ?? [:])
            }
            seen.insert(try world.allBlocks())
        }
        #expect(seen.count == 1)
    }

    @Test func `a day replaced by another and back gives the same bytes`() async throws {
        let (life, other) = (Life(seed: 4), Life(seed: 5))
        let world = try await TestWorld()
        try await world.track()
        let claim = try await world.fetching()
        for day in Int32(100)...103 {
            try await world.put(day, try #require(life.days[day]), for: claim)
        }
        let before = try world.allBlocks()
        for day in Int32(100)...103 {
            try await world.put(day, try #require(other.days[day]), for: claim)
        }
        for day in [103, 101, 100, 102] as [Int32] {
            try await world.put(day, try #require(life.days[day]), for: claim)
        }
        #expect(try world.allBlocks() == before)
    }
}
