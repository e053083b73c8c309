import Postgres
import ServiceHost
import ServiceKit
import TallyAPI

/// The service's way to its schema; each function is one transaction.
struct RankingStore: Sendable {
    static let feed = "scores"
    /// Time for a batch.
    static let batchDeadline = Duration.seconds(120)
    /// Time for a publication; one of another formula cuts every board.
    static let publishDeadline = Duration.seconds(600)

    let pool: PostgresPool

    init(pool: PostgresPool) { self.pool = pool }

    /// A way of its own, a single connection; to be closed.
    init(ownConnectionTo database: PostgresConfiguration) {
        var own = database
        own.poolSize = 1
        self.pool = PostgresPool(own)
    }

    /// Ends the connections after the work that is queued.
    func close() { self.pool.close() }

    func cursor() async throws -> (feedID: String, change: Int64, proof: String) {
        try await self.pool.withConnection { connection in
            let row = try connection.query(
                "select feed_id, change, proof from positions where feed = $1", [.string(Self.feed)]
            ).first
            guard let row else { return ("", 0, "") }
            return (
                try row.string("feed_id"), try row.int64("change"), try row.string("proof")
            )
        }
    }

    /// Applies a batch and moves the cursor; nothing is visible on boards yet.
    ///
    /// - Parameter cursor: where the stream stood; nil takes the stored one for it.
    /// - Throws: `CursorMoved` when that is not the stored one.
    @discardableResult
    func apply(_ batch: ScoreBatch, after cursor: Int64? = nil) async throws -> Int64 {
        try await self.pool.transaction(deadline: Self.batchDeadline) { connection in
            let position = try Position.read(in: connection)
            if let cursor, cursor != position.change { throw CursorMoved() }
            try ScoreStore.apply(batch, epoch: position.epoch, in: connection)
            if position.isSweeping && batch.caughtUp {
                try ScoreStore.sweep(
                    before: position.epoch, change: batch.change, in: connection)
            }
            try position.moved(by: batch).write(in: connection)
        }
        return batch.change
    }

    /// Publishes every board that differs, all in one step, when nothing more is waiting.
    ///
    /// - Returns: how many boards were published; nil when it is not time yet.
    func publish() async throws -> Int? {
        try await self.pool.transaction(deadline: Self.publishDeadline) { connection in
            let position = try Position.read(in: connection)
            guard position.isCaughtUp else { return nil }
            let isOther = position.readyID != position.formulaID
            if position.published == position.change && !isOther { return 0 }
            return try Self.publish(position, isOther ? .everything : .changed, in: connection)
        }
    }

    /// Cuts every board from nothing but the scores, and publishes those that differ.
    ///
    /// - Returns: how many boards there are, and how many differed; nil before it is caught up.
    func rebuild() async throws -> (boards: Int, different: Int)? {
        try await self.pool.transaction(deadline: Self.publishDeadline) { connection in
            let position = try Position.read(in: connection)
            guard position.isCaughtUp else { return nil }
            let different = try Self.publish(position, .everything, in: connection)
            let boards = try connection.query(
                """
                select count(distinct (repository_id, window_name)) as n from generations
                """)[0].int64("n")
            return (Int(boards), different)
        }
    }

    private static func publish(
        _ position: Position, _ scope: PublicationStore.Scope, in connection: PostgresConnection
    ) throws -> Int {
        let count = try PublicationStore.publish(position.facts, scope, in: connection)
        try ScoreStore.drop(
            published: position.change, formula: position.readyID, in: connection)
        try connection.execute(
            "update positions set published = change, formula_id = ready_id where feed = $1",
            [.string(Self.feed)])
        if count > 0 {
            let words = "boards published: \(count)"
            try LogStore.append([LogRecord(level: .info, message: words)], in: connection)
        }
        return count
    }

    func watermarks() async throws -> Watermarks {
        try await self.pool.withConnection { connection in
            let row = try connection.query(
                "select change, published from positions where feed = $1", [.string(Self.feed)]
            ).first
            guard let row else { return Watermarks() }
            return Watermarks(
                applied: try row.int64("change"), published: try row.int64("published"))
        }
    }

    /// Everything comes again: what does not come goes when the stream has caught up. Boards stay
    /// as they are until then.
    func restart() async throws {
        try await self.pool.transaction(deadline: Self.batchDeadline) { connection in
            try connection.execute(
                """
                insert into positions (feed, epoch, sweeping) values ($1, 1, true)
                on conflict (feed) do update set feed_id = '', change = 0, proof = '',
                  published = 0, caught_up = false, epoch = positions.epoch + 1, sweeping = true
                """, [.string(Self.feed)])
        }
    }

    func findings() async throws -> [Finding] {
        try await self.pool.transaction(deadline: Self.publishDeadline) {
            try VerifyStore.findings(in: $0)
        }
    }

    /// What boards come to, at a snapshot of scoring.
    func boards(at theirs: FeedHoldings, within limit: Duration) async throws -> FeedComparison.Own
    {
        try await self.pool.transaction(deadline: limit) {
            try HoldingStore.boards(at: theirs, in: $0)
        }
    }
}
