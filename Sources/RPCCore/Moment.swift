/// A point in time in a form whose size the compiler knows.
///
/// `ContinuousClock.Instant` is opaque to it: a struct that holds one is copied through tables, and
/// so is every struct around that. In the state of a connection this cost a third of a call.
package struct Moment: Sendable, Comparable {
    private static let zero = ContinuousClock.now

    private let sinceZero: Duration

    package init(_ instant: ContinuousClock.Instant) {
        self.sinceZero = Self.zero.duration(to: instant)
    }

    /// The same point on the clock.
    package var instant: ContinuousClock.Instant { Self.zero.advanced(by: self.sinceZero) }

    package static func < (left: Moment, right: Moment) -> Bool {
        left.sinceZero < right.sinceZero
    }

    package static func + (left: Moment, right: Duration) -> Moment {
        Moment(sinceZero: left.sinceZero + right)
    }

    private init(sinceZero: Duration) { self.sinceZero = sinceZero }

    package static func - (left: Moment, right: Moment) -> Duration {
        left.sinceZero - right.sinceZero
    }
}

extension Duration {
    /// Whole microseconds; a quotient of durations would go through floating point.
    package var microseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
