private import Synchronization

/// Names, labels and values of a process, in Prometheus' text format.
public final class MetricsRegistry: Sendable {
    /// Labels of one series, in the order written.
    public typealias Labels = [(String, String)]

    private struct Family {
        let help: String
        let type: String
        var series: [String: Double] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var gauges: [String: (help: String, read: @Sendable () -> Double)] = [:]
    }

    /// Most series of one name: labels made from outside must not grow without end.
    public static let seriesMax = 1000

    /// Upper bounds of durations in seconds.
    public static let durationBounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]

    private let state = Mutex(State())

    /// An empty registry.
    public init() {}

    /// Adds to a counter, which is made on first use.
    public func count(
        _ name: String, help: String, labels: Labels = [], by amount: Double = 1
    ) {
        self.update(name, help, "counter", labels) { $0 += amount }
    }

    /// Sets a gauge.
    public func set(_ name: String, help: String, labels: Labels = [], to value: Double) {
        self.update(name, help, "gauge", labels) { $0 = value }
    }

    /// A gauge that is asked for when somebody looks.
    public func gauge(_ name: String, help: String, read: @escaping @Sendable () -> Double) {
        self.state.withLock { $0.gauges[name] = (help, read) }
    }

    /// Adds a duration to a histogram.
    public func observe(
        _ name: String, help: String, labels: Labels = [], _ duration: Duration
    ) {
        let (whole, rest) = duration.components
        let seconds = Double(whole) + Double(rest) / 1e18
        self.state.withLock { state in
            var family = state.families[name] ?? Family(help: help, type: "histogram")
            for bound in Self.durationBounds where seconds <= bound {
                family.series[Self.key("_bucket", labels + [("le", "\(bound)")]), default: 0] += 1
            }
            family.series[Self.key("_bucket", labels + [("le", "+Inf")]), default: 0] += 1
            family.series[Self.key("_sum", labels), default: 0] += seconds
            family.series[Self.key("_count", labels), default: 0] += 1
            if family.series.count <= Self.seriesMax * 10 { state.families[name] = family }
        }
    }

    private func update(
        _ name: String, _ help: String, _ type: String, _ labels: Labels,
        _ change: (inout Double) -> Void
    ) {
        let key = Self.key("", labels)
        self.state.withLock { state in
            var family = state.families[name] ?? Family(help: help, type: type)
            guard family.series[key] != nil || family.series.count < Self.seriesMax else { return }
            change(&family.series[key, default: 0])
            state.families[name] = family
        }
    }

    private static func key(_ suffix: String, _ labels: Labels) -> String {
        guard !labels.isEmpty else { return suffix }
        let pairs = labels.map { name, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                .replacing("\n", with: "\\n")
            return "\(name)=\"\(escaped)\""
        }
        return "\(suffix){\(pairs.joined(separator: ","))}"
    }

    /// Every series: name, labels in braces or nothing, value.
    public var samples: [(name: String, labels: String, value: Double)] {
        let (families, gauges) = self.state.withLock { ($0.families, $0.gauges) }
        var samples: [(name: String, labels: String, value: Double)] = []
        for (name, family) in families {
            for (key, value) in family.series {
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
            out += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.type)\n"
            for (key, value) in family.series.sorted(by: { $0.key < $1.key }) {
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
