internal import RPCCore

/// When the calls of a load test are due, and which of them count; a value without a clock.
///
/// Times count from the start of the test, warm-up included.
struct LoadSchedule: Sendable {
    /// Calls a second, 1 or more; nil: a call is due whenever a caller is free.
    var rate: Int?
    /// Most calls; nil = no such limit.
    var calls: Int?
    /// How long calls begin that count; nil = until all of them have.
    var length: Duration?
    /// Calls that are due before count for nothing.
    var warmup = Duration.zero

    /// From when on no call begins any more, also none that was due before.
    var end: Duration? { self.length.map { self.warmup + $0 } }

    /// When a call is due.
    ///
    /// - Parameters:
    ///   - number: of the call, from 0.
    ///   - now: the time by now.
    /// - Returns: nil when it does not begin any more.
    func due(_ number: Int, now: Duration) -> Duration? {
        if let calls, number >= calls { return nil }
        let due = self.rate.map { Self.due(number, $0) } ?? now
        if let end, max(due, now) >= end { return nil }
        return due
    }

    private static func due(_ number: Int, _ rate: Int) -> Duration {
        .nanoseconds(Int64(clamping: Int128(number) * 1_000_000_000 / Int128(rate)))
    }

    /// Calls that were due and count; nil where callers, not the clock, say when one is due, and
    /// where no time is set.
    var dueInAll: Int? {
        guard let rate, let end else { return nil }
        func before(_ time: Duration) -> Int {
            let calls = (Int128(time.nanoseconds) * Int128(rate) + 999_999_999) / 1_000_000_000
            return min(Int(clamping: calls), self.calls ?? .max)
        }
        return before(end) - before(self.warmup)
    }
}
