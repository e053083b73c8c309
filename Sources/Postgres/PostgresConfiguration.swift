/// Where the database is, and as whom to speak to it.
public struct PostgresConfiguration: Sendable {
    /// `postgresql://role@host:port/database`; anything libpq reads.
    public var url: String
    /// The role's password; from a file, never in the URL of a process.
    public var password: String?
    /// Shows in `pg_stat_activity`.
    public var applicationName: String
    /// The only schema on the search path.
    public var schema: String
    /// Connections, each with a thread of its own; 1 ... 64.
    public var poolSize: Int
    /// Time for one connection.
    public var connectTimeout: Duration

    /// Makes a configuration.
    public init(
        url: String, password: String? = nil, applicationName: String = "tally",
        schema: String = "public", poolSize: Int = 4, connectTimeout: Duration = .seconds(5)
    ) {
        self.url = url
        self.password = password
        self.applicationName = applicationName
        self.schema = schema
        self.poolSize = min(max(poolSize, 1), 64)
        self.connectTimeout = connectTimeout
    }

    /// Keywords and values for libpq; later ones win over the URL.
    var parameters: [(String, String)] {
        var list = [
            ("dbname", self.url), ("application_name", self.applicationName),
            ("connect_timeout", "\(max(2, self.connectTimeout.components.seconds))"),
            ("client_encoding", "UTF8"),
            // Compiling a statement takes longer than any of ours runs: 0.15 s each, measured.
            (
                "options",
                "-c search_path=\(self.schema) -c timezone=UTC -c datestyle=ISO -c jit=off"
            ),
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
        ]
        if let password { list.append(("password", password)) }
        return list
    }
}
