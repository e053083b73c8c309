internal import RPCCore

/// Keeps calls away from an address that mostly fails (rpc.md 1.12); a value without a clock.
///
/// ```
/// closed ─ half of the last 20 failed ─▶ open ─ pause over ─▶ probing ─ succeeded ─▶ closed
///                                         ▲                     │
///                                         └─ failed: pause × 2 ─┘
/// ```
///
/// A probe that is never heard of, because its call was given up before it was sent, keeps nobody
/// out: after the pause another one may go.
struct CircuitBreaker: Sendable {
    enum State: Sendable, Equatable {
        case closed
        case open(until: Moment)
        case probing(until: Moment)

        /// As operators read it.
        var name: String {
            switch self {
            case .closed: "closed"
            case .open: "open"
            case .probing: "probing"
            }
        }
    }

    /// Calls that are looked at; they fit into the bits of `failures`.
    static let window = 20
    private static let firstPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(30)

    private(set) var state = State.closed
    /// Calls since the last change of state, up to the window.
    private var seen = 0
    /// A bit for each of them that failed, the newest the lowest.
    private var failures: UInt32 = 0
    private var pause = firstPause
    /// When the breaker opened for the last time; calls that began before say nothing of the time
    /// since.
    private var openedAt = Moment(sinceZero: .min)

    init() {}

    /// Whether a call may go; after the pause exactly one may, to see.
    mutating func admits(at now: Moment) -> Bool {
        switch self.state {
        case .closed: return true
        case .open(let until), .probing(let until):
            guard now >= until else { return false }
            self.state = .probing(until: now + self.pause)
            return true
        }
    }

    /// A call that was admitted ended.
    ///
    /// - Parameters:
    ///   - failed: nil when its end says nothing of the server: it was given up, or never seen.
    ///   - began: when it was made; nil = just now.
    mutating func ended(failed: Bool?, began: Moment? = nil, at now: Moment) {
        guard let failed else { return }
        switch self.state {
        case .probing:
            if let began, began < self.openedAt { return }
            if failed { return self.open(at: now) }
            self = CircuitBreaker()
        case .closed:
            self.note(failed)
            if self.seen == Self.window, self.failures.nonzeroBitCount * 2 >= Self.window {
                self.open(at: now)
            }
        case .open: break
        }
    }

    private mutating func note(_ failed: Bool) {
        self.seen = min(self.seen + 1, Self.window)
        self.failures = (self.failures << 1 | (failed ? 1 : 0)) & (1 << Self.window - 1)
    }

    private mutating func open(at now: Moment) {
        self.state = .open(until: now + self.pause)
        self.openedAt = now
        self.pause = min(self.pause * 2, Self.longestPause)
        self.seen = 0
        self.failures = 0
    }
}
