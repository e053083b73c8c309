import ServiceKit
import Testing

@testable import Ingest

@Suite struct PullCreditTests {
    private func fact(
        _ kind: PullFact.Kind, by id: Int64 = 0, day: Int32 = 1, at: Int64 = 0
    ) -> PullFact {
        PullFact(
            day: CivilDay(rawValue: day), number: 3, kind: kind, contributorId: id, atUs: at)
    }

    private func opening(by id: Int64, at: Int64 = 1) -> PullOpening {
        PullOpening(
            day: CivilDay(rawValue: 1), number: 3, authorId: id, login: "", bot: false,
            openedUs: at)
    }

    private func credits(_ facts: [PullFact], _ openings: [PullOpening] = []) -> [Int64?] {
        PullCredit.resolve(facts, openings: openings).map(\.creditedId)
    }

    @Test func `SRC-05 the payload's author counts before the opener`() {
        #expect(credits([fact(.closed, by: 5)], [opening(by: 6)]) == [5])
    }

    @Test(arguments: [PullFact.Kind.closed, .merged])
    func `SRC-05 without a payload's author the opener counts`(kind: PullFact.Kind) {
        #expect(credits([fact(kind)], [opening(by: 6)]) == [6])
    }

    @Test func `SRC-05 a merge whose author nothing tells is nobody's`() {
        #expect(credits([fact(.merged)]) == [0])
    }

    @Test func `SRC-05 both signals of a merge count once, on the fuller one`() {
        #expect(credits([fact(.merged), fact(.closed, by: 5, day: 2)]) == [nil, 5])
    }

    @Test func `a review of one's own pull request does not count`() {
        #expect(credits([fact(.review, by: 6)], [opening(by: 6)]) == [nil])
    }

    @Test func `a review counts while nobody says whose pull request it is`() {
        #expect(credits([fact(.review, by: 6)]) == [6])
    }

    @Test func `of several openings the first counts, in any order`() {
        let (early, late) = (opening(by: 9, at: 1), opening(by: 4, at: 2))
        #expect(credits([fact(.merged)], [early, late]) == [9])
        #expect(credits([fact(.merged)], [late, early]) == [9])
    }
}
