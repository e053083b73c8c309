import ServiceKit

/// What sources that are asked over HTTP count alike: requests, bytes, retries.
extension MetricsRegistry {
    func count(_ what: String, of source: String, by amount: Double = 1) {
        count(
            "ingest_source_\(what)_total", help: "What a source was asked for: \(what).",
            labels: [("source", source)], by: amount)
    }
}
