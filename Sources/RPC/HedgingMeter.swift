/// When a second attempt is worth its cost (rpc.md 1.12): past the usual 95 of 100 calls, and for
/// one call in ten at most.
struct HedgingMeter: Sendable {
    /// Calls that the delay is taken from.
    static let window = 100
    /// Calls before the first hedge: a percentile of less says nothing.
    static let samplesMin = 20
    /// One hedge in so many calls.
    static let ratio = 10
    /// Hedges that a good time saves up for a bad one: more would double the load of servers that
    /// are slow because they have too much of it.
    static let savedMax = 10

    private var latencies: [Duration] = []
    private var next = 0
    /// Calls that no hedge was taken for.
    private var saved = 0

    /// How long to wait for the first attempt; nil while too little is known.
    var delay: Duration? {
        guard self.latencies.count >= Self.samplesMin else { return nil }
        return self.latencies.sorted()[self.latencies.count * 95 / 100]
    }

    /// A call ended well after so long.
    mutating func succeeded(after latency: Duration) {
        self.saved = min(self.saved + 1, Self.savedMax * Self.ratio)
        if self.latencies.count < Self.window {
            self.latencies.append(latency)
        } else {
            self.latencies[self.next] = latency
            self.next = (self.next + 1) % Self.window
        }
    }

    /// Whether the allowance has a hedge left.
    var allowsHedge: Bool { self.saved >= Self.ratio }

    /// Takes one hedge out of the allowance, if there is one.
    mutating func takeHedge() -> Bool {
        guard self.allowsHedge else { return false }
        self.saved -= Self.ratio
        return true
    }
}
