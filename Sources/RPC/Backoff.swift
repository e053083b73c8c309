/// How long to wait before the next connection (rpc.md 1.12); a value that draws no random number.
struct Backoff: Sendable {
    private static let growth = 1.6
    /// A fifth up or down, so that many clients do not come back at once.
    private static let jitter = 0.2

    let first: Duration
    let max: Duration
    private var base: Duration

    init(first: Duration, max: Duration) {
        self.first = first
        self.max = max
        self.base = first
    }

    /// The next pause.
    ///
    /// - Parameter random: a number in 0..<1.
    mutating func next(random: Double) -> Duration {
        defer { self.base = min(self.base * Self.growth, self.max) }
        return self.base * (1 + Self.jitter * (2 * random - 1))
    }

    /// A HELLO came: the next failure begins anew.
    mutating func reset() { self.base = self.first }
}
