import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

@Suite struct SourcePlannerTests {
    private func offer(
        _ name: String, _ kind: SourceKind, days: Int = 700, missing: Int = 0,
        refusal: String? = nil, failure: String = ""
    ) -> SourcePlanner.Offer {
        SourcePlanner.Offer(
            name: name, kind: kind, daysMissing: days,
            estimate: failure.isEmpty
                ? SourceEstimate(requests: 5, hoursMissing: missing, refusal: refusal) : nil,
            failure: failure)
    }

    private func choice(_ offers: [SourcePlanner.Offer]) -> String? {
        SourcePlanner(offers).choice?.name
    }

    @Test func `without a source nothing is chosen`() { #expect(choice([]) == nil) }

    @Test func `GitHub itself comes first as long as its limits allow it`() {
        let others = [offer("archive", .folder), offer("bigquery", .warehouse)]
        #expect(choice([offer("github", .api)] + others) == "github")
        #expect(choice([offer("github", .api, refusal: "too many")] + others) == "archive")
        #expect(choice([offer("github", .api, failure: "away")] + others) == "archive")
    }

    @Test func `a local archive is read where it has every hour`() {
        let big = offer("bigquery", .warehouse)
        #expect(choice([offer("archive", .folder), big]) == "archive")
        #expect(choice([offer("archive", .folder, missing: 1), big]) == "bigquery")
    }

    @Test(arguments: [(6, "archive"), (7, "archive"), (8, "bigquery")])
    func `few days are downloaded, many are asked of BigQuery`(days: Int, name: String) {
        #expect(
            choice([
                offer("archive", .web, days: days), offer("bigquery", .warehouse, days: days),
            ]) == name)
    }

    @Test func `over the budget, hours are downloaded or a local archive has gaps`() {
        let big = offer("bigquery", .warehouse, refusal: "it would cost 60.00 USD")
        #expect(choice([offer("archive", .web), big]) == "archive")
        #expect(choice([offer("archive", .folder, missing: 9), big]) == "archive")
    }

    @Test func `the source that was named is the choice, and says why it cannot be`() {
        let big = offer("bigquery", .warehouse, refusal: "it would cost 60.00 USD")
        let planner = SourcePlanner([big], wasNamed: true)
        let plan = ScrapePlan(
            planner, days: CivilDay(rawValue: 1)...CivilDay(rawValue: 700))
        #expect(plan.source == "bigquery")
        #expect(!plan.allowed)
        #expect(plan.refusal == "it would cost 60.00 USD")
        #expect(plan.daysAsked == 700)
    }

    @Test func `every source is told with its reason`() {
        let plan = ScrapePlan(
            SourcePlanner([
                offer("github", .api, failure: "nobody answers"),
                offer("archive", .folder, missing: 3),
                offer("bigquery", .warehouse),
            ]), days: CivilDay(rawValue: 1)...CivilDay(rawValue: 2))
        #expect(plan.source == "bigquery")
        #expect(plan.considered.map(\.usable) == [false, true, true])
        #expect(
            plan.considered.map(\.reason) == [
                "nobody answers", "3 hours are not in the local archive",
                "many days: one scan within the budget",
            ])
    }

    @Test func `a plan is kept as it is, and what is none is no plan`() {
        let plan = ScrapePlan(source: "bigquery", daysAsked: 5, microUsd: 7, allowed: true)
        #expect(ScrapePlan(stored: plan.encoded) == plan)
        #expect(ScrapePlan(stored: Array("20000 20001".utf8)) == nil)
        #expect(ScrapePlan(stored: []) == nil)
    }
}

@Suite struct BigQuerySettingsTests {
    private func faults(_ environment: [String: String], key: String? = nil) -> [String] {
        var reader = ConfigurationReader(environment: environment) { _ in
            key.map { .success($0) } ?? .failure(.tooOpen)
        }
        _ = BigQuerySettings(reading: &reader)
        do throws(ConfigurationFaults) { try reader.finish() } catch { return error.faults }
        return []
    }

    private static let good = TestAccount.file(tokenURI: "https://x.example/token")

    @Test func `SRC-45 nothing said, BigQuery is no source and nothing is wrong`() {
        var reader = ConfigurationReader(environment: [:])
        #expect(!BigQuerySettings(reading: &reader).isConfigured)
        #expect(faults([:]).isEmpty)
    }

    @Test func `a key makes it a source`() {
        var reader = ConfigurationReader(environment: ["TALLY_BIGQUERY_KEY_FILE": "k"]) { _ in
            .success(Self.good)
        }
        #expect(BigQuerySettings(reading: &reader).isConfigured)
    }

    @Test func `SRC-22 a key file that others may read is refused`() {
        #expect(
            faults(["TALLY_BIGQUERY_KEY_FILE": "k"])
                == ["TALLY_BIGQUERY_KEY_FILE: others may read the file; chmod 600 it"])
    }

    @Test func `SRC-22 a broken key is named without its content`() {
        let broken = TestAccount.file(
            tokenURI: "https://x.example", ["private_key": "\"-----BEGIN \(TestAccount.secret)\""])
        let faults = faults(["TALLY_BIGQUERY_KEY_FILE": "k"], key: broken)
        #expect(
            faults == ["TALLY_BIGQUERY_KEY_FILE: its \"private_key\" is no private key in PEM"])
    }

    @Test func `another address needs a project when there is no key`() {
        let url = ["TALLY_BIGQUERY_URL": "http://127.0.0.1:9050/"]
        #expect(faults(url).count == 1)
        #expect(faults(url.merging(["TALLY_BIGQUERY_PROJECT": "p"]) { $1 }).isEmpty)
    }

    @Test func `every wrong value is named at once`() {
        let found = faults([
            "TALLY_BIGQUERY_URL": "bigquery", "TALLY_BIGQUERY_PROJECT": "p",
            "TALLY_BIGQUERY_JOB_USD": "-1", "TALLY_BIGQUERY_TOKEN_URI": "x",
        ])
        #expect(found.count == 3)
        #expect(found.allSatisfy { $0.contains("TALLY_BIGQUERY_") })
    }

    @Test(arguments: [
        ("0", Int64(0)), ("5", 5_000_000), ("12.5", 12_500_000), ("0.01", 10_000),
        ("1000000", 1_000_000_000_000), ("1000000.01", nil), ("1000001", nil), ("", nil),
        (".5", nil), ("5.", nil), ("1.234", nil), ("-1", nil), ("+1", nil), ("1e3", nil),
        ("5 USD", nil), ("99999999999999999999", nil),
    ])
    func `amounts are dollars with two digits at most`(text: String, amount: Int64?) {
        #expect(BigQuerySettings.microUSD(text) == amount)
    }
}
