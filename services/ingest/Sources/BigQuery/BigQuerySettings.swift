import HTTPClient
import ServiceHost
import ServiceKit

/// How BigQuery is reached and what may be spent there, from the environment.
struct BigQuerySettings: Sendable {
    static let address = "https://bigquery.googleapis.com"
    /// Every scan, the bills and some estimates at once: none waits for a thread.
    private static let exchangesAtOnce = 16
    private static let agent = "tally-ingest"
    private static let centsMax = 100_000_000

    private let address: String
    private let project: String
    private let location: String
    private let account: ServiceAccount?
    let caps: BudgetRule.Caps
    /// Somebody said that BigQuery is to be used.
    let isConfigured: Bool

    init(reading reader: inout ConfigurationReader) {
        let address = reader.string(
            "TALLY_BIGQUERY_URL", default: Self.address,
            "where BigQuery's REST interface is; another one may be used without a key")
        let key = reader.secret(
            "TALLY_BIGQUERY_KEY_FILE", "file with a service account's key; makes BigQuery a source")
        let project = reader.optional(
            "TALLY_BIGQUERY_PROJECT", "project that pays; the key's own when absent")
        let tokenURI = reader.optional(
            "TALLY_BIGQUERY_TOKEN_URI", "where tokens are asked for; the key's own when absent")
        location = reader.string(
            "TALLY_BIGQUERY_LOCATION", default: "US", "where the data set is")
        caps = BudgetRule.Caps(
            job: Self.dollars("TALLY_BIGQUERY_JOB_USD", "10", "a scrape", &reader),
            day: Self.dollars("TALLY_BIGQUERY_DAY_USD", "20", "a day (UTC)", &reader),
            month: Self.dollars("TALLY_BIGQUERY_MONTH_USD", "100", "a month (UTC)", &reader))
        var account: ServiceAccount?
        if let key, !key.isEmpty {
            do throws(ServiceAccount.Fault) { account = try ServiceAccount(key) } catch {
                reader.fault("TALLY_BIGQUERY_KEY_FILE: \(error.message)")
            }
        }
        if let tokenURI { account?.tokenURI = tokenURI }
        for (name, text) in [("URL", address), ("TOKEN_URI", tokenURI ?? Self.address)]
        where !Self.isAddress(text) {
            reader.fault(
                "TALLY_BIGQUERY_\(name) is \"\(text)\": write an address with http or https")
        }
        let isEmulator = address != Self.address
        if isEmulator, key == nil, project == nil {
            reader.fault("TALLY_BIGQUERY_PROJECT is missing: without a key nothing else names it")
        }
        self.address = String(address.reversed().drop { $0 == "/" }.reversed())
        self.project = project ?? account?.projectID ?? ""
        self.account = account
        isConfigured = key != nil || isEmulator
    }

    private static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("https://") || text.hasPrefix("http://")
    }

    private static func dollars(
        _ name: String, _ fallback: String, _ period: String, _ reader: inout ConfigurationReader
    ) -> Int64 {
        let text = reader.string(
            name, default: fallback, "most that \(period) may cost at BigQuery, in USD")
        if let amount = microUSD(text) { return amount }
        reader.fault("\(name) is \"\(text)\": write an amount such as 5 or 12.50, at most 1000000")
        return 0
    }

    /// Reads dollars with at most two digits behind the point; nil for anything else.
    static func microUSD(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty, parts.allSatisfy(isDigits),
            parts.count == 1 || (1...2).contains(parts[1].count), let whole = Int(parts[0]),
            whole <= centsMax / 100
        else { return nil }
        let rest = parts.count == 1 ? "" : parts[1]
        guard let cents = Int(rest + String(repeating: "0", count: 2 - rest.count)),
            whole * 100 + cents <= centsMax
        else { return nil }
        return Int64(whole * 100 + cents) * 10_000
    }

    private static func isDigits(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// The source.
    func make(_ host: ServiceHandle, _ store: IngestStore) -> BigQuerySource {
        let pool = HTTPPool(agent: Self.agent, threads: Self.exchangesAtOnce)
        let send: BigQueryWeb.Send = { try await pool.send($0, limits: $1) }
        let tokens = account.map {
            AccessTokens($0, clock: host.clock, now: { .now }, send: send)
        }
        let web = BigQueryWeb(
            address: address, tokens: tokens, send: send, metrics: host.metrics)
        return BigQuerySource(
            client: BigQueryClient(web: web, project: project, location: location), store: store,
            caps: caps, clock: host.clock, logger: host.logger)
    }
}
