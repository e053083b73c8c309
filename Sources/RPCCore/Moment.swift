/// A point in time in a form whose size the compiler knows: nanoseconds since the process looked
/// at the clock for the first time.
///
/// `ContinuousClock.Instant` is opaque to it: a struct that holds one is copied through tables, and
/// so is every struct around that. In the state of a connection this cost a third of a call.
package struct Moment: Sendable, Comparable {
    private static let zero = ContinuousClock.now

    private let nanoseconds: Int64

    package init(_ instant: ContinuousClock.Instant) {
        self.nanoseconds = Self.zero.duration(to: instant).nanoseconds
    }

    private init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The same point on the clock.
    package var instant: ContinuousClock.Instant {
        Self.zero.advanced(by: .nanoseconds(self.nanoseconds))
    }

    package static func < (left: Moment, right: Moment) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Ends at the last moment that can be told, three centuries on.
    package static func + (left: Moment, right: Duration) -> Moment {
        let (sum, isBeyond) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return Moment(nanoseconds: isBeyond ? (right < .zero ? .min : .max) : sum)
    }

    package static func - (left: Moment, right: Moment) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}

extension Moment {
    /// A moment or none, for an atomic.
    package typealias Bits = Int64

    private static let none = Bits.min

    package init?(bits: Bits) {
        guard bits != Self.none else { return nil }
        self.init(nanoseconds: bits)
    }

    package static func bits(_ moment: Moment?) -> Bits { moment?.nanoseconds ?? Self.none }
}

extension Duration {
    /// Whole microseconds, within what 64 bits hold; a quotient of durations would go through
    /// floating point.
    package var microseconds: Int64 { Int64(clamping: self.attoseconds / 1_000_000_000_000) }

    /// Whole nanoseconds, within what 64 bits hold.
    package var nanoseconds: Int64 { Int64(clamping: self.attoseconds / 1_000_000_000) }
}
