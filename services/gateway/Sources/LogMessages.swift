import ServiceKit
import TallyAPI

/// The texts of the log relay (http.md section 4).
enum LogMessages {
    static func hello(_ cursor: LogCursor, _ services: [String]) -> String {
        self.object("hello") { object in
            object.member("cursor", "\(cursor)")
            object.member("services", list: { list in for name in services { list.value(name) } })
        }
    }

    static func line(_ line: LogLine, _ service: String, _ cursor: LogCursor) -> String {
        self.object("log") { object in
            object.member("cursor", "\(cursor)")
            object.logLine(line, service: service)
        }
    }

    static func gap(_ service: String, _ numbers: ClosedRange<Int64>) -> String {
        self.object("gap") { object in
            object.member("service", service)
            object.member("from", numbers.lowerBound)
            object.member("to", numbers.upperBound)
        }
    }

    static func state(_ service: String, isAway: Bool) -> String {
        self.object("service") { object in
            object.member("service", service)
            object.member("state", isAway ? "away" : "back")
        }
    }

    private static func object(_ type: String, _ body: (inout JSONWriter) -> Void) -> String {
        JSONWriter.text { writer in
            writer.object { object in
                object.member("type", type)
                body(&object)
            }
        }
    }
}

extension LogEntry {
    /// A line; `cursor` is the ring's behind it.
    init(_ line: LogLine, _ service: String, _ cursor: LogCursor) {
        self.init(
            service: service, numbers: line.seq...line.seq, line: line, cursor: cursor,
            text: LogMessages.line(line, service, cursor))
    }

    /// Lines that the service no longer keeps.
    init(gap numbers: ClosedRange<Int64>, _ service: String, _ cursor: LogCursor) {
        self.init(
            service: service, numbers: numbers, line: nil, cursor: cursor,
            text: LogMessages.gap(service, numbers))
    }

    /// The service came or went.
    init(isAway: Bool, _ service: String, _ cursor: LogCursor) {
        self.init(
            service: service, numbers: nil, line: nil, cursor: cursor,
            text: LogMessages.state(service, isAway: isAway))
    }
}
