import ServiceKit
import TallyAPI

/// A job as it is stored.
struct JobRecord: Hashable, Sendable {
    var id: String
    var repositoryId: Int64
    var repository: String
    var since: CivilDay
    var until: CivilDay
    var source: String
    var force: Bool
    var machine: JobMachine
    var progress: JobProgress
    /// Lines for people: which days from which source, and why.
    var plan: [String] = []
    var errorCode = ""
    var errorText = ""
    var createdUs: Int64 = 0
    var startedUs: Int64 = 0
    var finishedUs: Int64 = 0

    /// As callers see it.
    var message: Job {
        Job(
            id: id, repositoryId: repositoryId, repository: repository,
            sinceDay: since.rawValue, untilDay: until.rawValue,
            status: machine.state.apiStatus, phase: machine.state.apiPhase,
            attempt: UInt32(clamping: machine.attempt), progress: progress,
            errorCode: errorCode, errorText: errorText, createdAtUs: createdUs,
            startedAtUs: startedUs, finishedAtUs: finishedUs,
            lastChange: machine.lastChange ?? 0, source: source, plan: plan)
    }
}

/// A job in the hands of one worker: what every write of it must name.
struct JobClaim: Hashable, Sendable {
    var job: JobRecord
    /// The fence.
    var attempt: Int { job.machine.attempt }
}

extension JobState {
    /// The status of the message `Job`.
    var apiStatus: JobStatus {
        switch self {
        case .queued: .queued
        case .running: .running
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }

    /// The phase of the message `Job`.
    var apiPhase: JobPhase {
        switch self {
        case .running(.planning): .planning
        case .running(.fetching): .fetching
        case .running(.scoring): .scoring
        case .running(.publishing): .publishing
        case .queued, .completed, .failed, .cancelled: .unspecified
        }
    }
}
