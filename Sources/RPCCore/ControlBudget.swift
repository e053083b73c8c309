/// How many frames that do no work a peer may send: a bucket that refills with time and with each
/// call that ends by STATUS (rpc.md 1.5).
struct ControlBudget {
    static let burst = 400
    static let refillPerSecond = 100

    private var tokens = burst
    private var refilledAt: Moment

    init(now: ContinuousClock.Instant) { self.refilledAt = Moment(now) }

    /// Takes one token.
    ///
    /// - Throws: a fault that names the frame when none is left.
    mutating func spend(on frame: String, now: ContinuousClock.Instant) throws(ConnectionFault) {
        if self.tokens == 0 { self.refill(now) }
        guard self.tokens > 0 else {
            throw ConnectionFault(.excessLoad, "too many \(frame) frames")
        }
        self.tokens -= 1
    }

    mutating func callEnded() { self.tokens = min(self.tokens + 1, Self.burst) }

    private mutating func refill(_ instant: ContinuousClock.Instant) {
        let now = Moment(instant)
        let (seconds, attoseconds) = (now - self.refilledAt).components
        let milliseconds = min(seconds, 60) * 1000 + attoseconds / 1_000_000_000_000_000
        let gained = Int(milliseconds) * Self.refillPerSecond / 1000
        guard gained > 0 else { return }
        self.tokens = min(self.tokens + gained, Self.burst)
        self.refilledAt = now
    }
}
