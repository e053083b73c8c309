import Foundation
import ServiceKit
import Synchronization
import Testing

@Suite struct LoggerTests {
    private final class Lines: Sendable {
        private let kept = Mutex<[String]>([])
        var all: [String] { self.kept.withLock { $0 } }
        func add(_ line: String) { self.kept.withLock { $0.append(line) } }
    }

    private func logger(
        _ lines: Lines, _ format: Logger.Format, level: LogLevel = .debug
    ) -> Logger {
        Logger(
            service: "ingest", level: level, format: format,
            clock: WallClock { Timestamp(rawValue: 1_795_492_258_123_456) }, sink: { lines.add($0) }
        )
    }

    @Test func `a JSON line holds time, level, service, message and facts`() throws {
        let lines = Lines()
        self.logger(lines, .json).warning("disk \"full\"", ["left": "0"])
        let object = try JSONSerialization.jsonObject(with: Data(lines.all[0].utf8))
        #expect(
            object as? [String: String] == [
                "time": "2026-11-24T03:50:58.123456Z", "level": "warning", "service": "ingest",
                "message": "disk \"full\"", "left": "0",
            ])
    }

    @Test func `a readable line has the facts behind the words`() {
        let lines = Lines()
        self.logger(lines, .text).info("started", ["rpc": "127.0.0.1:1", "admin": "x"])
        #expect(lines.all == ["03:50:58.123 info ingest: started admin=x rpc=127.0.0.1:1"])
    }

    @Test func `lines below the level are dropped`() {
        let lines = Lines()
        let logger = self.logger(lines, .text, level: .warning)
        logger.debug("a")
        logger.info("b")
        logger.warning("c")
        logger.error("d")
        #expect(lines.all.count == 2)
    }

    @Test(arguments: [
        ("\u{1B}[31mred", "\\u{1b}[31mred"), ("a\nb", "a\\u{a}b"), ("x\u{7f}", "x\\u{7f}"),
        ("\u{9b}1m", "\\u{9b}1m"), ("\u{202E}txt", "\\u{202e}txt"),
        ("Grüße 🦀", "Grüße 🦀"),
    ])
    func `BAD-08 what would move a terminal's cursor is shown instead`(
        text: String, shown: String
    ) {
        #expect(Logger.visible(text) == shown)
    }

    @Test func `BAD-08 a message cannot forge a second line`() {
        for format in [Logger.Format.json, .text] {
            let lines = Lines()
            self.logger(lines, format).info("a\n{\"level\":\"error\"}", ["k": "v\r\nw"])
            #expect(lines.all[0].contains { $0.isNewline } == false)
        }
    }

    @Test func `levels have an order`() {
        #expect(LogLevel.allCases == LogLevel.allCases.sorted())
        #expect(LogLevel.debug < LogLevel.error)
    }

    @Test func `the facts of a durable line are one JSON object with sorted keys`() {
        let record = LogRecord(level: .info, message: "m", fields: ["b": "2", "a": "\"1\""])
        #expect(record.fieldsJSON == #"{"a":"\"1\"","b":"2"}"#)
        #expect(LogRecord(level: .info, message: "m").fieldsJSON == "{}")
    }
}
