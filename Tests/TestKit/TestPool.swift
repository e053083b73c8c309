public import Postgres

/// Connections of one test, given back when the test lets go of them: a cluster has only so many.
public final class TestPool: Sendable {
    /// The connections.
    public let pool: PostgresPool

    /// Connections to a test's own database; none is opened before it is needed.
    public init(_ database: PostgresConfiguration) { self.pool = PostgresPool(database) }

    deinit { self.pool.close() }
}
