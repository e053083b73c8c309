internal import Glibc
internal import RPCCore

extension Moment {
    /// The moment it is. The clock is that of `ContinuousClock`, without the detour over durations,
    /// which count in 128 bits and would be divided for each call.
    static var now: Moment { Moment(sinceZero: Self.reading - Self.origin) }

    /// What the clock showed at moment zero.
    private static let origin = Self.reading - Moment(ContinuousClock.now).sinceZero

    private static var reading: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
