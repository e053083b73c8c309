import RPC
import ServiceKit
import Synchronization
import Testing

@testable import ServiceHost

@Suite struct ConnectionLogTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        private let time = Mutex(ContinuousClock.now)

        var all: [String] { self.lines.withLock { $0 } }
        func advance(_ duration: Duration) { self.time.withLock { $0 += duration } }

        func log(_ level: LogLevel) -> ConnectionLog {
            let clock = WallClock { Timestamp(rawValue: 0) }
            let logger = Logger(service: "t", level: level, clock: clock) { line in
                self.lines.withLock { $0.append(line) }
            }
            return ConnectionLog(logger, now: { self.time.withLock { $0 } })
        }
    }

    private func end(_ number: Int, isFault: Bool) -> ConnectionEnd {
        ConnectionEnd(peer: "127.0.0.1:\(number)", reason: "broken", isFault: isFault)
    }

    @Test func `who left is for those who look for it, a fault is for everybody`() {
        let lines = Lines()
        lines.log(.info).ended(self.end(1, isFault: false))
        #expect(lines.all.isEmpty)
        lines.log(.debug).ended(self.end(2, isFault: false))
        lines.log(.info).ended(self.end(3, isFault: true))
        #expect(lines.all.map { $0.contains("127.0.0.1:2") } == [true, false])
        #expect(lines.all.map { $0.contains("127.0.0.1:3") } == [false, true])
        #expect(lines.all.allSatisfy { $0.contains("broken") })
    }

    @Test(arguments: [-1, 0, 1])
    func `a flood of faults writes ten lines a second, and how many it left out`(beyond: Int) {
        let lines = Lines()
        let log = lines.log(.info)
        for number in 0..<ConnectionLog.linesMax + beyond {
            log.ended(self.end(number, isFault: true))
        }
        #expect(lines.all.count == ConnectionLog.linesMax + min(0, beyond))
        lines.advance(.seconds(1) - .nanoseconds(1))
        log.refused("127.0.0.1:99", "no certificate")
        #expect(lines.all.count == ConnectionLog.linesMax)
        lines.advance(.nanoseconds(1))
        log.refused("127.0.0.1:100", "no certificate")
        #expect(lines.all.count == ConnectionLog.linesMax + 1)
        let omitted = beyond + 1
        #expect(lines.all.last?.contains("omitted") == (omitted > 0))
        if omitted > 0 { #expect(lines.all.last?.contains("\"\(omitted)\"") == true) }
    }
}
