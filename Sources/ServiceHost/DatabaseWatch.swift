internal import Postgres
internal import ServiceKit

/// Looks after the database while the service runs: health, and old log lines.
struct DatabaseWatch: Sendable {
    let pool: PostgresPool
    let handle: ServiceHandle

    private static let interval = Duration.seconds(5)
    /// Looks between two prunings: an hour.
    private static let pruneEvery = 720

    static func problem(_ pool: PostgresPool, _ migrator: Migrator) async -> String? {
        do {
            return try await pool.withConnection(deadline: .seconds(5)) { migrator.pending(in: $0) }
        } catch {
            return "the database does not answer"
        }
    }

    func run() async {
        var turn = 0
        while !Task.isCancelled {
            _ = try? await Task.sleep(for: Self.interval)
            turn += 1
            do {
                let prunes = turn % Self.pruneEvery == 0
                try await self.pool.withConnection(deadline: .seconds(30)) { connection in
                    if prunes { try LogStore.prune(in: connection) }
                    try connection.query("select 1")
                }
                self.handle.health.set("database", .serving)
            } catch {
                self.handle.health.set("database", .notServing("the database does not answer"))
            }
        }
    }
}
