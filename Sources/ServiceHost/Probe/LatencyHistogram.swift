/// Counts durations in buckets that are at most 1/32 wide of their value: exact enough for
/// percentiles of any load in little memory.
struct LatencyHistogram: Sendable {
    private static let stepBits = 5

    private(set) var count = 0
    private(set) var largest: UInt64 = 0
    private var sum: UInt64 = 0
    private var buckets = [Int](repeating: 0, count: (65 - stepBits) << stepBits)

    /// - Parameter microseconds: how long one call took.
    mutating func add(_ microseconds: UInt64) {
        self.count += 1
        self.sum &+= microseconds
        self.largest = max(self.largest, microseconds)
        self.buckets[Self.bucket(microseconds)] += 1
    }

    var average: UInt64 { self.count == 0 ? 0 : self.sum / UInt64(self.count) }

    /// Values below 32 have a bucket each; above, each doubling has 32.
    private static func bucket(_ value: UInt64) -> Int {
        let steps = UInt64(1) << Self.stepBits
        guard value >= steps else { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - Self.stepBits
        return (shift + 1) << Self.stepBits + Int(value >> UInt64(shift) - steps)
    }

    /// The smallest value of a bucket.
    private static func floor(_ bucket: Int) -> UInt64 {
        let steps = 1 << Self.stepBits
        guard bucket >= steps else { return UInt64(bucket) }
        let shift = bucket >> Self.stepBits - 1
        return UInt64(bucket & (steps - 1) + steps) << UInt64(shift)
    }

    /// The value that `share` (0...1) of the calls did not exceed, to the width of its bucket.
    func percentile(_ share: Double) -> UInt64 {
        let wanted = max(1, Int((Double(self.count) * share).rounded(.up)))
        var seen = 0
        for (bucket, calls) in self.buckets.enumerated() where calls > 0 {
            seen += calls
            if seen >= wanted {
                return min(self.largest, Self.floor(bucket + 1) &- 1)
            }
        }
        return self.largest
    }

    /// Calls per doubling: from, to (without), how many.
    var doublings: [(from: UInt64, to: UInt64, calls: Int)] {
        var rows: [(from: UInt64, to: UInt64, calls: Int)] = []
        for (bucket, calls) in self.buckets.enumerated() where calls > 0 {
            let value = Self.floor(bucket)
            let from = value == 0 ? 0 : UInt64(1) << UInt64(63 - value.leadingZeroBitCount)
            if let last = rows.last, last.from == from {
                rows[rows.count - 1].calls += calls
            } else {
                rows.append((from, max(1, from &* 2), calls))
            }
        }
        return rows
    }
}
