public import RPC
public import RPCCore
internal import ServiceKit
private import Synchronization
public import TallyAPI

/// What a follower does with a feed, in its own schema.
public protocol FeedSink: Sendable {
    /// The message that carries rows.
    associatedtype Batch: RPCMessage

    /// The feed's identity, the number last committed, and the proof that came with it; ("", 0, "")
    /// before the first.
    func cursor() async throws -> (feedID: String, change: Int64, proof: String)
    /// Applies a batch and moves the cursor, in one transaction.
    ///
    /// - Parameter cursor: where the stream stood before the batch.
    /// - Returns: where it stands now.
    /// - Throws: `CursorMoved` when the stored cursor is another one: somebody followed anew.
    func apply(_ batch: Batch, after cursor: Int64) async throws -> Int64
    /// What was committed, and what is visible on boards.
    func watermarks() async throws -> Watermarks
    /// Sets the cursor to 0: everything comes again, and what does not come goes when the stream
    /// has caught up (mark and sweep).
    func restart() async throws
}

/// The stored cursor is not the one that the stream follows from.
public struct CursorMoved: Error {
    /// Makes the error.
    public init() {}
}

/// Follows an upstream's feed for ever: connects, applies, reports, comes back.
public struct FeedFollower<Sink: FeedSink>: Sendable {
    /// Opens the stream; the closure runs inside it.
    public typealias Open =
        @Sendable (
            @Sendable (RequestWriter<FollowRequest>, RPCReader<Sink.Batch>) async throws -> Void
        ) async throws -> Void

    private let role: String
    private let upstream: String
    private let sink: Sink
    private let handle: ServiceHandle
    private let lock: LeaderLock
    private let marksMoved: Wakeup
    private let open: Open

    /// Pause after the stream ended, and between two looks at the lock.
    private static var pause: Duration { .milliseconds(500) }
    private static var lockInterval: Duration { .seconds(3) }
    /// Watermarks are told again after this time, should one have been lost.
    private static var report: Duration { .seconds(5) }

    /// A follower.
    ///
    /// - Parameters:
    ///   - role: `scoring` or `ranking`; copies of one service share it.
    ///   - marksMoved: signalled when the watermarks moved without a batch.
    public init(
        role: String, upstream: String, sink: Sink, handle: ServiceHandle, lock: LeaderLock,
        marksMoved: Wakeup, open: @escaping Open
    ) {
        self.role = role
        self.upstream = upstream
        self.sink = sink
        self.handle = handle
        self.lock = lock
        self.marksMoved = marksMoved
        self.open = open
    }

    /// Follows until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            guard await self.lock.isHeld() else {
                // Another copy follows; this one stands by and serves what it reads.
                self.handle.health.set(self.upstream, .serving)
                _ = try? await Task.sleep(for: Self.lockInterval)
                continue
            }
            await self.followWhileLeader()
            _ = try? await Task.sleep(for: Self.pause)
        }
        self.lock.close()
    }

    private func followWhileLeader() async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.follow() }
            tasks.addTask {
                while !Task.isCancelled, await self.lock.isHeld() {
                    _ = try? await Task.sleep(for: Self.lockInterval)
                }
            }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    private func follow() async {
        do {
            try await self.open { writer, reader in try await self.exchange(writer, reader) }
        } catch let error as RPCError where error.reason == FeedReason.changed {
            await self.startAgain("is another database than before")
        } catch let error as RPCError where error.reason == FeedReason.cursorTooOld {
            await self.startAgain("dropped what we had not heard of, after a long silence")
        } catch is CursorMoved {
            self.handle.logger.info("\(self.upstream): following anew from the stored cursor", [:])
        } catch let error as RPCError where error.reason == FeedReason.cursorAhead {
            await self.wait(because: "its feed ends before our cursor", error)
        } catch let error as RPCError where error.reason == FeedReason.rewritten {
            await self.wait(because: "its feed was written anew up to our cursor", error)
        } catch {
            if !Task.isCancelled { self.tell("it does not answer", error) }
        }
    }

    /// Nothing is right before somebody has decided.
    private func wait(because words: String, _ error: any Error) async {
        self.tell(
            "\(words): it was restored from an old backup; decide which of the two is right; "
                + "to follow it from 0 call Refollow", error)
        _ = try? await Task.sleep(for: Self.lockInterval)
    }

    private func tell(_ words: String, _ error: any Error) {
        if self.handle.health.state(of: self.upstream) != .notServing(words) {
            self.handle.logger.warning(
                "\(self.upstream): \(words)", ["error": "\(error)"])
        }
        self.handle.health.set(self.upstream, .notServing(words))
    }

    private func startAgain(_ reason: String) async {
        self.handle.logger.warning("\(self.upstream) \(reason); starting at 0", [:])
        do { try await self.sink.restart() } catch { self.tell("our own schema fails", error) }
    }

    private func exchange(
        _ writer: RequestWriter<FollowRequest>, _ reader: RPCReader<Sink.Batch>
    ) async throws {
        let (feedID, change, proof) = try await self.sink.cursor()
        let start = FollowStart(
            follower: self.role, instance: self.handle.instance, feedId: feedID, cursor: change,
            proof: proof)
        try await writer.send(FollowRequest(kind: .start(start)))
        let place = StreamPlace(change)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                var next = try await reader.next()
                while let batch = next {
                    // The next one is received and read while the database works on this one.
                    async let following = reader.next()
                    place.move(to: try await self.sink.apply(batch, after: place.change))
                    self.handle.health.set(self.upstream, .serving)
                    self.marksMoved.signal()
                    next = try await following
                }
            }
            tasks.addTask { try await self.reportMarks(writer, place) }
            try await tasks.next()
            tasks.cancelAll()
        }
    }

    private func reportMarks(
        _ writer: RequestWriter<FollowRequest>, _ place: StreamPlace
    ) async throws {
        while !Task.isCancelled {
            let seen = self.marksMoved.count
            // A cursor never goes back by itself: somebody wants everything anew.
            let known = place.change
            if try await self.sink.cursor().change < known { throw CursorMoved() }
            let marks = try await self.sink.watermarks()
            try await writer.send(FollowRequest(kind: .watermarks(marks)))
            await self.marksMoved.wait(beyond: seen, upTo: Self.report)
        }
    }
}

/// Where a stream is; read and moved by two tasks.
private final class StreamPlace: Sendable {
    private let kept: Mutex<Int64>

    init(_ change: Int64) { self.kept = Mutex(change) }

    var change: Int64 { self.kept.withLock { $0 } }

    func move(to change: Int64) { self.kept.withLock { $0 = change } }
}
