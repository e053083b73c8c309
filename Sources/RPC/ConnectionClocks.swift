/// When a connection has been silent or stuck for too long; a value without a clock of its own.
struct ConnectionClocks {
    /// How often a connection looks at its clocks.
    static let tick = Duration.seconds(1)

    enum Reason: String {
        case silent = "the peer did not answer a keepalive ping"
        case stalled = "the peer did not read for too long"
    }

    enum Step: Equatable {
        case none
        case ping
        case dead(Reason)
    }

    let keepalive: Duration
    let timeout: Duration
    let stall: Duration
    private var heardAt: ContinuousClock.Instant
    private var pingedAt: ContinuousClock.Instant?
    private var progressAt: ContinuousClock.Instant
    private var written: UInt64 = 0

    init(
        keepalive: Duration, timeout: Duration, stall: Duration, now: ContinuousClock.Instant
    ) {
        self.keepalive = keepalive
        self.timeout = timeout
        self.stall = stall
        self.heardAt = now
        self.progressAt = now
    }

    /// A byte of any kind came.
    mutating func heard(at now: ContinuousClock.Instant) {
        self.heardAt = now
        self.pingedAt = nil
    }

    /// Once a tick.
    ///
    /// - Parameters:
    ///   - written: bytes that left so far.
    ///   - queued: bytes that wait to leave.
    mutating func tick(
        now: ContinuousClock.Instant, written: UInt64, queued: Int, greeted: Bool
    ) -> Step {
        if written != self.written || queued == 0 {
            self.written = written
            self.progressAt = now
        }
        if now - self.progressAt >= self.stall { return .dead(.stalled) }
        if let pingedAt, now - pingedAt >= self.timeout { return .dead(.silent) }
        guard greeted, self.pingedAt == nil, now - self.heardAt >= self.keepalive else {
            return .none
        }
        self.pingedAt = now
        return .ping
    }
}
