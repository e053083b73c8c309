internal import RPCCore

/// Keeps calls away from an address that mostly fails (rpc.md 1.12); a value without a clock.
///
/// ```
/// closed ─ half of the last 20 failed ─▶ open ─ pause over ─▶ probing ─ succeeded ─▶ closed
///                                         ▲                     │
///                                         └─ failed: pause × 2 ─┘
/// ```
struct CircuitBreaker: Sendable {
    enum State: Sendable, Equatable {
        case closed
        case open(until: Moment)
        case probing
    }

    /// Calls that are looked at.
    static let window = 20
    private static let firstPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(30)

    private(set) var state = State.closed
    private var outcomes: [Bool] = []
    private var next = 0
    private var pause = firstPause

    init() {}

    /// Whether a call may go; after the pause exactly one may, to see.
    mutating func admits(at now: ContinuousClock.Instant) -> Bool {
        switch self.state {
        case .closed: return true
        case .probing: return false
        case .open(let until):
            guard Moment(now) >= until else { return false }
            self.state = .probing
            return true
        }
    }

    /// A call that was admitted ended.
    mutating func ended(failed: Bool, at now: ContinuousClock.Instant) {
        switch self.state {
        case .probing:
            if failed { return self.open(at: now) }
            self = CircuitBreaker()
        case .closed:
            self.note(failed)
            let failures = self.outcomes.count { $0 }
            if self.outcomes.count == Self.window, failures * 2 >= Self.window {
                self.open(at: now)
            }
        case .open: break
        }
    }

    private mutating func note(_ failed: Bool) {
        if self.outcomes.count < Self.window {
            self.outcomes.append(failed)
        } else {
            self.outcomes[self.next] = failed
            self.next = (self.next + 1) % Self.window
        }
    }

    private mutating func open(at now: ContinuousClock.Instant) {
        self.state = .open(until: Moment(now.advanced(by: self.pause)))
        self.pause = min(self.pause * 2, Self.longestPause)
        self.outcomes = []
        self.next = 0
    }
}
