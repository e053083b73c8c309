import ServiceKit
import Testing

@testable import Ingest

/// Which days from which source: a pure function of what is known.
@Suite struct SourcePlannerTests {
    private static let lossy = DayCoverage.lossySince.rawValue

    private func option(
        _ source: String, requests: Int? = nil, left: Int? = nil, refusal: String? = nil
    ) -> SourcePlanner.Option {
        SourcePlanner.Option(
            source: source,
            offer: SourceOffer(requests: requests, requestsLeft: left, refusal: refusal))
    }

    private func covered(
        _ day: Int32, _ source: String = "archive", by job: String = "other", whole: Bool = true,
        poor: Bool = false
    ) -> DayPlan.Covered {
        DayPlan.Covered(
            day: CivilDay(rawValue: day), jobId: job, source: source, isWhole: whole,
            isPoor: poor)
    }

    private func plan(
        _ options: [SourcePlanner.Option], _ days: ClosedRange<Int32> = 10...12,
        source: String = SourcePlanner.auto, force: Bool = false,
        covered: [DayPlan.Covered] = []
    ) -> ScrapePlan {
        SourcePlanner.plan(
            SourcePlanner.Question(
                since: CivilDay(rawValue: days.lowerBound),
                until: CivilDay(rawValue: days.upperBound), jobId: "mine", source: source,
                force: force, covered: covered, options: options))
    }

    private func leg(
        _ source: String, _ days: [Int32], _ reason: ScrapePlan.Reason
    ) -> ScrapePlan.Leg {
        ScrapePlan.Leg(source: source, days: days.map(CivilDay.init(rawValue:)), reason: reason)
    }

    @Test(arguments: [(999, true), (1000, true), (1001, false)])
    func `GitHub serves a scrape whose requests are left of the hour`(
        requests: Int, fits: Bool
    ) {
        let plan = plan([option("github", requests: requests, left: 1000), option("archive")])
        #expect(
            plan.legs == [
                fits ? leg("github", [10, 11, 12], .exact) : leg("archive", [10, 11, 12], .free)
            ])
        #expect(plan.notes.isEmpty == fits)
    }

    @Test func `a job that names its source gets it`() {
        let options = [option("github"), option("archive")]
        #expect(plan(options, source: "archive").legs == [leg("archive", [10, 11, 12], .asked)])
    }

    @Test func `SRC-36 a token that is refused leaves the archive, and says why`() {
        let plan = plan([option("github", refusal: "the token has expired"), option("archive")])
        #expect(plan.legs == [leg("archive", [10, 11, 12], .free)])
        #expect(plan.notes == ["not from github: the token has expired"])
        #expect(plan.lines.count == 2)
    }

    @Test func `SRC-45 the archive alone is enough`() {
        #expect(plan([option("archive")]).legs == [leg("archive", [10, 11, 12], .only)])
    }

    @Test func `GitHub alone is asked however long it takes`() {
        let plan = plan([option("github", requests: 9000, left: 10)])
        #expect(plan.legs == [leg("github", [10, 11, 12], .only)])
    }

    @Test func `SRC-41 days since the loss are GitHub's when the whole range is too much for it`() {
        let plan = plan(
            [option("github", requests: 9000, left: 5000), option("archive")],
            Self.lossy - 2...Self.lossy + 1)
        #expect(
            plan.legs == [
                leg("archive", Array(Self.lossy - 2...Self.lossy + 1), .free),
                leg("github", [Self.lossy, Self.lossy + 1], .repair),
            ])
    }

    @Test func `SRC-41 days with unsized pushes or nobody's merges are read again from GitHub`() {
        let plan = plan(
            [option("github", requests: 9000, left: 5000), option("archive")],
            covered: [
                covered(10, by: "mine"), covered(11, by: "mine", poor: true),
                covered(12, by: "mine"),
            ])
        #expect(plan.legs == [leg("github", [11], .repair)])
    }

    @Test func `what GitHub has read is not read by anybody again`() {
        let known = [covered(10, "github"), covered(11, "github"), covered(12, "github")]
        let options = [option("github", requests: 9000, left: 1), option("archive")]
        #expect(plan(options, covered: known).legs.isEmpty)
        #expect(plan(options, force: true, covered: known).legs.first?.source == "archive")
    }

    @Test func `a day that the archive has is read from GitHub all the same`() {
        let plan = plan(
            [option("github", requests: 5), option("archive")], covered: [covered(11)])
        #expect(plan.legs == [leg("github", [10, 11, 12], .exact)])
    }

    @Test func `what this job has read from a source is not read from it again`() {
        let plan = plan(
            [option("github", requests: 5), option("archive")], force: true,
            covered: [covered(10, "github", by: "mine", whole: false)])
        #expect(plan.legs == [leg("github", [11, 12], .exact)])
    }

    @Test func `a plan is lines for people`() {
        let plan = plan([option("github", requests: 5), option("archive")])
        #expect(
            plan.lines == [
                "3 days from github: GitHub's own numbers are exact, and its limits allow them"
            ])
        #expect(plan.days.map(\.rawValue) == [10, 11, 12])
    }
}
