/// How many calls of a method may run at once, learned from how they go (rpc.md 1.12, after brpc):
/// the highest rate seen times (2.3 × the shortest latency seen − the latency now).
struct AdaptiveLimit: Sendable {
    /// What the latency may exceed the shortest by.
    private static let slack = 0.3
    /// Calls after which the limit is computed again.
    static let samples = 64
    static let smallest = 4
    static let largest = 4096
    /// Computations after which the shortest latency is measured anew: a method whose calls became
    /// longer, for good reasons, would otherwise be kept to `smallest` for ever.
    static let remembered = 50

    /// What the calls of these samples are there for.
    private enum Phase {
        /// The usual; so many computations since the last measurement.
        case learning(Int)
        /// Fewer calls run at once, and those that began before them end.
        case emptying
        /// These calls had little company: their latency is the shortest.
        case measuring
    }

    private(set) var limit = 64
    private var phase = Phase.learning(0)
    /// Of averages, so that one odd call does not decide.
    private var shortest = Double.infinity
    private var highestRate = 0.0
    private var sum = 0.0
    private var count = 0
    private var since: ContinuousClock.Instant

    init(now: ContinuousClock.Instant) { self.since = now }

    /// A call ended well.
    mutating func ended(after duration: Duration, now: ContinuousClock.Instant) {
        self.sum += duration / .seconds(1)
        self.count += 1
        guard self.count == Self.samples else { return }
        let elapsed = max((now - self.since) / .seconds(1), 1e-9)
        // Old heights fade, so that a machine that became slower is believed.
        self.highestRate = max(Double(self.count) / elapsed, self.highestRate * 0.98)
        let latency = self.sum / Double(self.count)
        (self.sum, self.count, self.since) = (0, 0, now)
        self.look(latency)
    }

    private mutating func look(_ latency: Double) {
        switch self.phase {
        case .learning(Self.remembered):
            self.limit = max(Self.smallest, self.limit / 2)
            self.phase = .emptying
        case .emptying: self.phase = .measuring
        case .measuring:
            self.shortest = latency
            self.phase = .learning(0)
            self.compute(latency)
        case .learning(let times):
            self.shortest = min(self.shortest, latency)
            self.phase = .learning(times + 1)
            self.compute(latency)
        }
    }

    private mutating func compute(_ latency: Double) {
        let next = self.highestRate * ((2 + Self.slack) * self.shortest - latency)
        self.limit = Int(min(max(next, Double(Self.smallest)), Double(Self.largest)).rounded())
    }
}
