import ServiceKit
import Testing

@testable import Ingest

@Suite struct DayReplacementTests {
    static let day = CivilDay(rawValue: 10)
    static let other = CivilDay(rawValue: 20)

    private func merge(on day: CivilDay, number: Int64 = 3, credited: Int64? = nil) -> PullFact {
        PullFact(
            day: day, number: number, kind: .merged, contributorId: 0, atUs: 1,
            creditedId: credited)
    }

    private func opening(on day: CivilDay, by id: Int64 = 6) -> PullOpening {
        PullOpening(day: day, number: 3, authorId: id, login: "six", bot: false, openedUs: 1)
    }

    @Test func `an opening moves a merge of another day from nobody to its author`() {
        let result = DayReplacement(
            day: Self.day, facts: [], openings: [opening(on: Self.day)],
            storedFacts: [merge(on: Self.other, credited: 0)], storedOpenings: [])
        #expect(result.moves.map(\.from) == [0])
        #expect(result.moves.map(\.fact.creditedId) == [6])
        #expect(result.facts.isEmpty)
    }

    @Test func `an opening that a day no longer has gives the merge back to nobody`() {
        let result = DayReplacement(
            day: Self.day, facts: [], openings: [],
            storedFacts: [merge(on: Self.other, credited: 6)],
            storedOpenings: [opening(on: Self.day)])
        #expect(result.moves.map(\.fact.creditedId) == [0])
    }

    @Test func `an opening known from another day credits the day's merge at once`() {
        let result = DayReplacement(
            day: Self.day, facts: [merge(on: Self.day)], openings: [], storedFacts: [],
            storedOpenings: [opening(on: Self.other)])
        #expect(result.facts.map(\.creditedId) == [6])
        #expect(result.moves.isEmpty)
    }

    @Test func `what the day held before plays no part`() {
        let result = DayReplacement(
            day: Self.day, facts: [], openings: [],
            storedFacts: [merge(on: Self.day, credited: 0)], storedOpenings: [])
        #expect(result.facts.isEmpty)
        #expect(result.moves.isEmpty)
    }

    @Test func `facts that stay as they are do not move`() {
        let result = DayReplacement(
            day: Self.day, facts: [merge(on: Self.day)], openings: [],
            storedFacts: [merge(on: Self.other, credited: 0)], storedOpenings: [])
        #expect(result.moves.isEmpty)
    }
}
