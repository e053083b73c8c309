/// A point in time in a form whose size the compiler knows: nanoseconds since the process looked
/// at the clock for the first time.
///
/// `ContinuousClock.Instant` is opaque to it: a struct that holds one is copied through tables, and
/// so is every struct around that. In the state of a connection this cost a third of a call.
package struct Moment: Sendable, Comparable {
    private static let zero = ContinuousClock.now

    /// Nanoseconds since moment zero.
    package let sinceZero: Int64

    package init(_ instant: ContinuousClock.Instant) {
        self.sinceZero = Self.zero.duration(to: instant).nanoseconds
    }

    package init(sinceZero nanoseconds: Int64) { self.sinceZero = nanoseconds }

    /// The same point on the clock.
    package var instant: ContinuousClock.Instant {
        Self.zero.advanced(by: .nanoseconds(self.sinceZero))
    }

    package static func < (left: Moment, right: Moment) -> Bool {
        left.sinceZero < right.sinceZero
    }

    /// Ends at the last moment that can be told, three centuries on.
    package static func + (left: Moment, right: Duration) -> Moment {
        left.advanced(byNanoseconds: right.nanoseconds)
    }

    /// The same, without a duration.
    package func advanced(byNanoseconds count: Int64) -> Moment {
        let (sum, isBeyond) = self.sinceZero.addingReportingOverflow(count)
        return Moment(sinceZero: isBeyond ? (count < 0 ? .min : .max) : sum)
    }

    package static func - (left: Moment, right: Moment) -> Duration {
        .nanoseconds(left.sinceZero - right.sinceZero)
    }

    /// Nanoseconds until another moment; negative when it has passed.
    package func nanoseconds(until other: Moment) -> Int64 {
        let (difference, isBeyond) = other.sinceZero.subtractingReportingOverflow(self.sinceZero)
        return isBeyond ? (other < self ? .min : .max) : difference
    }
}

extension Moment {
    /// A moment or none, for an atomic.
    package typealias Bits = Int64

    private static let none = Bits.min

    package init?(bits: Bits) {
        guard bits != Self.none else { return nil }
        self.init(sinceZero: bits)
    }

    package static func bits(_ moment: Moment?) -> Bits { moment?.sinceZero ?? Self.none }
}

extension Duration {
    /// Whole microseconds, within what 64 bits hold; a quotient of durations would go through
    /// floating point.
    package var microseconds: Int64 { self.divided(by: 1_000_000_000_000) }

    /// Whole nanoseconds, within what 64 bits hold.
    package var nanoseconds: Int64 { self.divided(by: 1_000_000_000) }

    /// Most durations are below 18 s, and their attoseconds fit into 64 bits.
    private func divided(by attoseconds: UInt64) -> Int64 {
        let own = self.attoseconds
        if let few = UInt64(exactly: own) { return Int64(few / attoseconds) }
        return Int64(clamping: own / Int128(attoseconds))
    }
}
