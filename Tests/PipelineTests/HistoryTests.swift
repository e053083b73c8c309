import Foundation
import TallyAPI
import TestKit
import Testing

@testable import Ranking
@testable import Scoring

/// Random histories of scrapes, renames, removals, links, opt-outs and formulas: boards kept up to
/// date step by step against boards computed from scratch by other arithmetic.
///
/// `TALLY_HISTORY_SEED` repeats one history, `TALLY_HISTORY_RUNS` says how many are tried.
@Suite struct HistoryTests {
    private static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["TALLY_HISTORY_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        let runs = environment["TALLY_HISTORY_RUNS"].flatMap { Int($0) } ?? 6
        let start = UInt64.random(in: 0...(.max / 2))
        return (0..<runs).map { start + UInt64($0) }
    }()

    private static let steps = 40
    private static let windows: [(name: String, length: Int32?)] = [
        ("all", nil), ("730d", 730), ("365d", 365), ("90d", 90), ("30d", 30), ("7d", 7),
    ]

    @Test(arguments: Self.seeds)
    func `FLT-25 FLT-26 after any history the boards are what arithmetic gives`(
        seed: UInt64
    ) async throws {
        let house = try Installation()
        defer { house.close() }
        var history = try await History(seed: seed, house)
        for step in 0..<Self.steps {
            try await history.step()
            if step % 8 == 7 {
                // Half-way: whatever boards show stands under one formula.
                try await Self.checkOneFormula(house, "seed \(seed), step \(step)")
            }
        }
        try await history.settle()
        let words = "TALLY_HISTORY_SEED=\(seed) repeats it: \(history.story)"
        try await Self.check(house, history.ledger, words)
        #expect(try await house.broken() == [], "\(words)")
        // From nothing they come out the same.
        let rebuilt = try await house.ranking.rebuild()
        #expect(rebuilt?.different == 0, "\(words)")
        try await Self.check(house, history.ledger, words)
    }

    private static func check(
        _ house: Installation, _ ledger: Ledger, _ words: String
    ) async throws {
        let today = try await house.today()
        for window in self.windows {
            for bots in [BotFilter.include, .exclude] {
                for id in [nil] + ledger.names.keys.sorted().map(Optional.some) {
                    let name = id.flatMap { ledger.names[$0] } ?? ""
                    let page = try await house.board(name, window: window.name, bots: bots)
                    let want = ledger.board(
                        id, last: today, length: window.length, bots: bots == .include,
                        ledger.formula)
                    #expect(
                        page?.entries.map(Ledger.Line.init) == want,
                        "\(name) \(window.name): \(words)")
                    #expect(page?.total == UInt64(want.count), "\(words)")
                    guard !want.isEmpty else { continue }
                    #expect(page?.board?.formulaName == ledger.formula.name, "\(words)")
                }
            }
        }
    }

    /// All boards with entries name the same formula.
    private static func checkOneFormula(_ house: Installation, _ words: String) async throws {
        let boards = try await house.ranking.boards(window: "", publishedAfter: 0)
        let names = Set(boards.filter { $0.entries > 0 }.map(\.formulaName))
        #expect(names.count <= 1, "\(names) \(words)")
    }
}
