import Glibc

/// Seconds on one of the kernel's clocks, as the other generators read them.
func seconds(on clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
