public import RPC
public import RPCCore
public import TallyAPI

/// Where a feed's rows come from: the upstream's own schema.
public protocol FeedSource: Sendable {
    /// The message that carries rows.
    associatedtype Batch: RPCMessage

    /// The feed's identity and the highest number given out.
    func head() async throws -> (id: String, change: Int64)
    /// The highest number of a tombstone that is no longer kept: who stands below must start at 0.
    func sweptChange() async throws -> Int64
    /// Whether the proof that came with a batch was given by this feed: not when it was restored
    /// from an old backup meanwhile and has given out other rows under the same numbers.
    func confirm(_ proof: String) async throws -> Bool
    /// Rows behind a number, in order: at most 1,000 or 1 MiB, at least one when there is any.
    ///
    /// - Returns: the batch, the number to go on from, and whether there was nothing more.
    func read(after change: Int64) async throws -> (batch: Batch, change: Int64, caughtUp: Bool)
    /// Takes a follower's watermarks.
    func record(
        follower: String, instance: String, applied: Int64, published: Int64) async throws
}

extension FeedSource {
    /// A feed that keeps its tombstones.
    public func sweptChange() async throws -> Int64 { 0 }
}

/// The upstream side of Follow (pipeline.md section 1).
public struct FeedServer<Source: FeedSource>: Sendable {
    private let source: Source
    private let followers: Set<String>
    private let news: Wakeup

    /// How long a follower waits at most when a wake-up was lost.
    private static var poll: Duration { .seconds(2) }

    /// A server of one feed.
    ///
    /// - Parameters:
    ///   - followers: roles that may follow.
    ///   - news: signalled when rows were written.
    public init(_ source: Source, followers: Set<String>, news: Wakeup) {
        self.source = source
        self.followers = followers
        self.news = news
    }

    /// Serves one follower until it leaves or the server drains.
    public func serve(
        _ requests: RPCReader<FollowRequest>, _ writer: RPCWriter<Source.Batch>,
        _ context: CallContext
    ) async throws {
        guard case .start(let start)? = try await requests.next()?.kind else {
            throw RPCError(.invalidArgument, "kind: the first message is a start")
        }
        try await self.check(start)
        try await context.endingWithDrain {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await self.takeWatermarks(requests, start) }
                tasks.addTask { try await self.send(writer, from: start.cursor) }
                // Either ends the call: the follower left, or nothing can be sent any more.
                try await tasks.next()
                tasks.cancelAll()
            }
        }
    }

    /// Whether a follower may go on from where it says it stands.
    func check(_ start: FollowStart) async throws {
        guard self.followers.contains(start.follower) else {
            throw RPCError(
                .permissionDenied,
                "follower: one of \(self.followers.sorted().joined(separator: ", "))")
        }
        guard start.cursor >= 0 else { throw RPCError(.invalidArgument, "cursor: 0 or more") }
        let head = try await self.source.head()
        if !start.feedId.isEmpty && start.feedId != head.id {
            throw RPCError(
                .failedPrecondition, "this is another feed than the cursor's",
                reason: FeedReason.changed, facts: ["feed_id": head.id])
        }
        if start.cursor > head.change {
            throw RPCError(
                .failedPrecondition,
                "the cursor \(start.cursor) is above the feed's end \(head.change)",
                reason: FeedReason.cursorAhead)
        }
        if try await !self.source.confirm(start.proof) {
            throw RPCError(
                .failedPrecondition,
                "what this feed holds up to \(start.cursor) is not what the follower read",
                reason: FeedReason.rewritten)
        }
        // From 0 on there is nothing to be told of what is gone, and nothing new is gone since.
        let swept = try await self.source.sweptChange()
        if start.cursor > 0, start.cursor < swept, FeedMarks.swept(by: start.proof) != swept {
            throw RPCError(
                .failedPrecondition,
                "tombstones behind the cursor \(start.cursor) are gone: start at 0",
                reason: FeedReason.cursorTooOld)
        }
    }

    private func takeWatermarks(
        _ requests: RPCReader<FollowRequest>, _ start: FollowStart
    ) async throws {
        while let message = try await requests.next() {
            guard case .watermarks(let marks)? = message.kind else {
                throw RPCError(.invalidArgument, "kind: after the start come watermarks")
            }
            try await self.source.record(
                follower: start.follower, instance: start.instance, applied: marks.applied,
                published: marks.published)
        }
    }

    private func send(_ writer: RPCWriter<Source.Batch>, from cursor: Int64) async throws {
        var cursor = cursor
        var saidCaughtUp = false
        while !Task.isCancelled {
            let seen = self.news.count
            let (batch, change, caughtUp) = try await self.source.read(after: cursor)
            if change > cursor || (caughtUp && !saidCaughtUp) { try await writer.send(batch) }
            cursor = max(cursor, change)
            saidCaughtUp = caughtUp
            if caughtUp { await self.news.wait(beyond: seen, upTo: Self.poll) }
        }
        throw CancellationError()
    }
}

/// Names of what keeps a follower from following.
public enum FeedReason {
    /// The cursor belongs to another feed.
    public static let changed = "FEED_CHANGED"
    /// The feed was restored from before the cursor.
    public static let cursorAhead = "CURSOR_AHEAD"
    /// The feed was restored from before the cursor, and has passed it again with other rows.
    public static let rewritten = "FEED_REWRITTEN"
    /// What fell to nothing since the cursor can no longer be told.
    public static let cursorTooOld = "CURSOR_TOO_OLD"
}
