internal import Archive
internal import JSON
internal import ServiceKit

/// Reads one hour file piece by piece: inflates, cuts lines, keeps the events that are wanted.
///
/// Nothing of it may be counted before `finish` says that the file was whole.
public final class HourScan {
    /// Whose events are wanted.
    public struct Wanted: Sendable, Hashable {
        /// GitHub's numbers.
        public var ids: Set<Int64>
        /// Lower-case names, for events without a number.
        public var names: Set<String>

        /// Makes it.
        public init(ids: Set<Int64>, names: Set<String>) {
            self.ids = ids
            self.names = names
        }
    }

    private let wanted: Wanted
    private let gzip = GzipReader()
    private let splitter: LineSplitter
    private let scanner: EventScanner
    /// Of the event before: the next one mostly has the same.
    private var time: (text: String, value: Timestamp?) = ("", nil)
    /// Events so far.
    public private(set) var events: [GitHubEvent] = []
    /// Lines that are no events.
    public private(set) var linesSkipped: UInt64 = 0

    /// A scan of one file.
    ///
    /// - Returns: nil without memory.
    public init?(_ wanted: Wanted) {
        guard let scanner = EventScanner(wanted: wanted.ids) else { return nil }
        self.wanted = wanted
        self.scanner = scanner
        self.splitter = LineSplitter(padding: EventScanner.padding)
    }

    /// Reads a piece of the compressed file.
    ///
    /// - Throws: `GzipReader.Fault.corrupt`.
    public func read(_ piece: UnsafeRawBufferPointer) throws {
        try self.gzip.inflate(piece, into: self.splitter) { self.take($0, $1) }
    }

    /// Says that the file ends here.
    ///
    /// - Throws: `GzipReader.Fault.truncated`.
    public func finish() throws {
        try self.gzip.finish()
        self.splitter.finish { self.take($0, $1) }
        self.linesSkipped += self.splitter.linesSkipped
    }

    private func take(_ buffer: UnsafeRawBufferPointer, _ line: Range<Int>) {
        switch self.scanner.read(buffer, line) {
        case .other: return
        case .malformed: self.linesSkipped += 1
        case .event(let fields):
            guard self.isWanted(fields) else { return }
            guard let time = self.time(fields.createdAt), let event = GitHubEvent(fields, at: time)
            else {
                self.linesSkipped += 1
                return
            }
            self.events.append(event)
        }
    }

    private func time(_ text: String) -> Timestamp? {
        if text != self.time.text { self.time = (text, Timestamp(text)) }
        return self.time.value
    }

    /// Those with the number of another repository were left out by the scanner, unless no number
    /// is wanted at all: then it leaves out none.
    private func isWanted(_ fields: EventFields) -> Bool {
        if fields.repositoryID != nil { return !self.wanted.ids.isEmpty }
        return self.wanted.names.contains(fields.repository.lowercased())
    }
}
