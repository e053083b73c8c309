private import CSimdjson

/// Reads events line by line; one thread at a time.
///
/// Events of repositories that nobody wants are left as soon as that shows.
public final class EventScanner {
    /// What a line turned out to be.
    public enum Line: Sendable, Hashable {
        /// An event of a wanted repository.
        case event(EventFields)
        /// An event of another one.
        case other
        /// No event.
        case malformed
    }

    /// The same, for who keeps the event elsewhere.
    public enum Kind: Sendable, Hashable {
        /// An event of a wanted repository.
        case event
        /// An event of another one.
        case other
        /// No event.
        case malformed
    }

    /// Bytes that must be readable behind a line.
    public static let padding = tally_json_padding()

    private let parser: OpaquePointer
    private let areAllWanted: Bool

    /// A scanner for the repositories; none = all of them.
    ///
    /// - Returns: nil without memory.
    public init?(wanted: Set<Int64>) {
        guard let parser = tally_parser_create() else { return nil }
        self.parser = parser
        self.areAllWanted = wanted.isEmpty
        guard tally_parser_want(parser, Array(wanted), wanted.count) == 0 else { return nil }
    }

    deinit { tally_parser_destroy(self.parser) }

    /// Reads one line.
    ///
    /// - Parameters:
    ///   - buffer: holds the line and at least `padding` bytes behind it.
    ///   - line: where the line stands in the buffer, without its newline.
    public func read(_ buffer: UnsafeRawBufferPointer, _ line: Range<Int>) -> Line {
        var event = EventLine()
        switch self.read(buffer, line, into: &event) {
        case .event: return .event(EventFields(event))
        case .other: return .other
        case .malformed: return .malformed
        }
    }

    /// Reads one line without a copy of its texts.
    ///
    /// - Parameters:
    ///   - buffer: holds the line and at least `padding` bytes behind it.
    ///   - line: where the line stands in the buffer, without its newline.
    ///   - event: what it says, when it is an event of a wanted repository.
    public func read(
        _ buffer: UnsafeRawBufferPointer, _ line: Range<Int>, into event: inout EventLine
    ) -> Kind {
        guard let start = buffer.baseAddress?.advanced(by: line.lowerBound), !line.isEmpty else {
            return .malformed
        }
        if !self.areAllWanted,
            let id = EventHead(start, count: line.count).repositoryID,
            tally_parser_wants(self.parser, id) == 0
        {
            return .other
        }
        let status = tally_json_event(
            self.parser, start.assumingMemoryBound(to: UInt8.self), line.count, &event.event)
        switch status {
        case 1: return .event
        case 0: return .other
        case _: return .malformed
        }
    }
}
