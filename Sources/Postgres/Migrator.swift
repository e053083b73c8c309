/// One step of a schema: a file `m0001_name.sql`.
public struct Migration: Sendable {
    /// Position, from 1, without gaps.
    public let number: Int
    /// What it does, from the file's name.
    public let name: String
    /// The statements.
    public let sql: String

    /// Reads number and name from a file name such as `m0001_initial`.
    ///
    /// - Throws: `PostgresError` with `migration`, naming the file.
    public init(file: String, sql: [UInt8]) throws(PostgresError) {
        let stem = file.hasSuffix(".sql") ? String(file.dropLast(4)) : file
        let parts = stem.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, parts[0].count == 5, parts[0].first == "m",
            let number = Int(parts[0].dropFirst()), number > 0
        else { throw PostgresError(.migration, "\(file): a migration is called m0001_name.sql") }
        self.number = number
        self.name = String(parts[1])
        self.sql = String(decoding: sql, as: UTF8.self)
    }

    /// A fingerprint of the text (FNV-1a, 64 bits): an old migration must never change.
    var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in self.sql.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Brings a schema up to the version of the program, one transaction a step.
public struct Migrator: Sendable {
    private let migrations: [Migration]
    private let schema: String

    /// A migrator of one schema.
    ///
    /// - Throws: `PostgresError` with `migration` when numbers are missing or doubled.
    public init(_ migrations: [Migration], schema: String) throws(PostgresError) {
        let sorted = migrations.sorted { $0.number < $1.number }
        for (index, migration) in sorted.enumerated() where migration.number != index + 1 {
            let what =
                index > 0 && sorted[index - 1].number == migration.number
                ? "stands twice" : "has no number before it"
            throw PostgresError(
                .migration, "migration m\(migration.number)_\(migration.name) \(what)")
        }
        self.migrations = sorted
        self.schema = schema
    }

    /// The version the program wants.
    public var version: Int { self.migrations.count }

    /// Applies what is missing; two at once wait for each other.
    ///
    /// - Returns: names of the steps that were applied.
    /// - Throws: `PostgresError` with `migration` when an applied step was changed or the schema is
    ///   newer than the program; nothing is applied then.
    public func migrate(_ configuration: PostgresConfiguration) throws -> [String] {
        let connection = try PostgresConnection(configuration)
        try connection.query(
            "select pg_advisory_lock(hashtext($1)::bigint)", [.string("migrate \(self.schema)")])
        try connection.script(
            """
            create table if not exists schema_migrations (
              number int primary key, name text not null, checksum text not null,
              applied_at timestamptz not null default now())
            """)
        let applied = try self.applied(connection)
        var done: [String] = []
        for migration in self.migrations.dropFirst(applied) {
            try connection.transaction { connection in
                try connection.script(migration.sql)
                try connection.execute(
                    "insert into schema_migrations (number, name, checksum) values ($1, $2, $3)",
                    [
                        .int32(Int32(migration.number)), .string(migration.name),
                        .string(migration.checksum),
                    ])
            }
            done.append(migration.name)
        }
        return done
    }

    /// The number of steps applied, each checked against the program's text.
    private func applied(_ connection: PostgresConnection) throws -> Int {
        let rows = try connection.query(
            "select number, name, checksum from schema_migrations order by number")
        guard rows.count <= self.migrations.count else {
            throw PostgresError(
                .migration,
                "the schema is at version \(rows.count), this program knows "
                    + "\(self.migrations.count): start a newer program")
        }
        for (row, migration) in zip(rows, self.migrations)
        where try row.string("checksum") != migration.checksum {
            throw PostgresError(
                .migration,
                "migration m\(migration.number)_\(migration.name) was changed after it was applied")
        }
        return rows.count
    }

    /// Whether the schema is the program's; for a service that waits to be migrated.
    ///
    /// - Returns: nil, or what is missing in words.
    public func pending(in connection: PostgresConnection) -> String? {
        do {
            let count = try self.applied(connection)
            return count == self.version
                ? nil : "the schema is at version \(count) of \(self.version); run migrate"
        } catch {
            guard let error = error as? PostgresError else { return "\(error)" }
            return error.code == .schema
                ? "the schema is empty; run migrate" : error.message
        }
    }
}
