import RPCCore
import ServiceKit
import TallyAPI

@testable import ServiceHost

/// A Follow stream taken apart into steps: what `FeedServer` sends and what `FeedFollower` does
/// with it, one batch at a time, with a line between them that can break.
struct FeedLink<Sink: FeedSink, Source: FeedSource> where Sink.Batch == Source.Batch {
    /// What the line does to the next batch.
    enum Fault: CaseIterable {
        /// The stream ends somewhere in its bytes.
        case cut
        /// It comes again, to a copy of the follower that has not noticed that it no longer leads.
        case twice
        /// An earlier one comes again.
        case stale
    }

    private struct Batch {
        var bytes: [UInt8]
        var change: Int64
    }

    private let role: String
    private let sink: Sink
    private let source: Source
    private let server: FeedServer<Source>
    /// Where the follower's end of the stream stands; nil: there is no stream.
    private var place: Int64?
    /// Where the server's end stands.
    private var sent: Int64 = 0
    private var saidCaughtUp = false
    private var inFlight: [Batch] = []
    private var former: (batch: Batch, after: Int64)?

    /// Batches that credit lets be under way.
    private static var window: Int { 3 }

    init(_ role: String, _ sink: Sink, _ source: Source) {
        self.role = role
        self.sink = sink
        self.source = source
        self.server = FeedServer(source, followers: [role], news: Wakeup())
    }

    /// The server sends a batch, if there is one and room for it.
    ///
    /// - Returns: whether it did.
    mutating func send() async throws -> Bool {
        guard let _ = try await self.open(), self.inFlight.count < Self.window else {
            return false
        }
        do {
            let (batch, change, caughtUp) = try await self.source.read(after: self.sent)
            let isNews = change > self.sent || (caughtUp && !self.saidCaughtUp)
            if isNews {
                var bytes: [UInt8] = []
                batch.encode(into: &bytes)
                self.inFlight.append(Batch(bytes: bytes, change: change))
            }
            self.sent = max(self.sent, change)
            self.saidCaughtUp = caughtUp
            return isNews
        } catch {
            self.drop()
            throw error
        }
    }

    /// The follower applies the batch that comes next.
    ///
    /// - Returns: whether there was one.
    mutating func take(_ fault: Fault? = nil) async throws -> Bool {
        if fault == .stale, let former { try await self.expectRefusal(former) }
        guard let place, !self.inFlight.isEmpty else { return false }
        let batch = self.inFlight.removeFirst()
        if fault == .cut {
            self.drop()
            return false
        }
        do {
            let next = try await self.apply(batch, after: place)
            self.former = (batch, place)
            self.place = next
            if fault == .twice { try await self.expectRefusal((batch, place)) }
            return true
        } catch {
            self.drop()
            if error is CursorMoved { return false }
            throw error
        }
    }

    /// Tells the server how far the follower is.
    mutating func report() async throws {
        do {
            if let place, try await self.sink.cursor().change < place { throw CursorMoved() }
            let marks = try await self.sink.watermarks()
            try await self.source.record(
                follower: self.role, instance: "test", applied: marks.applied,
                published: marks.published)
        } catch {
            self.drop()
            if !(error is CursorMoved) { throw error }
        }
    }

    /// Everything from 0; the stream that is open finds out by itself.
    func followAnew() async throws { try await self.sink.restart() }

    /// The stream ends; what is under way is lost.
    mutating func drop() {
        (self.place, self.inFlight, self.saidCaughtUp) = (nil, [], false)
    }

    private mutating func open() async throws -> Int64? {
        if let place { return place }
        let (feedID, change, proof) = try await self.sink.cursor()
        do {
            try await self.server.check(
                FollowStart(
                    follower: self.role, instance: "test", feedId: feedID, cursor: change,
                    proof: proof))
        } catch let error as RPCError where error.reason == FeedReason.cursorTooOld {
            try await self.sink.restart()
            return nil
        }
        (self.place, self.sent, self.saidCaughtUp) = (change, change, false)
        return change
    }

    private func apply(_ batch: Batch, after place: Int64) async throws -> Int64 {
        let message = try batch.bytes.withUnsafeBytes { try Sink.Batch(decoding: $0) }
        return try await self.sink.apply(message, after: place)
    }

    private struct AppliedTwice: Error {}

    /// A batch whose place the stored cursor has left must change nothing.
    private func expectRefusal(_ former: (batch: Batch, after: Int64)) async throws {
        guard try await self.sink.cursor().change != former.after else { return }
        do { _ = try await self.apply(former.batch, after: former.after) } catch is CursorMoved {
            return
        }
        throw AppliedTwice()
    }
}
