import Postgres
import ServiceHost
import TallyAPI

/// The downstream side, as transactions.
extension ScoringStore {
    func feedHead() async throws -> (id: String, change: Int64) {
        try await self.pool.withConnection { try FeedStore.head(in: $0) }
    }

    func sweptChange() async throws -> Int64 {
        try await self.pool.withConnection {
            try $0.query("select swept_change from score_feed").first?.int64("swept_change") ?? 0
        }
    }

    func feedBatch(
        after change: Int64, limit: Int64 = FeedStore.rowsMax
    ) async throws -> (batch: ScoreBatch, change: Int64, caughtUp: Bool) {
        try await self.pool.transaction {
            try FeedStore.read(after: change, limit: limit, in: $0)
        }
    }

    func record(
        follower: String, instance: String, applied: Int64, published: Int64
    ) async throws {
        try await self.pool.transaction { connection in
            try FollowerStore.record(
                follower, instance: instance, applied: applied, published: published,
                in: connection)
            try FeedMarks.prune(in: connection)
        }
    }

    /// Whether this is the feed that a follower's proof is from.
    func confirm(_ proof: String) async throws -> Bool {
        try await self.pool.withConnection { try FeedMarks.confirm(proof, in: $0) }
    }

    func watermarks() async throws -> Watermarks {
        try await self.pool.withConnection { try FollowerStore.watermarks(in: $0) }
    }
}
