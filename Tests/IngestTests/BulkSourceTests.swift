import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

/// Which source of events the planner takes, and what an estimate says of it.
@Suite struct BulkSourceTests {
    private func option(
        _ source: String, _ kind: SourceKind, missing: Int = 0, cost: Int64 = 0,
        refusal: String? = nil
    ) -> SourcePlanner.Option {
        SourcePlanner.Option(
            source: source, kind: kind,
            offer: SourceOffer(
                bytes: UInt64(cost), microUSD: cost, hoursMissing: missing, requests: 4,
                refusal: refusal))
    }

    private func question(
        _ options: [SourcePlanner.Option], days: Int32 = 700,
        source: String = SourcePlanner.auto
    ) -> SourcePlanner.Question {
        SourcePlanner.Question(
            since: CivilDay(rawValue: 1), until: CivilDay(rawValue: days), jobId: "mine",
            source: source, options: options)
    }

    private func choice(_ options: [SourcePlanner.Option], days: Int32 = 700) -> String? {
        SourcePlanner.plan(question(options, days: days)).legs.first?.source
    }

    @Test func `a local archive is read where it has every hour`() {
        let big = option("bigquery", .warehouse)
        #expect(choice([option("archive", .folder), big]) == "archive")
        #expect(choice([option("archive", .folder, missing: 1), big]) == "bigquery")
    }

    @Test(arguments: [(6, "archive"), (7, "archive"), (8, "bigquery")])
    func `few days are downloaded, many are asked of BigQuery`(days: Int32, name: String) {
        let options = [option("archive", .web), option("bigquery", .warehouse)]
        #expect(choice(options, days: days) == name)
    }

    @Test func `SRC-24 over the budget, hours are downloaded or a local archive has gaps`() {
        let big = option("bigquery", .warehouse, refusal: "it would cost 60.00 USD")
        #expect(choice([option("archive", .web), big]) == "archive")
        #expect(choice([option("archive", .folder, missing: 9), big]) == "archive")
        let plan = SourcePlanner.plan(question([option("archive", .web), big]))
        #expect(plan.notes == ["not from bigquery: it would cost 60.00 USD"])
    }

    @Test func `the price stands in the plan's lines`() {
        let options = [
            option("archive", .web), option("bigquery", .warehouse, cost: 6_250_000),
        ]
        #expect(
            SourcePlanner.plan(question(options)).lines == [
                "700 days from bigquery: for many days one query within the budget is the least "
                    + "work, about 6.25 USD by itself"
            ])
    }

    @Test func `SRC-44 an estimate sums up what is read and tells of the others`() {
        let asked = question([
            option("archive", .folder, missing: 3), option("bigquery", .warehouse, cost: 900),
        ])
        let estimate = EstimateResponse(asked, SourcePlanner.plan(asked))
        #expect(estimate.source == "bigquery")
        #expect(estimate.daysAsked == 700)
        #expect(estimate.daysMissing == 700)
        #expect(estimate.requests == 4)
        #expect(estimate.microUsd == 900)
        #expect(estimate.allowed)
        #expect(estimate.considered.map(\.source) == ["archive", "bigquery"])
        #expect(estimate.considered.map(\.hoursMissing) == [3, 0])
    }

    @Test func `the source that was named is the choice, and says why it cannot be`() {
        let asked = question(
            [option("bigquery", .warehouse, refusal: "it would cost 60.00 USD")],
            source: "bigquery")
        let estimate = EstimateResponse(asked, SourcePlanner.plan(asked))
        #expect(estimate.source == "bigquery")
        #expect(!estimate.allowed)
        #expect(estimate.refusal == "it would cost 60.00 USD")
    }
}
