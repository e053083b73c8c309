import ServiceHost
import ServiceKit

/// Which sources are configured, and where they are.
struct SourceSettings: Sendable {
    private let archive: String
    private let names: [String]
    private let bigQuery: BigQuerySettings

    init(reading reader: inout ConfigurationReader) {
        archive = reader.string(
            "TALLY_ARCHIVE", default: "https://data.gharchive.org",
            "folder or address with GH Archive's hours, YYYY-MM-DD-H.json.gz")
        names = reader.list(
            "TALLY_SOURCES", "sources that may be used, with commas between; none named = all")
        bigQuery = BigQuerySettings(reading: &reader)
        for name in names where !SourceCatalog.names.contains(name) {
            reader.fault(
                "TALLY_SOURCES: \(name) is not one of "
                    + SourceCatalog.names.joined(separator: ", "))
        }
        if let fault = ArchiveLocation.fault(archive) { reader.fault("TALLY_ARCHIVE: \(fault)") }
    }

    /// The BigQuery that is configured and may be used.
    func makeBigQuery(_ host: ServiceHandle, _ store: IngestStore) -> BigQuerySource? {
        guard bigQuery.isConfigured, isAllowed(BigQuerySource.sourceName) else { return nil }
        return bigQuery.make(host, store)
    }

    private func isAllowed(_ name: String) -> Bool { names.isEmpty || names.contains(name) }

    /// The other sources, best first.
    func make(_ host: ServiceHandle) throws -> [any Source] {
        guard isAllowed("archive") else { return [] }
        switch try ArchiveLocation(archive) {
        case .folder(let path):
            let folder = HourFolder(path: path)
            return [
                try ArchiveSource(
                    folder, isDemonstration: folder.isDemonstration, clock: host.clock)
            ]
        case .web(let address):
            return [try ArchiveSource(try HourWeb(address), clock: host.clock)]
        }
    }
}
