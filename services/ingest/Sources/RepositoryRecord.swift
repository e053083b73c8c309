import ServiceKit
import TallyAPI

/// A tracked repository as it is stored.
struct RepositoryRecord: Hashable, Sendable {
    var id: Int64
    var name: String
    var addedUs: Int64
    var demonstration: Bool
    var coverage: CoverageSummary
    /// Names it had before, with the time of the last event that carried them.
    var former: [NameStore.Sighting] = []
    var lastJob: JobRecord?

    /// As callers see it.
    var message: Repository {
        Repository(
            id: id, name: name,
            formerNames: former.map { FormerName(name: $0.name, untilUs: $0.lastUs) },
            addedAtUs: addedUs, lastJob: lastJob?.message, coverage: coverage,
            demonstration: demonstration)
    }
}
