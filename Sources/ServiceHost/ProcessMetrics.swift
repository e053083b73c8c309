internal import ServiceKit

/// Puts what a process knows of itself into the registry when somebody looks.
struct ProcessMetrics: Sendable {
    let metrics: MetricsRegistry
    let health: HealthBoard

    func collect() {
        self.metrics.set(
            "process_resident_memory_bytes", help: "Memory in use.",
            to: Double(SystemAccess.residentBytes))
        self.metrics.replace(
            "health_serving", help: "1 while the part serves; the whole has no name.",
            by: ([""] + self.health.parts).map { part in
                ([("part", part)], self.health.state(of: part) == .serving ? 1 : 0)
            })
    }
}
