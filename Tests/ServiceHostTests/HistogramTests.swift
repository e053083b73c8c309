import Testing

@testable import ServiceHost

@Suite struct HistogramTests {
    @Test func `percentiles of a thousand different values are right within a bucket`() {
        var histogram = LatencyHistogram()
        for value in UInt64(1)...1000 { histogram.add(value) }
        for (share, exact) in [(0.5, 500.0), (0.9, 900.0), (0.99, 990.0), (1.0, 1000.0)] {
            let shown = Double(histogram.percentile(share))
            #expect(shown >= exact && shown <= exact * (1 + 1.0 / 32))
        }
        #expect(histogram.average == 500)
        #expect(histogram.largest == 1000)
    }

    @Test func `small values are exact`() {
        var histogram = LatencyHistogram()
        for value in [UInt64(0), 1, 2, 3, 31] { histogram.add(value) }
        #expect([0.2, 0.4, 0.6, 0.8, 1].map { histogram.percentile($0) } == [0, 1, 2, 3, 31])
    }

    @Test func `nothing is zero, and the largest number fits`() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(0.99) == 0)
        histogram.add(.max)
        #expect(histogram.percentile(0.5) == .max)
    }

    @Test func `doublings count every call once`() {
        var histogram = LatencyHistogram()
        for value in UInt64(0)...200 { histogram.add(value) }
        #expect(histogram.doublings.map(\.calls).reduce(0, +) == 201)
        #expect(histogram.doublings.last?.from == 128)
    }
}
