/// Every move a job can make, and no other (pipeline.md section 2): a value without clock or store.
///
/// The store asks it what happens and writes down the answer; the database decides what time it is.
struct JobMachine: Hashable, Sendable {
    /// Waits before the first, second and third retry, in seconds.
    static let retryDelays: [Int] = [10, 60, 300]
    /// Times a job may be claimed: one whose worker dies each time ends, too.
    static let attemptLimit = 1000

    private(set) var state: JobState
    /// The fence: grows with each claim.
    private(set) var attempt: Int
    /// Failures since the last finished day.
    private(set) var failures: Int
    /// The change that must be on the boards before the job is completed.
    private(set) var lastChange: Int64?
    /// Seconds from now until a queued job may be claimed.
    private(set) var runAfter = 0

    init(state: JobState, attempt: Int = 0, failures: Int = 0, lastChange: Int64? = nil) {
        self.state = state
        self.attempt = attempt
        self.failures = failures
        self.lastChange = lastChange
    }

    /// What happens to a job.
    enum Event: Hashable, Sendable {
        /// A worker takes it, from the queue or because the lease has run out.
        case claimed
        /// The plan is made.
        case planned
        /// A day is stored, up to this change of the feed.
        case dayFinished(change: Int64?)
        /// All days are stored; this is what the boards show already.
        case fetched(published: Int64)
        /// A follower says how far it is.
        case watermarks(applied: Int64, published: Int64)
        /// The worker gives up, for a cause that may or may not pass.
        case failed(canPass: Bool)
        /// The worker stops in good order.
        case released
        case cancelled
        case retried
    }

    /// Makes the move. False: the event does not change a job in this state.
    mutating func receive(_ event: Event) -> Bool {
        switch event {
        case .claimed: claim()
        case .planned: move(from: [.running(.planning)], to: .running(.fetching))
        case .dayFinished(let change): finishDay(change)
        case .fetched(let published): finishFetching(published)
        case .watermarks(let applied, let published): advance(applied, published)
        case .failed(let canPass): fail(canPass)
        case .released: move(from: [.running(.planning), .running(.fetching)], to: .queued)
        case .cancelled: cancel()
        case .retried: retry()
        }
    }

    private mutating func move(from: [JobState], to next: JobState) -> Bool {
        guard from.contains(state) else { return false }
        state = next
        return true
    }

    private mutating func claim() -> Bool {
        guard state == .queued || state.isLeased else { return false }
        attempt += 1
        state = .running(.planning)
        return true
    }

    private mutating func finishDay(_ change: Int64?) -> Bool {
        guard state == .running(.fetching) else { return false }
        failures = 0
        if let change { lastChange = max(change, lastChange ?? 0) }
        return true
    }

    private mutating func finishFetching(_ published: Int64) -> Bool {
        guard state == .running(.fetching) else { return false }
        state = published >= (lastChange ?? 0) ? .completed : .running(.scoring)
        return true
    }

    private mutating func advance(_ applied: Int64, _ published: Int64) -> Bool {
        guard state == .running(.scoring) || state == .running(.publishing) else { return false }
        let before = state
        let needed = lastChange ?? 0
        if published >= needed {
            state = .completed
        } else if applied >= needed {
            state = .running(.publishing)
        }
        return state != before
    }

    private mutating func fail(_ canPass: Bool) -> Bool {
        guard state.isLeased else { return false }
        guard canPass, failures < Self.retryDelays.count else {
            state = .failed
            return true
        }
        runAfter = Self.retryDelays[failures]
        failures += 1
        state = .queued
        return true
    }

    private mutating func cancel() -> Bool {
        guard !state.hasEnded else { return false }
        state = .cancelled
        return true
    }

    private mutating func retry() -> Bool {
        guard state == .failed || state == .cancelled else { return false }
        state = .queued
        failures = 0
        return true
    }
}
