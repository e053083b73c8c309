private import CSimdjson

/// What the counting rules need of one event of GH Archive; nil where the event says nothing.
public struct EventFields: Sendable, Hashable {
    /// Such as `PushEvent`.
    public var type = ""
    /// The event's id; unique only together with type, repository and time.
    public var id = ""
    /// RFC 3339, UTC.
    public var createdAt = ""
    /// `owner/name` as it was then.
    public var repository = ""
    /// GitHub's number of the repository.
    public var repositoryID: Int64?
    /// Who did it.
    public var login = ""
    /// GitHub's number of who did it.
    public var actorID: Int64?
    /// `opened`, `closed`, …
    public var action: String?
    /// Commits of a push, and those new to the repository.
    public var size: Int64?
    /// Commits of a push that are new to the repository.
    public var distinctSize: Int64?
    /// Of the pull request.
    public var number: Int64?
    /// Whether a closed pull request was merged.
    public var isMerged: Bool?
    /// Lines of the pull request.
    public var additions: Int64?
    /// Lines of the pull request.
    public var deletions: Int64?
    /// Author of the pull request.
    public var authorID: Int64?
    /// Author of the pull request.
    public var authorLogin: String?
    /// `User` or `Bot`.
    public var authorType: String?

    /// No facts at all.
    public init() {}
}

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

    /// Bytes that must be readable behind a line.
    public static let padding = tally_json_padding()

    private let parser: OpaquePointer
    private let wanted: [Int64]

    /// A scanner for the repositories; none = all of them.
    ///
    /// - Returns: nil without memory.
    public init?(wanted: Set<Int64>) {
        guard let parser = tally_parser_create() else { return nil }
        self.parser = parser
        self.wanted = wanted.sorted()
    }

    deinit { tally_parser_destroy(self.parser) }

    /// Reads one line.
    ///
    /// - Parameters:
    ///   - buffer: holds the line and at least `padding` bytes behind it.
    ///   - line: where the line stands in the buffer, without its newline.
    public func read(_ buffer: UnsafeRawBufferPointer, _ line: Range<Int>) -> Line {
        var event = tally_event()
        let start = buffer.baseAddress?.advanced(by: line.lowerBound)
        let status = tally_json_event(
            self.parser, start?.assumingMemoryBound(to: UInt8.self), line.count,
            buffer.count - line.lowerBound, self.wanted, self.wanted.count, &event)
        switch status {
        case 1: return Self.fields(event).map { .event($0) } ?? .malformed
        case 0: return .other
        case _: return .malformed
        }
    }

    private static func fields(_ event: tally_event) -> EventFields? {
        var fields = EventFields()
        guard let type = text(event.type), let created = text(event.created_at) else { return nil }
        (fields.type, fields.createdAt) = (type, created)
        fields.id = text(event.id) ?? ""
        fields.repository = text(event.repository) ?? ""
        fields.login = text(event.login) ?? ""
        fields.action = text(event.action)
        fields.authorLogin = text(event.author_login)
        fields.authorType = text(event.author_type)
        fields.repositoryID = known(event.repository_id)
        fields.actorID = known(event.actor_id)
        fields.size = known(event.size)
        fields.distinctSize = known(event.distinct_size)
        fields.number = known(event.number)
        fields.authorID = known(event.author_id)
        fields.additions = known(event.additions)
        fields.deletions = known(event.deletions)
        fields.isMerged = event.merged < 0 ? nil : event.merged == 1
        return fields
    }

    private static func known(_ number: Int64) -> Int64? { number < 0 ? nil : number }

    private static func text(_ text: tally_text) -> String? {
        guard let start = text.start else { return nil }
        let raw = UnsafeRawBufferPointer(start: start, count: text.length)
        return String(decoding: raw, as: UTF8.self)
    }
}
