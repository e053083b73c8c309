internal import Archive
internal import JSON
private import Glibc

/// Looks for the events of one repository by its name, any letter case, in one hour file.
public final class NameSearch {
    private let name: String
    /// `"owner/name"`, with the quotes that stand around a whole value, lower case.
    private let needle: [UInt8]
    private let gzip = GzipReader()
    private let splitter: LineSplitter
    private let scanner: EventScanner
    /// The newest event that names the repository.
    public private(set) var newest: GitHubEvent?

    /// A search in one file.
    ///
    /// - Returns: nil without memory.
    public init?(_ name: String) {
        guard let scanner = EventScanner(wanted: []) else { return nil }
        self.name = name.lowercased()
        self.needle = Array("\"\(self.name)\"".utf8)
        self.scanner = scanner
        self.splitter = LineSplitter(padding: EventScanner.padding)
    }

    /// Reads a piece of the compressed file.
    ///
    /// - Throws: `GzipReader.Fault.corrupt`.
    public func read(_ piece: UnsafeRawBufferPointer) throws {
        try self.gzip.inflate(piece, into: self.splitter) { self.look($0, $1) }
    }

    /// The file ends here.
    public func finish() { self.splitter.finish { self.look($0, $1) } }

    private func look(_ buffer: UnsafeRawBufferPointer, _ line: Range<Int>) {
        // Most lines do not have the name: they are not parsed.
        guard self.names(UnsafeRawBufferPointer(rebasing: buffer[line])),
            case .event(let fields) = self.scanner.read(buffer, line),
            fields.repository.lowercased() == self.name, fields.repositoryID != nil,
            let event = GitHubEvent(fields)
        else { return }
        if event.time >= self.newest?.time ?? event.time { self.newest = event }
    }

    /// Whether the needle stands in the text, letter case aside: its slash is looked for first.
    private func names(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let slash = self.needle.firstIndex(of: 0x2f), let base = text.baseAddress else {
            return false
        }
        var from = slash
        while from < text.count, let hit = memchr(base + from, 0x2f, text.count - from) {
            let place = UnsafeRawPointer(hit) - base
            if self.stands(text, at: place - slash) { return true }
            from = place + 1
        }
        return false
    }

    private func stands(_ text: UnsafeRawBufferPointer, at start: Int) -> Bool {
        guard start >= 0, start + self.needle.count <= text.count else { return false }
        for (offset, letter) in self.needle.enumerated() {
            let byte = text[start + offset]
            let lower = (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
            if lower != letter { return false }
        }
        return true
    }
}
