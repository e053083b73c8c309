import ServiceKit

/// A query that was sent, or was about to be: enough to find it again and to send it again.
struct StoredQuery: Hashable, Sendable {
    /// How a query ended.
    enum Outcome: String, Hashable, Sendable {
        case done, failed, cancelled
    }

    /// The BigQuery job's id.
    var id: String
    var query: BigQueryQuery
    /// Of repositories.
    var ids: [Int64]
    /// Lower case.
    var names: [String]
    var days: ClosedRange<CivilDay>
    /// As it will be billed, by its dry run.
    var estimatedBytes: Int64
    /// More fails and costs nothing.
    var bytesMax: Int64
    var startedUs: Int64

    /// Whether its rows tell of a repository on a day.
    func covers(_ repositoryId: Int64, on day: CivilDay) -> Bool {
        days.contains(day) && ids.contains(repositoryId)
    }
}
