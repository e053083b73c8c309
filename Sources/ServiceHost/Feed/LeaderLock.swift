public import Postgres

/// Lets one of several copies work: a session lock in Postgres, given back when its holder dies.
public final class LeaderLock: Sendable {
    private let pool: PostgresPool
    private let name: String

    /// A lock of this name; each copy of a service makes its own.
    public init(_ configuration: PostgresConfiguration, name: String) {
        var own = configuration
        // One connection, kept: the lock lives as long as its session.
        own.poolSize = 1
        self.pool = PostgresPool(own)
        self.name = name
    }

    /// Whether this copy holds the lock now; asks for it when it does not.
    public func isHeld() async -> Bool {
        let name = self.name
        let held = try? await self.pool.withConnection(deadline: .seconds(5)) { connection in
            // Taken again by its holder it only counts up; a new session after a cut starts anew.
            try connection.query(
                """
                select exists (select 1 from pg_locks where locktype = 'advisory'
                               and pid = pg_backend_pid() and granted)
                    or pg_try_advisory_lock(hashtextextended($1, 0)) as held
                """, [.string(name)]
            ).first?.bool("held") ?? false
        }
        return held ?? false
    }

    /// Gives the lock back by ending its session.
    public func close() { self.pool.close() }
}
