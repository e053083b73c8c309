import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

@Suite struct DayAssemblyTests {
    private func assemble(_ content: RepositoryDay, on day: String = "2023-04-07") throws
        -> DayAssembly
    {
        DayAssembly(ScannedDay(day: try #require(CivilDay(day))), content)
    }

    @Test func `a review whose payload names another author counts at once`() throws {
        let day = try assemble(.nothing().reviewing(3, by: 5, author: 6))
        #expect(day.block.total == Counters(prsReviewed: 1))
        #expect(day.facts.isEmpty)
    }

    @Test func `a review of one's own pull request counts nothing`() throws {
        let day = try assemble(.nothing().reviewing(3, by: 5, author: 5))
        #expect(day.block.total == Counters())
        #expect(day.facts.isEmpty)
    }

    @Test func `a review whose payload names nobody waits for the opening`() throws {
        let day = try assemble(.nothing().reviewing(3, by: 5, count: 4))
        #expect(day.facts.map(\.count) == [4])
        #expect(day.block.total == Counters())
    }

    @Test func `facts that nothing tells apart are counted as many`() throws {
        let day = try assemble(
            .nothing().merging(3, by: 5, lines: (10, 1)).merging(3, by: 5, lines: (20, 2)))
        #expect(day.facts.map(\.count) == [2])
        #expect(day.facts.map(\.linesAdded) == [30])
    }

    @Test func `line counts beyond 64 bits stay at the largest value`() throws {
        let huge = (added: UInt64.max, deleted: UInt64.max)
        let day = try assemble(
            .nothing().merging(3, by: 5, lines: huge).merging(3, by: 5, lines: huge))
        #expect(day.facts.map(\.linesAdded) == [Int64.max])
    }

    @Test func `of two openings of one number on a day the first stays`() throws {
        let day = try assemble(
            .nothing().opening(3, by: 8, atUs: 20).opening(3, by: 9, atUs: 10))
        #expect(day.openings.map(\.authorId) == [9])
    }

    @Test func `pushes without a size are named as a reason`() throws {
        var content = RepositoryDay.pushed(0)
        content.unsizedPushes = 2
        #expect(try assemble(content).coverage.reasons == [.unsizedPushes])
    }

    @Test func `a merge without line counts is named as a reason`() throws {
        #expect(try assemble(.nothing().merging(3)).coverage.reasons == [.linesUnknown])
    }

    @Test func `a second signal without lines is no reason when the first has them`() throws {
        let day = try assemble(.nothing().merging(3, .closed, lines: (1, 1)).merging(3, .merged))
        #expect(day.coverage.reasons == [])
    }

    @Test(
        arguments: [
            ("2025-05-22", []), ("2025-05-23", [.archiveLossy]),
            ("2025-10-07", [.archiveLossy, .mergesUndetectable]),
            ("2025-10-09", [.archiveLossy, .archiveOutage, .mergesUndetectable]),
            ("2025-12-02", [.archiveLossy]), ("2021-10-25", [.archiveOutage]),
        ] as [(String, [DayCoverage.Reason])])
    func `SRC-43 days of known loss are never complete`(
        day: String, reasons: [DayCoverage.Reason]
    ) throws {
        #expect(try assemble(.nothing(), on: day).coverage.reasons == reasons)
    }

    @Test func `hours that are missing, damaged or not there yet each have their reason`() throws {
        let scanned = ScannedDay(
            day: CivilDay(rawValue: 1), hoursMissing: [1], hoursDamaged: [2], hoursPending: [3])
        let coverage = DayAssembly(scanned, .nothing()).coverage
        #expect(coverage.reasons == [.hoursDamaged, .hoursMissing, .hoursNotPublished])
        #expect(!coverage.isWhole)
    }
}

@Suite struct DayBlockTests {
    private func decoded(_ bytes: [UInt8]) throws -> ActivityBlock {
        try bytes.withUnsafeBytes { try ActivityBlock(decoding: $0) }
    }

    @Test func `a day on which nothing happened has no bytes`() {
        #expect(DayBlock().encoded.isEmpty)
    }

    @Test func `contributors ascend, whatever order they came in`() throws {
        var (one, other) = (DayBlock(), DayBlock())
        for id: Int64 in [5, 1, -3, 9] { one.add(Counters(commits: 1), of: id) }
        for id: Int64 in [9, -3, 5, 1] { other.add(Counters(commits: 1), of: id) }
        #expect(one.encoded == other.encoded)
        #expect(try decoded(one.encoded).contributors.map(\.contributorId) == [-3, 1, 5, 9])
    }

    @Test func `who was named stays, even with nothing counted`() throws {
        var block = DayBlock()
        block.name(5, DayBlock.Person(login: "five", bot: true))
        let entry = try #require(try decoded(block.encoded).contributors.first)
        #expect(entry.login == "five")
        #expect(entry.bot)
        #expect(block.contributorCount == 0)
    }

    @Test func `a merge moved to somebody and back leaves the same bytes`() throws {
        var block = DayBlock()
        block.name(5, DayBlock.Person(login: "five", bot: false))
        block.add(Counters(commits: 2), of: 5)
        let before = block.encoded
        let fact = PullFact(
            day: CivilDay(rawValue: 1), number: 1, kind: .merged, contributorId: 0, atUs: 1,
            linesAdded: 4, linesDeleted: 2)
        block.credit(fact, to: 8)
        #expect(block.encoded != before)
        try block.debit(fact, from: 8)
        #expect(block.encoded == before)
    }

    @Test func `BAD-14 taking away what is not there is an error`() {
        var block = DayBlock()
        let fact = PullFact(
            day: CivilDay(rawValue: 1), number: 1, kind: .merged, contributorId: 0, atUs: 1)
        #expect(throws: IngestError.self) { try block.debit(fact, from: 8) }
    }

    @Test func `BAD-14 bytes that are no block are an error`() {
        #expect(throws: IngestError.self) { try DayBlock(decoding: [0xff, 0xff, 0xff]) }
    }

    @Test func `a block is read back as it was written`() throws {
        var block = DayBlock()
        block.name(5, DayBlock.Person(login: "five", bot: false))
        block.add(Counters(commits: 2, linesDeleted: .max), of: 5)
        block.add(Counters(prsMerged: 1), of: 0)
        #expect(try DayBlock(decoding: block.encoded).encoded == block.encoded)
        #expect(block.unattributed == Counters(prsMerged: 1))
    }

    @Test func `a sum beyond 64 bits stays at the largest value`() {
        var counters = Counters(comments: .max)
        counters.add(Counters(comments: 5))
        #expect(counters.comments == .max)
    }
}

@Suite struct CoverageRuleTests {
    private func summary(
        asked: Int64 = 10, read: Int64 = 10, whole: Int64 = 10, reasons: [String] = []
    ) -> CoverageSummary {
        CoverageRule.summary(
            daysAsked: asked, daysRead: read, daysWhole: whole, reasons: reasons,
            since: CivilDay(rawValue: 1), until: CivilDay(rawValue: 10))
    }

    @Test func `nothing read is none`() {
        #expect(summary(read: 0, whole: 0).status == "none")
    }

    @Test func `everything read whole without a reason is complete`() {
        #expect(summary().status == "complete")
        #expect(summary().percent == 100)
    }

    @Test func `one reason makes it partial`() {
        #expect(summary(reasons: ["unsized_pushes"]).status == "partial")
    }

    @Test func `days not read are named and lower the percentage`() {
        let part = summary(asked: 7, read: 5, whole: 5)
        #expect(part.reasons == ["days_not_read"])
        #expect(part.percent == 71.4)
    }

    @Test func `a percentage never says a hundred before everything is whole`() {
        #expect(summary(asked: 100_000, read: 100_000, whole: 99_999).percent < 100)
    }
}
