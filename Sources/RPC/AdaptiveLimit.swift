/// How many calls of a method may run at once, learned from how they go (rpc.md 1.12, after brpc):
/// the highest rate seen times (2.3 × the shortest latency seen − the latency now).
struct AdaptiveLimit: Sendable {
    /// What the latency may exceed the shortest by.
    private static let slack = 0.3
    /// Calls after which the limit is computed again.
    static let samples = 64
    static let smallest = 4
    static let largest = 4096

    private(set) var limit = 64
    private var shortest = Double.infinity
    private var highestRate = 0.0
    private var sum = 0.0
    private var count = 0
    private var since: ContinuousClock.Instant

    init(now: ContinuousClock.Instant) { self.since = now }

    /// A call ended well.
    mutating func ended(after duration: Duration, now: ContinuousClock.Instant) {
        let seconds = duration / .seconds(1)
        self.shortest = min(self.shortest, seconds)
        self.sum += seconds
        self.count += 1
        guard self.count == Self.samples else { return }
        let elapsed = max((now - self.since) / .seconds(1), 1e-9)
        // Old heights fade, so that a machine that became slower is believed.
        self.highestRate = max(Double(self.count) / elapsed, self.highestRate * 0.98)
        let latency = self.sum / Double(self.count)
        let next = self.highestRate * ((2 + Self.slack) * self.shortest - latency)
        self.limit = Int(min(max(next, Double(Self.smallest)), Double(Self.largest)).rounded())
        (self.sum, self.count, self.since) = (0, 0, now)
    }
}
