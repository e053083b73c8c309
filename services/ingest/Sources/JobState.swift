/// Where a job is: its status, and while it runs, its phase (pipeline.md section 2).
enum JobState: Hashable, Sendable {
    case queued
    case running(Phase)
    case completed
    case failed
    case cancelled

    /// What a running job does, in order. Only the first two need a worker and its lease.
    enum Phase: String, Hashable, Sendable, CaseIterable {
        case planning, fetching, scoring, publishing
    }

    /// A worker holds the job's lease.
    var isLeased: Bool {
        switch self {
        case .running(.planning), .running(.fetching): true
        case .running(.scoring), .running(.publishing), .queued, .completed, .failed, .cancelled:
            false
        }
    }

    /// Nothing changes any more, unless somebody asks for a retry.
    var hasEnded: Bool {
        switch self {
        case .completed, .failed, .cancelled: true
        case .queued, .running: false
        }
    }

    /// The word in the column `status`.
    var status: String {
        switch self {
        case .queued: "queued"
        case .running: "running"
        case .completed: "completed"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }

    /// The word in the column `phase`; nil unless the job is running.
    var phase: String? {
        if case .running(let phase) = self { phase.rawValue } else { nil }
    }

    /// Reads both columns; nil when they do not name a state.
    init?(status: String, phase: String?) {
        switch (status, phase) {
        case ("queued", nil): self = .queued
        case ("completed", nil): self = .completed
        case ("failed", nil): self = .failed
        case ("cancelled", nil): self = .cancelled
        case ("running", .some(let word)):
            guard let phase = Phase(rawValue: word) else { return nil }
            self = .running(phase)
        case (_, _): return nil
        }
    }
}
