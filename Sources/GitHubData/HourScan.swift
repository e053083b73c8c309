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
    /// The event that is being read.
    private var line = EventLine()
    /// Of the event before: the next one mostly has the same.
    private var time: (text: String, value: Timestamp?) = ("", nil)
    /// Events so far.
    public private(set) var found = HourEvents()
    /// Lines that are no events.
    public private(set) var linesSkipped: UInt64 = 0

    /// A copy of each event so far.
    public var events: [GitHubEvent] {
        var events: [GitHubEvent] = []
        self.found.forEach { events.append(GitHubEvent($0)) }
        return events
    }

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
        switch self.scanner.read(buffer, line, into: &self.line) {
        case .other: return
        case .malformed: self.linesSkipped += 1
        case .event: self.keep()
        }
    }

    /// Keeps the event of the line when it is wanted.
    private func keep() {
        guard self.isWanted(self.line) else { return }
        let time = self.time(self.line.createdAt)
        let isKept = time.map { self.found.append(self.line, at: $0) } ?? false
        if !isKept { self.linesSkipped += 1 }
    }

    private func time(_ text: UnsafeRawBufferPointer?) -> Timestamp? {
        guard let text else { return nil }
        if !text.isSame(as: self.time.text) {
            let copy = String(decoding: text, as: UTF8.self)
            self.time = (copy, Timestamp(copy))
        }
        return self.time.value
    }

    /// Those with the number of another repository were left out by the scanner, unless no number
    /// is wanted at all: then it leaves out none.
    private func isWanted(_ line: EventLine) -> Bool {
        if line.repositoryID != nil { return !self.wanted.ids.isEmpty }
        let name = line.repository.map { String(decoding: $0, as: UTF8.self) } ?? ""
        return self.wanted.names.contains(name.lowercased())
    }
}
