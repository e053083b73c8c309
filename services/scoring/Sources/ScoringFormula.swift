import TallyAPI

/// Weights and a cap: from counters to thousandths of a point, exactly.
struct ScoringFormula: Hashable, Sendable {
    let name: String
    let version: Int32
    /// Thousandths of a point, in the order of `CounterColumns.names`.
    let weights: [Int64]
    /// Thousandths; per contributor, repository and window.
    let lineBonusCap: Int64

    /// Counters that make the line bonus; they come last.
    private static let lineCounters = 2

    /// Every kind of contribution but lines: what was counted times its weight.
    func terms(_ counters: Counters) -> [ScoreTerm] {
        let counts = counters.values.dropLast(Self.lineCounters)
        return zip(zip(CounterColumns.names, counts), self.weights).map { pair, weight in
            ScoreTerm(
                counter: pair.0, count: pair.1, weight: weight,
                points: Self.times(pair.1, weight))
        }
    }

    /// Points for lines, before the cap.
    func lineBonusBeforeCap(_ counters: Counters) -> Int64 {
        let lines = zip(counters.values, self.weights).suffix(Self.lineCounters)
        return lines.reduce(0) { Self.sum($0, Self.times($1.0, $1.1)) }
    }

    /// Points for lines.
    func lineBonus(_ counters: Counters) -> Int64 {
        min(self.lineBonusBeforeCap(counters), self.lineBonusCap)
    }

    /// The score in thousandths.
    func score(_ counters: Counters) -> Int64 {
        self.terms(counters).reduce(self.lineBonus(counters)) { Self.sum($0, $1.points) }
    }

    /// Counts come from outside: a product that does not fit stays at the end of the range.
    private static func times(_ count: UInt64, _ weight: Int64) -> Int64 {
        let (product, overflows) = Int64(clamping: count).multipliedReportingOverflow(by: weight)
        return overflows ? .max : product
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflows) = left.addingReportingOverflow(right)
        return overflows ? .max : sum
    }

    /// The form of the messages.
    func message(active: Bool, createdUs: Int64) -> Formula {
        Formula(
            name: self.name, version: UInt32(self.version),
            weights: zip(CounterColumns.names, self.weights).map {
                Weight(counter: $0, thousandths: $1)
            }, lineBonusCap: self.lineBonusCap, active: active, createdAtUs: createdUs)
    }
}
