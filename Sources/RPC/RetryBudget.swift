/// Keeps retries from making an outage worse: each failure costs one token, each success earns a
/// tenth; below half there are no retries (rpc.md 1.12). Counted in tenths.
struct RetryBudget: Sendable {
    static let tokensMax = 100

    private var tenths = tokensMax * 10

    /// What is left, in tokens.
    var tokens: Double { Double(self.tenths) / 10 }
    var allowsRetry: Bool { self.tenths >= Self.tokensMax * 5 }

    mutating func failed() { self.tenths = max(0, self.tenths - 10) }
    mutating func succeeded() { self.tenths = min(Self.tokensMax * 10, self.tenths + 1) }
}
