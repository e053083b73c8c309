import ServiceHost
import ServiceKit

/// Rolls the windows over at 00:00 UTC by the database's clock, or at the next start; drops what
/// nobody needs any more.
struct WindowWorker: Sendable {
    let store: ScoringStore
    let host: ServiceHandle
    let news: Wakeup

    private static let interval = Duration.seconds(30)

    func run() async {
        while !Task.isCancelled {
            do {
                if try await self.store.rollOver() { self.news.signal() }
                try await self.store.sweep()
            } catch {
                self.host.logger.warning("upkeep did not finish", ["error": "\(error)"])
            }
            _ = try? await Task.sleep(for: Self.interval)
        }
    }
}

/// Computes the scores of a formula that was put, a repository at a time, and activates it.
struct FormulaWorker: Sendable {
    let store: ScoringStore
    let host: ServiceHandle
    /// Signalled when a formula was put here; one put through another copy is found by looking.
    let orders: Wakeup
    let news: Wakeup

    private static let poll = Duration.seconds(2)

    func run() async {
        while !Task.isCancelled {
            let seen = self.orders.count
            do {
                while try await self.store.rescore() {
                    self.news.signal()
                    guard !Task.isCancelled else { return }
                }
            } catch {
                self.host.logger.warning("rescoring waits", ["error": "\(error)"])
            }
            await self.orders.wait(beyond: seen, upTo: Self.poll)
        }
    }
}
