internal import RPCCore

/// When a connection has been silent, stuck, unused or open for too long; a value without a clock
/// of its own (rpc.md 1.10).
struct ConnectionClocks {
    /// Times of one connection; nil = never.
    struct Settings {
        /// Silence after which the peer is asked whether it lives.
        var keepalive: Duration
        /// Time for its answer.
        var timeout: Duration
        /// Time without any byte taken by a peer that has some waiting.
        var stall: Duration
        /// Time without a call.
        var idle: Duration?
        /// Time since the connection was made.
        var age: Duration?
    }

    enum Reason: String {
        case silent = "the peer did not answer a keepalive ping"
        case stalled = "the peer did not read for too long"
    }

    enum Step: Equatable {
        case none
        case ping
        /// Let running calls end and take no more; nobody is to blame.
        case retire
        case dead(Reason)
    }

    private static let longestTick = Duration.seconds(1)
    private static let shortestTick = Duration.milliseconds(10)

    private var settings: Settings
    private let openedAt: Moment
    private var heardAt: Moment
    private var usedAt: Moment
    private var pingedAt: Moment?
    private var progressAt: Moment
    private var written: UInt64 = 0

    init(_ settings: Settings, now instant: ContinuousClock.Instant) {
        let now = Moment(instant)
        self.settings = settings
        self.openedAt = now
        self.heardAt = now
        self.usedAt = now
        self.progressAt = now
    }

    /// How often the connection looks at its clocks: a quarter of the shortest, within bounds.
    var interval: Duration {
        let times = [
            self.settings.keepalive, self.settings.timeout, self.settings.stall,
            self.settings.idle ?? Self.longestTick * 4, self.settings.age ?? Self.longestTick * 4,
        ]
        let shortest = times.reduce(Self.longestTick * 4) { min($0, $1) }
        return max(Self.shortestTick, shortest / 4)
    }

    /// The peer wants no more pings than this: nobody can be configured into too many.
    mutating func greeted(pingInterval: Duration) {
        self.settings.keepalive = max(self.settings.keepalive, pingInterval)
    }

    /// A byte of any kind came.
    mutating func heard(at now: Moment) {
        self.heardAt = now
        self.pingedAt = nil
    }

    /// A call began.
    mutating func used(at now: Moment) { self.usedAt = now }

    /// A call is about to be sent.
    ///
    /// - Returns: whether to ask first; calls behind it wait for the same answer.
    mutating func asks(at now: Moment) -> Bool {
        guard self.isDoubtful(at: now) else { return false }
        self.pingedAt = now
        return true
    }

    /// Whether nothing was heard for so long that a new call should ask first.
    func isDoubtful(at now: Moment) -> Bool {
        self.pingedAt == nil && now - self.heardAt >= self.settings.keepalive
    }

    /// Once an interval.
    ///
    /// - Parameters:
    ///   - written: bytes that left so far.
    ///   - queued: bytes that wait to leave.
    ///   - calls: calls that are open.
    mutating func tick(
        now instant: ContinuousClock.Instant, written: UInt64, queued: Int, greeted: Bool,
        calls: Int
    ) -> Step {
        let now = Moment(instant)
        if written != self.written || queued == 0 {
            self.written = written
            self.progressAt = now
        }
        if calls > 0 { self.usedAt = now }
        if now - self.progressAt >= self.settings.stall { return .dead(.stalled) }
        if let pingedAt, now - pingedAt >= self.settings.timeout { return .dead(.silent) }
        guard greeted else { return .none }
        if let idle = self.settings.idle, now - self.usedAt >= idle { return .retire }
        if let age = self.settings.age, now - self.openedAt >= age { return .retire }
        guard self.pingedAt == nil, now - self.heardAt >= self.settings.keepalive else {
            return .none
        }
        self.pingedAt = now
        return .ping
    }
}
