private import Synchronization

/// Names, labels and values of a process, in Prometheus' text format.
public final class MetricsRegistry: Sendable {
    /// Labels of one series, in the order written.
    public typealias Labels = [(String, String)]

    private struct Family {
        let help: String
        let type: String
        var series: [String: Double] = [:]
        /// By their labels.
        var histograms: [String: Histogram] = [:]

        /// All series, those of the histograms written out.
        var all: [String: Double] {
            self.histograms.reduce(into: self.series) { all, histogram in
                all.merge(histogram.value.series(histogram.key)) { $1 }
            }
        }
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

    /// Adds a duration to a histogram; every call does, so it is written out when somebody looks.
    public func observe(
        _ name: String, help: String, labels: Labels = [], _ duration: Duration
    ) {
        let (whole, rest) = duration.components
        let seconds = Double(whole) + Double(rest) / 1e18
        let key = Self.pairs(labels)
        self.state.withLock { state in
            // Numbers, not the table: one more holder would have it copied when it changes.
            let isKnown = state.families[name]?.histograms[key] != nil
            let count = state.families[name]?.histograms.count ?? 0
            guard isKnown || count < Self.seriesMax else { return }
            state.families[name, default: Family(help: help, type: "histogram")]
                .histograms[key, default: Histogram(bounds: Self.durationBounds)].add(seconds)
        }
    }

    private func update(
        _ name: String, _ help: String, _ type: String, _ labels: Labels,
        _ change: (inout Double) -> Void
    ) {
        let key = labels.isEmpty ? "" : "{\(Self.pairs(labels))}"
        self.state.withLock { state in
            var family = state.families[name] ?? Family(help: help, type: type)
            guard family.series[key] != nil || family.series.count < Self.seriesMax else { return }
            change(&family.series[key, default: 0])
            state.families[name] = family
        }
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
            out += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.type)\n"
            for (key, value) in family.all.sorted(by: { $0.key < $1.key }) {
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
