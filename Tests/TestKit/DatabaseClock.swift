public import Postgres

/// A database whose clock stands still until a test pushes it.
///
/// All clocks that decide are the database's, and every statement of ours asks `now()` or
/// `clock_timestamp()`. Here functions of those names stand before Postgres' own on the search
/// path, and answer what a table says.
public struct DatabaseClock: Sendable {
    /// Where its table and its functions are.
    public static let schema = "clock"

    /// Puts the clock into a database, at a time such as `2026-03-10 12:00:00Z`.
    public static func install(
        in database: PostgresConfiguration, at time: String
    ) throws(PostgresError) {
        try PostgresConnection(database).script(
            """
            create schema \(self.schema);
            create table \(self.schema).hand (at timestamptz not null);
            insert into \(self.schema).hand values ('\(time)');
            create function \(self.schema).now() returns timestamptz language sql stable
              as 'select at from \(self.schema).hand';
            create function \(self.schema).clock_timestamp() returns timestamptz language sql stable
              as 'select at from \(self.schema).hand';
            """)
    }

    /// How a service with this schema sees the database: by this clock, not by Postgres' own.
    public static func path(_ schema: String) -> String { "\(schema),\(self.schema),pg_catalog" }

    private let connection: PostgresConnection

    /// The clock of a database that has one. Uses one connection.
    public init(_ database: PostgresConfiguration) throws(PostgresError) {
        self.connection = try PostgresConnection(database)
    }

    /// Moves it, back for less than 0.
    public func push(seconds: Int64) throws(PostgresError) {
        try self.connection.execute(
            "update \(Self.schema).hand set at = at + $1 * interval '1 s'", [.int64(seconds)])
    }

    /// Seconds until the next midnight in UTC.
    public func untilMidnight() throws -> Int64 {
        try self.connection.query(
            """
            select extract(epoch from date_trunc('day', at, 'UTC') + interval '1 day' - at)::bigint
              as s
            from \(Self.schema).hand
            """)[0].int64("s")
    }

    /// The day, counted from 1970-01-01 UTC.
    public func day() throws -> Int32 {
        try self.connection.query(
            "select (at at time zone 'UTC')::date - date '1970-01-01' as d from \(Self.schema).hand"
        )[0].int32("d")
    }
}
