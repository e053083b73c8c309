/// Durations of one series: how many were at most so long, and how long all of them took.
struct Histogram {
    /// Upper bounds in seconds; a last bucket has no bound.
    private let bounds: [Double]
    private var counts: [Double]
    private var sum = 0.0

    init(bounds: [Double]) {
        self.bounds = bounds
        self.counts = [Double](repeating: 0, count: bounds.count + 1)
    }

    mutating func add(_ seconds: Double) {
        let bucket = self.bounds.firstIndex { seconds <= $0 } ?? self.bounds.count
        self.counts[bucket] += 1
        self.sum += seconds
    }

    /// The series of the text format, each bucket with all that are below it.
    ///
    /// - Parameter labels: its labels as they are written, without braces.
    func series(_ labels: String) -> [String: Double] {
        let (braces, comma) = labels.isEmpty ? ("", "") : ("{\(labels)}", ",")
        var (series, below) = (["_sum\(braces)": self.sum], 0.0)
        for (bucket, count) in self.counts.enumerated() {
            below += count
            let bound = bucket < self.bounds.count ? "\(self.bounds[bucket])" : "+Inf"
            series["_bucket{\(labels)\(comma)le=\"\(bound)\"}"] = below
        }
        series["_count\(braces)"] = below
        return series
    }
}
