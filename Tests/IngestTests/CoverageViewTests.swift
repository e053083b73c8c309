import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

/// How complete days are: pure.
@Suite struct CoverageViewTests {
    private static let lossy = DayCoverage.lossySince

    private func counts(
        _ source: String, _ commits: UInt64, lacking: Int = 0,
        reasons: [DayCoverage.Reason] = [], lacks: Set<String> = []
    ) -> CoverageView.SourceCounts {
        CoverageView.SourceCounts(
            day: SourceDay(source: source, isWhole: lacking == 0, lacks: lacks),
            counted: Counters(commits: commits).values, reasons: reasons, hoursExpected: 24,
            hoursLacking: lacking)
    }

    private func day(
        _ number: Int32, _ sources: CoverageView.SourceCounts...,
        reasons: [String: DayCoverage.Reason] = [:]
    ) -> CoverageView.Day {
        let believed = SourceMerge.sources(among: sources.map(\.day))
        let commits = sources.first { $0.day.source == believed[0] }?.counted?[0] ?? 0
        return CoverageView.Day(
            day: CivilDay(rawValue: number), believed: believed, sources: sources,
            counted: commits > 0 ? ["commits": commits] : [:], reasons: reasons)
    }

    private func commits(_ days: CoverageView.Day...) throws -> CoverageItem {
        let last = try #require(days.last)
        return try #require(CoverageView(days).items(of: last).first)
    }

    @Test func `a whole day without known loss is complete`() throws {
        let item = try commits(day(10, counts("archive", 5)))
        #expect(item.source == "archive")
        #expect(item.expected == 5)
        #expect(item.percent == 100)
        #expect(item.reason == "")
    }

    @Test func `hours that are missing make their share of the day`() throws {
        let item = try commits(
            day(10, counts("archive", 5, lacking: 6, reasons: [.hoursMissing])))
        #expect(!item.expectedKnown)
        #expect(item.percent == 75)
        #expect(item.reason == "hours_missing")
    }

    @Test func `SRC-43 a lossy day is never complete on the archive's word alone`() throws {
        let lossy = day(
            Self.lossy.rawValue, counts("archive", 5, reasons: [.archiveLossy]))
        let item = try commits(lossy)
        #expect(!item.percentKnown)
        #expect(item.reason == "archive_lossy")
        let number = Self.lossy
        let response = CoverageView([lossy]).message(number...number)
        #expect(response.days.map(\.complete) == [false])
        #expect(response.days.map(\.percentKnown) == [false])
        #expect(response.totals.first?.percentKnown == false)
    }

    @Test func `SRC-43 nor is a lossy day on which the archive has nothing at all`() {
        let number = Self.lossy
        let empty = day(number.rawValue, counts("archive", 0, reasons: [.archiveLossy]))
        let response = CoverageView([empty]).message(number...number)
        #expect(response.days.map(\.complete) == [false])
        #expect(response.days.map(\.percentKnown) == [false])
    }

    @Test func `SRC-43 with GitHub's word it is complete`() throws {
        let number = Self.lossy
        let known = day(
            number.rawValue, counts("archive", 5, reasons: [.archiveLossy]), counts("github", 9))
        let item = try commits(known)
        #expect(item.source == "github")
        #expect((item.counted, item.expected, item.percent) == (9, 9, 100))
        #expect(item.others.map(\.counted) == [5])
        #expect(item.others.first?.percent == 55.5)
        #expect(CoverageView([known]).message(number...number).days.map(\.complete) == [true])
    }

    @Test func `SRC-42 an archive that lost three of ten is shown to have lost them`() throws {
        var random = OrderTests.Seeded(state: 42)
        var (kept, all): (UInt64, UInt64) = (0, 0)
        let days = (Int32(0)..<30).map { offset in
            let exact = UInt64.random(in: 0...40, using: &random)
            let left = (0..<exact).reduce(UInt64(0)) { sum, _ in
                sum + (Int.random(in: 0..<10, using: &random) < 7 ? 1 : 0)
            }
            (kept, all) = (kept + left, all + exact)
            return day(
                Self.lossy.rawValue + offset, counts("archive", left, reasons: [.archiveLossy]),
                counts("github", exact))
        }
        let range = Self.lossy...CivilDay(rawValue: Self.lossy.rawValue + 29)
        let total = try #require(CoverageView(days).message(range).totals.first)
        #expect((total.counted, total.expected, total.percent) == (all, all, 100))
        let archive = try #require(total.others.first)
        #expect(archive.source == "archive")
        #expect(abs(archive.percent - Double(kept) * 100 / Double(all)) < 1)
    }

    @Test func `SRC-42 days that the archive alone has are judged by those that GitHub has, too`()
        throws
    {
        let measured = day(
            Self.lossy.rawValue, counts("archive", 700, reasons: [.archiveLossy]),
            counts("github", 1000))
        let alone = day(
            Self.lossy.rawValue + 1, counts("archive", 70, reasons: [.archiveLossy]))
        let item = try commits(measured, alone)
        #expect(item.expectedEstimated)
        #expect(item.expected == 100)
        #expect(item.percent == 70)
        #expect(item.reason == "archive_lossy")
    }

    @Test(arguments: [99, 100] as [UInt64])
    func `SRC-42 too little is no measure`(expected: UInt64) throws {
        let measured = day(
            Self.lossy.rawValue, counts("archive", 50, reasons: [.archiveLossy]),
            counts("github", expected))
        let alone = day(Self.lossy.rawValue + 1, counts("archive", 5, reasons: [.archiveLossy]))
        #expect(try commits(measured, alone).expectedEstimated == (expected >= 100))
    }

    @Test func `a counter that the source cannot tell has its reason`() {
        let known = day(10, counts("bigquery", 5, lacks: ["releases"]))
        let releases = CoverageView([known]).items(of: known).first { $0.item == "releases" }
        #expect(releases?.reason == "not_told_by_source")
        #expect(releases?.percentKnown == false)
    }

    @Test func `days that nobody read stand in the answer`() {
        let response = CoverageView([day(11, counts("archive", 5))])
            .message(CivilDay(rawValue: 10)...CivilDay(rawValue: 12))
        #expect(response.days.map(\.reasons) == [["days_not_read"], [], ["days_not_read"]])
        #expect(response.days.map(\.percent) == [0, 100, 0])
        #expect(response.totals.allSatisfy { $0.reason == "days_not_read" && !$0.percentKnown })
    }

    @Test(arguments: [(0, 0, 100.0), (1, 0, 100), (999, 1000, 99.9), (9999, 10_000, 99.9)])
    func `a percentage is never rounded up to complete`(
        counted: UInt64, expected: UInt64, percent: Double
    ) {
        #expect(CoverageView.percent(counted, of: expected) == percent)
    }
}
