private import CSimdjson
private import Glibc

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
    private let wanted: WantedIDs
    /// Of the last event that was taken: the next one mostly has the same.
    private var createdAt = ""

    /// A scanner for the repositories; none = all of them.
    ///
    /// - Returns: nil without memory.
    public init?(wanted: Set<Int64>) {
        guard let parser = tally_parser_create() else { return nil }
        self.parser = parser
        self.wanted = WantedIDs(wanted)
    }

    deinit { tally_parser_destroy(self.parser) }

    /// Reads one line.
    ///
    /// - Parameters:
    ///   - buffer: holds the line and at least `padding` bytes behind it.
    ///   - line: where the line stands in the buffer, without its newline.
    public func read(_ buffer: UnsafeRawBufferPointer, _ line: Range<Int>) -> Line {
        guard let start = buffer.baseAddress?.advanced(by: line.lowerBound), !line.isEmpty else {
            return .malformed
        }
        if !self.wanted.sorted.isEmpty,
            let id = EventHead(start, count: line.count).repositoryID,
            !self.wanted.mayContain(id)
        {
            return .other
        }
        return self.parse(start, line.count)
    }

    private func parse(_ start: UnsafeRawPointer, _ count: Int) -> Line {
        var event = tally_event()
        let status = tally_json_event(
            self.parser, start.assumingMemoryBound(to: UInt8.self), count, self.wanted.sorted,
            self.wanted.sorted.count, &event)
        switch status {
        case 1:
            guard let fields = self.fields(event) else { return .malformed }
            return .event(fields)
        case 0: return .other
        case _: return .malformed
        }
    }

    private func fields(_ event: tally_event) -> EventFields? {
        var fields = EventFields()
        guard let type = Self.type(event.type), let time = Self.bytes(event.created_at) else {
            return nil
        }
        fields.type = type
        if !Self.isSame(self.createdAt, time) {
            self.createdAt = String(decoding: time, as: UTF8.self)
        }
        fields.createdAt = self.createdAt
        fields.id = Self.text(event.id) ?? ""
        fields.repository = Self.text(event.repository) ?? ""
        fields.login = Self.text(event.login) ?? ""
        fields.action = Self.text(event.action)
        fields.authorLogin = Self.text(event.author_login)
        fields.authorType = Self.text(event.author_type)
        fields.repositoryID = Self.known(event.repository_id)
        fields.actorID = Self.known(event.actor_id)
        fields.size = Self.known(event.size)
        fields.distinctSize = Self.known(event.distinct_size)
        fields.number = Self.known(event.number)
        fields.authorID = Self.known(event.author_id)
        fields.additions = Self.known(event.additions)
        fields.deletions = Self.known(event.deletions)
        fields.isMerged = event.merged < 0 ? nil : event.merged == 1
        return fields
    }

    private static func known(_ number: Int64) -> Int64? { number < 0 ? nil : number }

    private static func bytes(_ text: tally_text) -> UnsafeRawBufferPointer? {
        text.start.map { UnsafeRawBufferPointer(start: $0, count: text.length) }
    }

    private static func text(_ text: tally_text) -> String? {
        self.bytes(text).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Names longer than 15 bytes would be allocated for each event: these are constants.
    private static let longTypes = [
        "PullRequestEvent", "IssueCommentEvent", "CommitCommentEvent", "PullRequestReviewEvent",
        "PullRequestReviewCommentEvent", "PullRequestReviewThreadEvent",
    ]

    private static func type(_ text: tally_text) -> String? {
        guard let bytes = self.bytes(text) else { return nil }
        return self.longTypes.first { self.isSame($0, bytes) }
            ?? String(decoding: bytes, as: UTF8.self)
    }

    private static func isSame(_ text: String, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard text.utf8.count == bytes.count, let start = bytes.baseAddress else { return false }
        return text.utf8.withContiguousStorageIfAvailable { utf8 in
            utf8.baseAddress.map { memcmp($0, start, bytes.count) == 0 } ?? true
        } ?? text.utf8.elementsEqual(bytes)
    }
}
