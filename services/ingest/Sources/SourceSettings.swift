import ServiceHost
import ServiceKit

/// Which sources are configured, and where they are.
struct SourceSettings: Sendable {
    /// The sources that can be used, best first, and who says which repositories there are.
    struct Made: Sendable {
        var sources: [any Source]
        var lookup: (any RepositoryLookup)?
    }

    static let gitHubAddress = "https://api.github.com"

    private let archive: String
    private let names: [String]
    private let gitHub: GitHubAddress?
    private let token: String?
    private let bigQuery: BigQuerySettings

    init(reading reader: inout ConfigurationReader) {
        archive = reader.string(
            "TALLY_ARCHIVE", default: "https://data.gharchive.org",
            "folder or address with GH Archive's hours, YYYY-MM-DD-H.json.gz")
        names = reader.list(
            "TALLY_SOURCES",
            "sources that may be used, with commas between; none named = all that are configured")
        let address = reader.string(
            "TALLY_GITHUB_URL", default: Self.gitHubAddress, "where GitHub's API is")
        token = reader.secret(
            "TALLY_GITHUB_TOKEN_FILE",
            "file with a token for GitHub's API; it needs no rights beyond public reading")
        gitHub = GitHubAddress(address)
        bigQuery = BigQuerySettings(reading: &reader)
        for name in names where !SourceCatalog.names.contains(name) {
            reader.fault(
                "TALLY_SOURCES: \(name) is not one of "
                    + SourceCatalog.names.joined(separator: ", "))
        }
        if let fault = ArchiveLocation.fault(archive) { reader.fault("TALLY_ARCHIVE: \(fault)") }
        if let fault = GitHubAddress.fault(address, withToken: token != nil) {
            reader.fault("TALLY_GITHUB_URL: \(fault)")
        }
        if let token, !Self.isHeader(token) {
            reader.fault("TALLY_GITHUB_TOKEN_FILE: a token is one line of visible characters")
        }
    }

    private static func isHeader(_ token: String) -> Bool {
        token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }

    /// - Parameter shelf: where pages of GitHub's are kept.
    func make(
        _ clock: WallClock, shelf: any PageShelf, metrics: MetricsRegistry = MetricsRegistry()
    ) throws -> Made {
        var made = Made(sources: [])
        if let client = client(clock, metrics) {
            made.lookup = client
            if client.hasToken { made.sources.append(GitHubSource(client: client, shelf: shelf)) }
        }
        if names.isEmpty || names.contains(SourceRank.archive) {
            made.sources.append(try archiveSource(clock))
        }
        return made
    }

    /// The BigQuery that is configured and may be used.
    /// - Parameter store: where its bills are kept.
    func makeBigQuery(_ host: ServiceHandle, _ store: IngestStore) -> BigQuerySource? {
        guard bigQuery.isConfigured, names.isEmpty || names.contains(SourceRank.bigquery) else {
            return nil
        }
        return bigQuery.make(host, store)
    }

    /// Without a token GitHub still says which repositories there are: where it is asked for.
    private func client(_ clock: WallClock, _ metrics: MetricsRegistry) -> GitHubClient? {
        let isNamed = names.contains(SourceRank.github)
        guard let gitHub, isNamed || (token != nil && names.isEmpty) else { return nil }
        return GitHubClient(
            address: gitHub, token: token,
            clock: GitHubClient.Clock(now: clock.now, sleep: { try await Task.sleep(for: $0) }),
            metrics: metrics)
    }

    private func archiveSource(_ clock: WallClock) throws -> any Source {
        switch try ArchiveLocation(archive) {
        case .folder(let path):
            let folder = HourFolder(path: path)
            return try ArchiveSource(
                folder, isDemonstration: folder.isDemonstration, clock: clock)
        case .web(let address): return try ArchiveSource(try HourWeb(address), clock: clock)
        }
    }
}
