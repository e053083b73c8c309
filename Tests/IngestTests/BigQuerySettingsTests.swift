import ServiceKit
import Testing

@testable import Ingest

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
