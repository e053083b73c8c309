import ServiceKit
import Testing

@Suite struct MetricsRegistryTests {
    @Test func `counters add up, gauges are replaced`() {
        let registry = MetricsRegistry()
        registry.count("calls_total", help: "Calls.")
        registry.count("calls_total", help: "Calls.", by: 2)
        registry.set("size", help: "Size.", to: 5)
        registry.set("size", help: "Size.", to: 1.5)
        registry.gauge("asked", help: "Asked.") { 7 }
        #expect(
            registry.text == """
                # HELP calls_total Calls.
                # TYPE calls_total counter
                calls_total 3
                # HELP size Size.
                # TYPE size gauge
                size 1.5
                # HELP asked Asked.
                # TYPE asked gauge
                asked 7

                """)
    }

    @Test func `each set of labels is a series of its own`() {
        let registry = MetricsRegistry()
        registry.count("c", help: "", labels: [("m", "a"), ("s", "OK")])
        registry.count("c", help: "", labels: [("m", "b"), ("s", "OK")])
        let samples = registry.samples
        #expect(samples.map(\.labels) == [#"{m="a",s="OK"}"#, #"{m="b",s="OK"}"#])
        #expect(samples.map(\.value) == [1, 1])
    }

    @Test func `a histogram counts into every bucket above the value`() {
        let registry = MetricsRegistry()
        registry.observe("d", help: "", .milliseconds(3))
        registry.observe("d", help: "", .seconds(60))
        let values = Dictionary(
            uniqueKeysWithValues: registry.samples.map { ($0.name + $0.labels, $0.value) })
        #expect(values[#"d_bucket{le="0.005"}"#] == 1)
        #expect(values[#"d_bucket{le="10.0"}"#] == 1)
        #expect(values[#"d_bucket{le="+Inf"}"#] == 2)
        #expect(values["d_count"] == 2)
        #expect(values["d_sum"].map { abs($0 - 60.003) < 1e-9 } == true)
    }

    @Test func `a duration of exactly a bound belongs to it`() {
        let registry = MetricsRegistry()
        registry.observe("d", help: "", .milliseconds(5))
        #expect(registry.samples.contains { $0.labels == #"{le="0.005"}"# && $0.value == 1 })
    }

    @Test func `a histogram with labels is written out whole`() {
        let registry = MetricsRegistry()
        for milliseconds in [1, 2, 3000] {
            registry.observe("d", help: "D.", labels: [("m", "a")], .milliseconds(milliseconds))
        }
        #expect(
            registry.text == #"""
                # HELP d D.
                # TYPE d histogram
                d_bucket{m="a",le="+Inf"} 3
                d_bucket{m="a",le="0.001"} 1
                d_bucket{m="a",le="0.005"} 2
                d_bucket{m="a",le="0.025"} 2
                d_bucket{m="a",le="0.1"} 2
                d_bucket{m="a",le="0.5"} 2
                d_bucket{m="a",le="10.0"} 3
                d_bucket{m="a",le="2.5"} 2
                d_count{m="a"} 3
                d_sum{m="a"} 3.003

                """#)
    }

    @Test(arguments: [-1, 0, 1])
    func `histograms made from outside do not grow without end`(beyond: Int) {
        let registry = MetricsRegistry()
        for number in 0..<(MetricsRegistry.seriesMax + beyond) {
            registry.observe("d", help: "", labels: [("n", "\(number)")], .seconds(1))
        }
        registry.observe("d", help: "", labels: [("n", "0")], .seconds(1))
        let counts = registry.samples.filter { $0.name == "d_count" }
        #expect(counts.count == MetricsRegistry.seriesMax + min(beyond, 0))
        #expect(counts.first { $0.labels == #"{n="0"}"# }?.value == 2)
    }

    @Test func `labels cannot break out of their quotes`() {
        let registry = MetricsRegistry()
        registry.count("c", help: "", labels: [("p", "a\"b\\c\nd")])
        #expect(registry.text.contains(#"c{p="a\"b\\c\nd"} 1"#))
    }

    @Test func `labels made from outside do not grow without end`() {
        let registry = MetricsRegistry()
        for number in 0..<(MetricsRegistry.seriesMax + 50) {
            registry.count("c", help: "", labels: [("n", "\(number)")])
        }
        #expect(registry.samples.count == MetricsRegistry.seriesMax)
        registry.count("c", help: "", labels: [("n", "0")])
        #expect(registry.samples.first { $0.labels == #"{n="0"}"# }?.value == 2)
    }
}
