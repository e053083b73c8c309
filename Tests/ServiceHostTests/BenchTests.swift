import RPCCore
import Synchronization
import Testing

@testable import ServiceHost

/// What `probe bench` counts, with calls that go nowhere.
@Suite struct BenchTests {
    @Test func `an interruption is not counted as the end of the calls that it cuts`() async {
        let plan = ProbeBench.Plan(
            callers: 3, schedule: LoadSchedule(rate: 1000, length: .seconds(60)))
        let (begun, news) = AsyncStream.makeStream(of: Void.self)
        let calls = Atomic(0)
        let load = Task {
            await ProbeBench.load(plan) { _ in
                if calls.add(1, ordering: .relaxed).oldValue == 0 { return .notFound }
                news.yield()
                // Nothing comes: it ends when the task is cancelled.
                for await _ in AsyncStream<Void>.makeStream().stream {}
                return .cancelled
            }
        }
        var waiting = 0
        for await _ in begun {
            waiting += 1
            if waiting == 3 { break }
        }
        load.cancel()
        let result = await load.value
        #expect(result.codes == ["NOT_FOUND": 1])
        #expect(result.latencies.count == 1)
        #expect(result.notBegun == 0)
    }

    @Test func `a call that its service cancelled is counted`() async {
        let plan = ProbeBench.Plan(callers: 1, schedule: LoadSchedule(calls: 2))
        let result = await ProbeBench.load(plan) { _ in .cancelled }
        #expect(result.codes == ["CANCELLED": 2])
    }

    @Test func `a warm-up that outlasts the calls leaves nothing, and the words say what helps`()
        async
    {
        let plan = ProbeBench.Plan(schedule: LoadSchedule(calls: 100, warmup: .seconds(5)))
        let result = await ProbeBench.load(plan) { _ in .ok }
        #expect(result.latencies.count == 0)
        #expect(
            ProbeBench.nothingMeasured(plan)
                == "no call came after the warm-up of 5.0 seconds: all had been made by then; a "
                + "shorter --warmup, a larger -n, or a time -z in its place helps")
    }

    @Test(arguments: [(501, 0), (500, 0), (499, 1)])
    func `a threshold of microseconds is missed above it, and told in them`(
        limit: Int64, misses: Int
    ) {
        var plan = ProbeBench.Plan()
        var result = ProbeBench.Result()
        result.latencies.add(500)
        let p99 = Int64(result.latencies.percentile(0.99))
        // The histogram tells the upper end of a bucket.
        plan.p99 = .microseconds(p99 + limit - 500)
        let words = "p99 is \(p99) µs, wanted \(p99 - 1) µs"
        #expect(ProbeBench.missed(plan, result) == [String](repeating: words, count: misses))
    }
}
