private import Synchronization

/// One number of a registry, for whoever changes it.
public final class MetricSeries: Sendable {
    private let state: Mutex<Double>

    init(_ value: Double = 0) { self.state = Mutex(value) }

    /// What it is now.
    public var value: Double { self.state.withLock { $0 } }

    /// Counts.
    public func add(_ amount: Double = 1) { self.state.withLock { $0 += amount } }

    /// Sets it.
    public func set(_ value: Double) { self.state.withLock { $0 = value } }
}

/// The durations of one series; every call adds one, and they are written out when somebody looks.
public final class DurationSeries: Sendable {
    private let state: Mutex<Histogram>

    init(bounds: [Double]) { self.state = Mutex(Histogram(bounds: bounds)) }

    var histogram: Histogram { self.state.withLock { $0 } }

    /// Adds one.
    public func add(_ duration: Duration) {
        let (whole, rest) = duration.components
        let seconds = Double(whole) + Double(rest) / 1e18
        self.state.withLock { $0.add(seconds) }
    }
}
