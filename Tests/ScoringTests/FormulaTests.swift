@testable import Scoring
import TallyAPI
import Testing

/// The formula, by hand.
@Suite struct FormulaTests {
    static let usual = ScoringFormula(
        name: "default", version: 1,
        weights: [10000, 15000, 25000, 20000, 8000, 5000, 3000, 30000, 10, 5],
        lineBonusCap: 1_000_000)

    static let weights: [(Counters, Int64)] = [
        (Counters(commits: 1), 10_000), (Counters(prsOpened: 1), 15_000),
        (Counters(prsMerged: 1), 25_000), (Counters(prsReviewed: 1), 20_000),
        (Counters(issuesOpened: 1), 8_000), (Counters(issuesClosed: 1), 5_000),
        (Counters(comments: 1), 3_000), (Counters(releases: 1), 30_000),
        (Counters(linesAdded: 1), 10), (Counters(linesDeleted: 1), 5),
    ]

    @Test(arguments: Self.weights)
    func `each counter has its weight in thousandths`(counters: Counters, score: Int64) {
        #expect(Self.usual.score(counters) == score)
    }

    @Test(arguments: [
        (99_999 as UInt64, 0 as UInt64, 999_990 as Int64), (100_000, 0, 1_000_000),
        (100_001, 0, 1_000_000), (99_999, 1, 999_995), (99_999, 2, 1_000_000),
        (99_999, 3, 1_000_000),
    ])
    func `the line bonus ends at its cap, to the thousandth`(
        added: UInt64, deleted: UInt64, bonus: Int64
    ) {
        let counters = Counters(linesAdded: added, linesDeleted: deleted)
        #expect(Self.usual.lineBonus(counters) == bonus)
        #expect(Self.usual.lineBonusBeforeCap(counters) == Int64(added) * 10 + Int64(deleted) * 5)
    }

    @Test func `terms and bonus add up to the score`() {
        let counters = Counters(
            commits: 7, prsOpened: 6, prsMerged: 5, prsReviewed: 4, issuesOpened: 3,
            issuesClosed: 2, comments: 1, releases: 1, linesAdded: 1234, linesDeleted: 99)
        let terms = Self.usual.terms(counters).reduce(0) { $0 + $1.points }
        #expect(terms + Self.usual.lineBonus(counters) == Self.usual.score(counters))
        #expect(
            Self.usual.score(counters)
                == 70_000 + 90_000 + 125_000 + 80_000 + 24_000 + 10_000 + 3_000 + 30_000 + 12_340
                + 495)
    }

    @Test func `numbers that do not fit stay at the end of the range`() {
        #expect(Self.usual.score(Counters(commits: .max)) == .max)
        #expect(Self.usual.score(Counters(commits: .max, releases: .max)) == .max)
    }

    @Test(arguments: [("", "all"), ("all", "all"), ("7d", "7d"), ("730d", "730d")])
    func `standard windows are found by name`(name: String, found: String) {
        #expect(ScoreWindow.named(name)?.name == found)
    }

    @Test func `a relative window covers n days up to its end`() {
        let window = ScoreWindow.named("7d")
        #expect(window?.firstDay(asOf: 100) == 94)
        #expect(window?.lastDay(asOf: 100) == 100)
        #expect(ScoreWindow.named("8d") == nil)
    }
}
