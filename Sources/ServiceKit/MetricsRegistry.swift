private import Synchronization

/// Names, labels and values of a process, in Prometheus' text format.
///
/// What happens often is counted in a `MetricSeries` or `DurationSeries`, which whoever counts
/// keeps; what can be read at any time is put in with `replace` when somebody looks.
public final class MetricsRegistry: Sendable {
    /// Labels of one series, in the order written.
    public typealias Labels = [(String, String)]

    /// What the numbers of a name mean.
    public enum Kind: String, Sendable {
        /// It only grows.
        case counter
        /// It goes up and down.
        case gauge
        /// Durations by their length.
        case histogram
    }

    private struct Family {
        let help: String
        let kind: Kind
        /// By their labels, as they are written without braces.
        var series: [String: MetricSeries] = [:]
        var durations: [String: DurationSeries] = [:]

        /// All series as they are written.
        var all: [String: Double] {
            var all: [String: Double] = [:]
            for (labels, series) in self.series {
                all[labels.isEmpty ? "" : "{\(labels)}"] = series.value
            }
            for (labels, durations) in self.durations {
                all.merge(durations.histogram.series(labels)) { $1 }
            }
            return all
        }
    }

    private struct State {
        var families: [String: Family] = [:]
        var gauges: [String: (help: String, read: @Sendable () -> Double)] = [:]
        var collectors: [@Sendable () async -> Void] = []
    }

    /// Most series of one name: labels made from outside must not grow without end.
    public static let seriesMax = 1000

    /// Upper bounds of durations in seconds.
    public static let durationBounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]

    private let state = Mutex(State())

    /// An empty registry.
    public init() {}

    /// The series of a name with these labels, made on first use. Beyond `seriesMax` it is one that
    /// nobody sees.
    public func series(
        _ name: String, help: String, _ kind: Kind = .counter, labels: Labels = []
    ) -> MetricSeries {
        let key = Self.pairs(labels)
        return self.state.withLock { state in
            if let known = state.families[name]?.series[key] { return known }
            let series = MetricSeries()
            guard state.families[name]?.series.count ?? 0 < Self.seriesMax else { return series }
            state.families[name, default: Family(help: help, kind: kind)].series[key] = series
            return series
        }
    }

    /// The durations of a name with these labels, likewise.
    public func durations(_ name: String, help: String, labels: Labels = []) -> DurationSeries {
        let key = Self.pairs(labels)
        return self.state.withLock { state in
            if let known = state.families[name]?.durations[key] { return known }
            let series = DurationSeries(bounds: Self.durationBounds)
            guard state.families[name]?.durations.count ?? 0 < Self.seriesMax else {
                return series
            }
            state.families[name, default: Family(help: help, kind: .histogram)]
                .durations[key] = series
            return series
        }
    }

    /// Adds to a counter, which is made on first use.
    public func count(
        _ name: String, help: String, labels: Labels = [], by amount: Double = 1
    ) {
        self.series(name, help: help, labels: labels).add(amount)
    }

    /// Sets a gauge.
    public func set(_ name: String, help: String, labels: Labels = [], to value: Double) {
        self.series(name, help: help, .gauge, labels: labels).set(value)
    }

    /// A gauge that is asked for when somebody looks.
    public func gauge(_ name: String, help: String, read: @escaping @Sendable () -> Double) {
        self.state.withLock { $0.gauges[name] = (help, read) }
    }

    /// Adds a duration to a histogram.
    public func observe(
        _ name: String, help: String, labels: Labels = [], _ duration: Duration
    ) {
        self.durations(name, help: help, labels: labels).add(duration)
    }

    // MARK: Looking

    /// Has `collect` put in what can be read at any time, whenever somebody looks.
    public func collector(_ collect: @escaping @Sendable () async -> Void) {
        self.state.withLock { $0.collectors.append(collect) }
    }

    /// Brings everything up to date that is only read when somebody looks.
    public func look() async {
        for collect in self.state.withLock({ $0.collectors }) { await collect() }
    }

    /// Sets all series of a name; those that are not among them are gone.
    public func replace(
        _ name: String, help: String, _ kind: Kind = .gauge, by values: [(Labels, Double)]
    ) {
        var family = Family(help: help, kind: kind)
        for (labels, value) in values.prefix(Self.seriesMax) {
            family.series[Self.pairs(labels)] = MetricSeries(value)
        }
        self.state.withLock { $0.families[name] = family }
    }

    private static func pairs(_ labels: Labels) -> String {
        labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
    }

    /// Nearly no label needs it, and to search through text costs more than a call does.
    private static func escaped(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { $0 != 0x5C && $0 != 0x22 && $0 != 0x0A }
        if isPlain { return value }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }

    /// Every series: name, labels in braces or nothing, value.
    public var samples: [(name: String, labels: String, value: Double)] {
        let (families, gauges) = self.state.withLock { ($0.families, $0.gauges) }
        var samples: [(name: String, labels: String, value: Double)] = []
        for (name, family) in families {
            for (key, value) in family.all {
                let brace = key.firstIndex(of: "{") ?? key.endIndex
                samples.append((name + key[..<brace], String(key[brace...]), value))
            }
        }
        for (name, gauge) in gauges { samples.append((name, "", gauge.read())) }
        return samples.sorted { ($0.name, $0.labels) < ($1.name, $1.labels) }
    }

    /// The text format, version 0.0.4.
    public var text: String {
        let (families, gauges) = self.state.withLock { ($0.families, $0.gauges) }
        var out = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            let values = family.all
            guard !values.isEmpty else { continue }
            out += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind.rawValue)\n"
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                out += "\(name)\(key) \(Self.number(value))\n"
            }
        }
        for (name, gauge) in gauges.sorted(by: { $0.key < $1.key }) {
            out += "# HELP \(name) \(gauge.help)\n# TYPE \(name) gauge\n"
            out += "\(name) \(Self.number(gauge.read()))\n"
        }
        return out
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
