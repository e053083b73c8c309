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
        self.refill(Moment(now))
        guard self.tokens > 0 else {
            throw ConnectionFault(.excessLoad, "too many \(frame) frames")
        }
        self.tokens -= 1
    }

    mutating func callEnded() { self.tokens = min(self.tokens + 1, Self.burst) }

    private static let nanosecondsPerToken: Int64 = 1_000_000_000 / Int64(refillPerSecond)

    /// Time that passes while the bucket is full gains nothing; parts of a token are not lost.
    private mutating func refill(_ now: Moment) {
        let gained = self.refilledAt.nanoseconds(until: now) / Self.nanosecondsPerToken
        if gained >= Int64(Self.burst - self.tokens) {
            (self.tokens, self.refilledAt) = (Self.burst, now)
        } else if gained > 0 {
            self.tokens += Int(gained)
            self.refilledAt = self.refilledAt.advanced(
                byNanoseconds: gained * Self.nanosecondsPerToken)
        }
    }
}
