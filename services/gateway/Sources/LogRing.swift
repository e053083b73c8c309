import ServiceHost
import Synchronization
import TallyAPI

/// One message of the live log, as it goes to every reader: encoded once.
struct LogEntry: Sendable {
    /// The service it is about.
    var service: String
    /// The line's number, or the first and last one that are no longer kept; nil for a message
    /// about the service itself.
    var numbers: ClosedRange<Int64>?
    /// The line itself; nil for everything but a line.
    var line: LogLine?
    /// Where a reader stands who has seen everything up to here.
    var cursor: LogCursor
    /// The JSON text for such a reader.
    var text: String
}

/// The newest lines of all services in the order in which they came here.
///
/// One order for all readers: where somebody stands is one number, and a message that holds the
/// cursor of everything before it is the same for everyone.
final class LogRing: Sendable {
    /// Entries kept for readers that are slower than the services write.
    static let entriesMax = 8192
    /// Bytes of text kept; a reader behind more than its socket's queue and this has lost lines.
    static let bytesMax = 8 << 20

    private struct State {
        var entries: [LogEntry] = []
        /// Of the first entry; grows for ever.
        var first: UInt64 = 0
        var bytes = 0
        var cursor = LogCursor()
        /// Highest number of each service that is no longer here.
        var dropped = LogCursor()
        var away: Set<String> = []
    }

    /// Where a reader begins.
    struct Position: Sendable {
        /// The next entry to come.
        var index: UInt64
        /// What is before it.
        var cursor: LogCursor
        /// Services that do not answer now.
        var away: Set<String>
    }

    /// What a reader finds at its place.
    struct Reading: Sendable {
        var entries: [LogEntry]
        /// Where to go on.
        var next: UInt64
        /// Set when entries before these are gone: the last number of each service that was lost.
        var lostUpTo: LogCursor?
    }

    private let state = Mutex(State())
    private let news = Wakeup()
    private let entriesMax: Int
    private let bytesMax: Int

    init(entriesMax: Int = LogRing.entriesMax, bytesMax: Int = LogRing.bytesMax) {
        self.entriesMax = entriesMax
        self.bytesMax = bytesMax
    }

    var position: Position {
        self.state.withLock { state in
            Position(
                index: state.first + UInt64(state.entries.count), cursor: state.cursor,
                away: state.away)
        }
    }

    /// The number up to which a service's lines have come here; nil before the first.
    func number(of service: String) -> Int64? { self.state.withLock { $0.cursor[service] } }

    /// The service's lines begin behind this number; earlier ones are asked of the service.
    func start(_ service: String, at number: Int64) {
        self.state.withLock { $0.cursor[service] = number }
    }

    /// Adds what `make` returns for the cursor behind it, and wakes readers.
    func append(
        _ service: String, upTo number: Int64?, _ make: (LogCursor) -> LogEntry
    ) {
        self.state.withLock { state in
            if let number { state.cursor[service] = number }
            let entry = make(state.cursor)
            state.entries.append(entry)
            state.bytes += entry.text.utf8.count
            Self.trim(&state, self.entriesMax, self.bytesMax)
        }
        self.news.signal()
    }

    /// A service came or went; readers are told once.
    func set(_ service: String, away: Bool, _ make: (LogCursor) -> LogEntry) {
        let isNews = self.state.withLock { state in
            away ? state.away.insert(service).inserted : state.away.remove(service) != nil
        }
        if isNews { self.append(service, upTo: nil, make) }
    }

    private static func trim(_ state: inout State, _ entriesMax: Int, _ bytesMax: Int) {
        guard state.entries.count > entriesMax || state.bytes > bytesMax else { return }
        // A quarter at once, so that an append does not move everything each time.
        var count = 0
        while state.entries.count - count > entriesMax * 3 / 4 || state.bytes > bytesMax * 3 / 4,
            count < state.entries.count
        {
            let entry = state.entries[count]
            state.bytes -= entry.text.utf8.count
            if let last = entry.numbers?.upperBound { state.dropped[entry.service] = last }
            count += 1
        }
        state.entries.removeFirst(count)
        state.first += UInt64(count)
    }

    /// Entries from an index on, at most `limit`.
    func read(from index: UInt64, limit: Int) -> Reading {
        self.state.withLock { state in
            let start = max(index, state.first)
            let offset = Int(start - state.first)
            let entries = state.entries.dropFirst(offset).prefix(limit)
            return Reading(
                entries: Array(entries), next: start + UInt64(entries.count),
                lostUpTo: index < state.first ? state.dropped : nil)
        }
    }

    /// How often something was added; take it before `read`, wait for more after.
    var count: UInt64 { self.news.count }

    /// Returns when more was added than `seen`, the time is over or the task is cancelled.
    func wait(beyond seen: UInt64, upTo limit: Duration) async {
        await self.news.wait(beyond: seen, upTo: limit)
    }
}
