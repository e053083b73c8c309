import ServiceHost
import ServiceKit
import TallyAPI

/// The score feed, applied here.
struct ScoreSink: FeedSink {
    let store: RankingStore
    /// Signalled when everything that waited was applied, and boards do not show it yet.
    let applied: Wakeup

    func cursor() async throws -> (feedID: String, change: Int64, proof: String) {
        try await self.store.cursor()
    }

    func apply(_ batch: ScoreBatch, after cursor: Int64) async throws -> Int64 {
        let change = try await self.store.apply(batch, after: cursor)
        // Before that nothing is published, and looking for it would hold up the next batch.
        if batch.caughtUp { self.applied.signal() }
        return change
    }

    func watermarks() async throws -> Watermarks { try await self.store.watermarks() }

    func restart() async throws {
        try await self.store.restart()
        self.applied.signal()
    }
}

/// Publishes boards at most once a second, each time all that differ. Over a connection of its own:
/// one that has seen the boards before has its tables, its plans and the pages at hand.
struct PublishWorker: Sendable {
    let store: RankingStore
    let host: ServiceHandle
    let applied: Wakeup
    /// Signalled when boards were published.
    let published: Wakeup

    private static let pause = Duration.seconds(1)
    private static let poll = Duration.seconds(5)

    func run() async {
        var seen: UInt64 = 0
        while !Task.isCancelled {
            await self.applied.wait(beyond: seen, upTo: Self.poll)
            seen = self.applied.count
            do {
                if let count = try await self.store.publish(), count > 0 {
                    self.published.signal()
                    _ = try? await Task.sleep(for: Self.pause)
                } else {
                    self.published.signal()
                }
            } catch {
                self.host.logger.warning("boards were not published", ["error": "\(error)"])
                _ = try? await Task.sleep(for: Self.pause)
            }
        }
        self.store.close()
    }
}
