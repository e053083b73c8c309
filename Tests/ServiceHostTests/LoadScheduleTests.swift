import Testing

@testable import ServiceHost

/// When the calls of `probe bench` are due.
@Suite struct LoadScheduleTests {
    @Test func `calls are due at their rate, however late it is`() {
        let schedule = LoadSchedule(rate: 4, calls: 3)
        #expect(schedule.due(0, now: .zero) == .zero)
        #expect(schedule.due(2, now: .seconds(9)) == .milliseconds(500))
        #expect(schedule.due(3, now: .zero) == nil)
        #expect(schedule.dueInAll == nil)
    }

    @Test func `without a rate a call is due when its caller is free`() {
        let schedule = LoadSchedule(length: .seconds(1))
        #expect(schedule.due(7, now: .milliseconds(300)) == .milliseconds(300))
        #expect(schedule.due(7, now: .seconds(1)) == nil)
    }

    @Test(arguments: [(999, true), (1000, false), (1001, false)])
    func `behind the end nothing begins, also not what was due before`(
        now: Int, begins: Bool
    ) {
        let schedule = LoadSchedule(
            rate: 100, length: .milliseconds(700), warmup: .milliseconds(300))
        #expect(schedule.end == .seconds(1))
        // Due at 0.5 s.
        #expect((schedule.due(50, now: .milliseconds(now)) != nil) == begins)
    }

    @Test(
        arguments: [
            // 10 a second for a second: those due at 0, 0.1 … 0.9.
            (10, 1000, 0, nil, 10),
            // Three a second for half a second: at 0 and 0.333.
            (3, 500, 0, nil, 2),
            // Of 0 … 1.4, those from 0.5 on.
            (10, 1000, 500, nil, 10),
            (1_000_000, 2000, 0, nil, 2_000_000),
            (10, 1000, 0, 4, 4),
        ] as [(Int, Int, Int, Int?, Int)])
    func `what was due is counted to the call`(
        rate: Int, length: Int, warmup: Int, calls: Int?, expected: Int
    ) {
        let schedule = LoadSchedule(
            rate: rate, calls: calls, length: .milliseconds(length), warmup: .milliseconds(warmup))
        #expect(schedule.dueInAll == expected)
        let end = Duration.milliseconds(length + warmup)
        let one = (0..<(expected + warmup * rate / 1000 + 5)).count { number in
            schedule.due(number, now: .zero).map { $0 >= schedule.warmup && $0 < end } ?? false
        }
        #expect(one == expected)
    }
}
