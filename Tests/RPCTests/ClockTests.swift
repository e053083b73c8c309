import Testing

import RPCCore
@testable import RPC

/// The clocks of a connection, pushed by hand (rpc.md 1.10).
@Suite struct ClockTests {
    private let start = ContinuousClock.now

    private func clocks(
        idle: Duration? = nil, age: Duration? = nil
    ) -> ConnectionClocks {
        ConnectionClocks(
            .init(
                keepalive: .seconds(30), timeout: .seconds(10), stall: .seconds(20), idle: idle,
                age: age), now: self.start)
    }

    private func at(_ seconds: Int) -> ContinuousClock.Instant { self.start + .seconds(seconds) }

    private func tick(
        _ clocks: inout ConnectionClocks, _ seconds: Int, written: UInt64 = 0, queued: Int = 0,
        calls: Int = 0
    ) -> ConnectionClocks.Step {
        clocks.tick(
            now: self.at(seconds), written: written, queued: queued, greeted: true, calls: calls)
    }

    @Test func `silence is asked about once, and ends the connection without an answer`() {
        var clocks = self.clocks()
        #expect(self.tick(&clocks, 29) == .none)
        #expect(self.tick(&clocks, 30) == .ping)
        #expect(self.tick(&clocks, 39) == .none)
        #expect(self.tick(&clocks, 40) == .dead(.silent))
    }

    @Test func `a new call asks first after a silence, and not where an answer is awaited`() {
        var clocks = self.clocks()
        func isDoubtful(_ second: Int) -> Bool { clocks.isDoubtful(at: Moment(self.at(second))) }
        #expect([29, 30, 31].map(isDoubtful) == [false, true, true])
        #expect(self.tick(&clocks, 31) == .ping)
        #expect(!isDoubtful(32))
        clocks.heard(at: Moment(self.at(33)))
        #expect([33, 62, 63].map(isDoubtful) == [false, false, true])
    }

    @Test func `of the calls behind a silence the first one asks, and waits for an answer`() {
        var clocks = self.clocks()
        let asked = [29, 30, 31].map { clocks.asks(at: Moment(self.at($0))) }
        #expect(asked == [false, true, false])
        #expect(self.tick(&clocks, 39) == .none)
        #expect(self.tick(&clocks, 40) == .dead(.silent))
    }

    @Test func `before the introduction nobody is asked, and no connection is unused or old`() {
        var clocks = self.clocks(idle: .seconds(10), age: .seconds(10))
        for second in [10, 30, 60] {
            let step = clocks.tick(
                now: self.at(second), written: 0, queued: 0, greeted: false, calls: 0)
            #expect(step == .none)
        }
        #expect(self.tick(&clocks, 61) == .retire)
    }

    @Test func `any byte ends the silence`() {
        var clocks = self.clocks()
        #expect(self.tick(&clocks, 30) == .ping)
        clocks.heard(at: Moment(self.at(31)))
        #expect(self.tick(&clocks, 60) == .none)
        #expect(self.tick(&clocks, 61) == .ping)
    }

    @Test func `a peer that wants fewer pings gets fewer`() {
        var clocks = self.clocks()
        clocks.greeted(pingInterval: .seconds(300))
        #expect(self.tick(&clocks, 299) == .none)
        #expect(self.tick(&clocks, 300) == .ping)
    }

    @Test func `a connection whose bytes do not move is ended, one that moves is not`() {
        var clocks = self.clocks()
        #expect(self.tick(&clocks, 1, written: 5, queued: 100) == .none)
        #expect(self.tick(&clocks, 20, written: 5, queued: 100) == .none)
        #expect(self.tick(&clocks, 21, written: 5, queued: 100) == .dead(.stalled))
        clocks = self.clocks()
        for second in 1...25 {
            #expect(
                self.tick(&clocks, second, written: UInt64(second), queued: 100) == .none)
        }
    }

    @Test func `a connection without a call is retired after its idle time`() {
        var clocks = self.clocks(idle: .seconds(10))
        #expect(self.tick(&clocks, 9) == .none)
        clocks.used(at: Moment(self.at(9)))
        #expect(self.tick(&clocks, 18, calls: 1) == .none)
        #expect(self.tick(&clocks, 27) == .none)
        #expect(self.tick(&clocks, 28) == .retire)
    }

    @Test func `a connection is retired at its age, calls or not`() {
        var clocks = self.clocks(age: .seconds(25))
        #expect(self.tick(&clocks, 24, calls: 3) == .none)
        #expect(self.tick(&clocks, 25, calls: 3) == .retire)
    }

    @Test func `RPC-83 a hundred clients do not come back together`() {
        // The same curve, a fifth up or down by each client's own number.
        let pauses = (0..<100).map { client in
            var backoff = Backoff(first: .milliseconds(200), max: .seconds(10))
            return (0..<12).map { _ in backoff.next(random: Double(client) / 100) }
        }
        var base = 0.2
        for attempt in 0..<12 {
            let seconds = pauses.map { $0[attempt] / .seconds(1) }
            #expect(abs((seconds.min() ?? 0) - base * 0.8) < 0.001)
            #expect(abs((seconds.max() ?? 0) - base * 1.196) < 0.001)
            base = min(base * 1.6, 10)
        }
    }

    @Test func `the moment it is lies between two looks at the continuous clock`() {
        // The two are read one after the other when the process looks for the first time.
        let slack = Duration.milliseconds(1)
        for _ in 0..<100 {
            let before = Moment(ContinuousClock.now)
            let now = Moment.now
            let after = Moment(ContinuousClock.now)
            #expect(before - now <= slack && now - after <= slack)
        }
    }

    @Test func `moments end at the last one that can be told`() {
        let (first, last) = (Moment(sinceZero: .min), Moment(sinceZero: .max))
        #expect(last.advanced(byNanoseconds: 1) == last)
        #expect(first.advanced(byNanoseconds: -1) == first)
        #expect(Moment(sinceZero: 5).advanced(byNanoseconds: -7) == Moment(sinceZero: -2))
        #expect(Moment(sinceZero: 5).nanoseconds(until: Moment(sinceZero: 2)) == -3)
        #expect(first.nanoseconds(until: last) == .max)
        #expect(last.nanoseconds(until: first) == .min)
        #expect(Moment(sinceZero: 1) + .seconds(Int64.max) == last)
    }

    /// 2^64 attoseconds are 18.446744073709551616 s: below, arithmetic of 64 bits does.
    @Test func `durations are cut to whole units on both sides of 64 bits`() {
        let edge = Duration(secondsComponent: 18, attosecondsComponent: 446_744_073_709_551_615)
        let atto = Duration(secondsComponent: 0, attosecondsComponent: 1)
        #expect(edge.nanoseconds == 18_446_744_073)
        #expect((edge + atto).nanoseconds == 18_446_744_073)
        #expect((edge + .nanoseconds(1)).nanoseconds == 18_446_744_074)
        #expect(edge.microseconds == 18_446_744)
        #expect((.zero - atto).nanoseconds == 0)
        #expect(Duration.nanoseconds(-5).nanoseconds == -5)
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min).microseconds == .min)
    }
}
