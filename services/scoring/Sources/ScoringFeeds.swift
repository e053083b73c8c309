import RPC
import RPCCore
import ServiceHost
import TallyAPI

/// The two ends of the feeds in this service: activity comes in, scores go out.
struct ActivitySink: FeedSink {
    let store: ScoringStore
    let news: Wakeup

    func cursor() async throws -> (feedID: String, change: Int64, proof: String) {
        try await self.store.cursor()
    }

    func apply(_ batch: ActivityBatch, after cursor: Int64) async throws -> Int64 {
        let change = try await self.store.apply(batch, after: cursor)
        self.news.signal()
        return change
    }

    func watermarks() async throws -> Watermarks { try await self.store.watermarks() }

    func restart() async throws {
        try await self.store.restart()
        self.news.signal()
    }
}

/// Scores as ranking reads them.
struct ScoreSource: FeedSource {
    let store: ScoringStore
    /// Signalled when ranking published something: ingest wants to know.
    let published: Wakeup

    func head() async throws -> (id: String, change: Int64) { try await self.store.feedHead() }

    func sweptChange() async throws -> Int64 { try await self.store.sweptChange() }

    func confirm(_ proof: String) async throws -> Bool { try await self.store.confirm(proof) }

    func read(
        after change: Int64
    ) async throws -> (batch: ScoreBatch, change: Int64, caughtUp: Bool) {
        try await self.store.feedBatch(after: change)
    }

    func record(
        follower: String, instance: String, applied: Int64, published: Int64
    ) async throws {
        guard applied >= 0, published >= 0, published <= applied else {
            throw RPCError(.invalidArgument, "published: 0 up to applied")
        }
        try await self.store.record(
            follower: follower, instance: instance, applied: applied, published: published)
        self.published.signal()
    }
}

/// Answers `tally.scoring.v1.Scores`.
struct ScoresHandlers: ScoresService {
    let server: FeedServer<ScoreSource>
    let store: ScoringStore

    func follow(
        requests: RPCReader<FollowRequest>, writer: RPCWriter<ScoreBatch>, context: CallContext
    ) async throws {
        try await self.server.serve(requests, writer, context)
    }

    func holdings(
        _ request: HoldingsRequest, writer: RPCWriter<HoldingsBatch>, context: CallContext
    ) async throws {
        try await self.store.holdings().send(to: writer)
    }
}
