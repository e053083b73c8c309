import RPC
import RPCCore
import ServiceHost
import TallyAPI

/// tally.ingest.v1.Activity: the feed of days.
struct ActivityHandlers: ActivityService {
    private let store: IngestStore
    private let feed: FeedServer<ActivityFeed>

    init(store: IngestStore, news: Wakeup) {
        self.store = store
        feed = FeedServer(
            ActivityFeed(store: store), followers: [FollowerStore.scoring], news: news)
    }

    func follow(
        requests: RPCReader<FollowRequest>, writer: RPCWriter<ActivityBatch>, context: CallContext
    ) async throws {
        do { try await feed.serve(requests, writer, context) } catch let error as IngestError {
            throw IngestHandlers.status(of: error)
        }
    }

    func holdings(
        _ request: HoldingsRequest, writer: RPCWriter<HoldingsBatch>, context: CallContext
    ) async throws {
        do { try await store.holdings().send(to: writer) } catch let error as IngestError {
            throw IngestHandlers.status(of: error)
        }
    }
}

/// The rows of the feed, as the server of feeds asks for them.
struct ActivityFeed: FeedSource {
    /// Limits of one batch (pipeline.md section 1).
    static let rowsMax = 1000
    static let bytesMax = 1 << 20

    let store: IngestStore

    func head() async throws -> (id: String, change: Int64) { try await store.feedHead() }

    func confirm(_ proof: String) async throws -> Bool { try await store.confirm(proof) }

    func read(
        after change: Int64
    ) async throws -> (batch: ActivityBatch, change: Int64, caughtUp: Bool) {
        let batch = try await store.feedBatch(
            after: change, limit: Self.rowsMax, bytes: Self.bytesMax)
        return (batch, batch.change, batch.caughtUp)
    }

    func record(
        follower: String, instance: String, applied: Int64, published: Int64
    ) async throws {
        guard applied >= 0, published >= 0 else {
            throw RPCError(.invalidArgument, "watermarks: 0 or more", reason: "INVALID_FIELD")
        }
        try await store.record(
            follower: follower, instance: instance, applied: applied, published: published)
    }
}
