import ServiceKit
import TallyAPI

@testable import Ingest

/// A scrape worker, one statement of its work at a time. It never looks at a clock: what it does
/// too late, the fence of the attempt must refuse.
struct FaultWorker {
    /// A job in hand.
    struct Held {
        let claim: JobClaim
        /// nil: not planned yet.
        var days: [CivilDay]?
        /// Read when it was planned, stored later, perhaps much later.
        var contents: [CivilDay: RepositoryDay] = [:]
    }

    let name: String
    var held: [Held] = []

    /// Days of a job that it has not read before, by the planner of the service.
    static func plan(_ claim: JobClaim, _ known: IngestStore.Known) -> ScrapePlan {
        SourcePlanner.plan(
            SourcePlanner.Question(
                since: claim.job.since, until: claim.job.until, jobId: claim.job.id,
                source: claim.job.source, force: claim.job.force, covered: known.covered,
                options: [SourcePlanner.Option(source: claim.job.source)]))
    }

    static func progress(_ held: Held) -> JobProgress {
        let asked = held.claim.job.until.rawValue - held.claim.job.since.rawValue + 1
        return JobProgress(
            daysTotal: UInt32(asked), daysDone: UInt32(asked) - UInt32(held.days?.count ?? 0))
    }
}
