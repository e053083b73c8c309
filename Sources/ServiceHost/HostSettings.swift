internal import Postgres
internal import ServiceKit
internal import Sockets

/// The variables that all four programs share.
struct HostSettings: Sendable {
    var rpc = SocketAddress(host: "127.0.0.1", port: 0)
    var admin = SocketAddress(host: "127.0.0.1", port: 0)
    var addressFile: String?
    var grace = Duration.seconds(10)
    var logLevel = LogLevel.info
    var logFormat = LogFormat.auto
    var database: PostgresConfiguration?
    let tls: TLSSettings
    let callLimits: CallLimits

    enum LogFormat: String, CaseIterable, Sendable {
        case auto
        case json
        case text
    }

    init(_ reader: inout ConfigurationReader, _ program: any ServiceProgram.Type) {
        let port = program.rpcPort
        self.tls = TLSSettings(&reader)
        self.callLimits = CallLimits(&reader)
        self.rpc = reader.address(
            "TALLY_RPC_LISTEN", default: "127.0.0.1:\(port)",
            "where RPC calls are taken, host:port or unix:/path; off loopback with mutual TLS alone"
        )
        self.admin = reader.address(
            "TALLY_ADMIN_LISTEN", default: "127.0.0.1:\(port + 100)",
            "where /healthz, /readyz and /metrics are; loopback only")
        if !self.admin.isLoopback { reader.fault("TALLY_ADMIN_LISTEN: loopback only") }
        if !self.rpc.isLoopback && !self.tls.files.areMutual {
            reader.fault(
                "TALLY_RPC_LISTEN: off loopback callers must prove who they are: set "
                    + "\(TLSSettings.certificateName), \(TLSSettings.keyName) and "
                    + TLSSettings.authoritiesName)
        }
        self.addressFile = reader.optional(
            "TALLY_ADDRESS_FILE", "file that gets the bound addresses and the process id")
        self.grace = reader.duration(
            "TALLY_DRAIN_GRACE", default: "10s", "how long calls may go on after SIGTERM")
        self.logLevel = reader.choice(
            "TALLY_LOG_LEVEL", default: LogLevel.info, "least grave level that is written")
        self.logFormat = reader.choice(
            "TALLY_LOG_FORMAT", default: LogFormat.auto, "auto is text on a terminal, else json")
        if program.hasSchema { self.database = Self.database(&reader, program.name) }
        reader.allow(Self.shared)
    }

    /// What any of the four reads: one environment file may serve them all.
    private static let shared = [
        "TALLY_DATABASE_URL", "TALLY_DATABASE_PASSWORD_FILE", "TALLY_MIGRATION_DATABASE_URL",
        "TALLY_MIGRATION_PASSWORD_FILE", "TALLY_HTTP_LISTEN", "TALLY_INGEST_ADDR",
        "TALLY_SCORING_ADDR", "TALLY_RANKING_ADDR", "TALLY_GATEWAY_ADDR", "TALLY_ARCHIVE",
        "TALLY_SOURCES", "TALLY_FETCHES", "TALLY_ADMIN_TOKEN_FILE", "TALLY_ALLOWED_ORIGINS",
        "TALLY_RPC_LISTEN", "TALLY_ADMIN_LISTEN", "TALLY_ADDRESS_FILE", "TALLY_DRAIN_GRACE",
        "TALLY_LOG_LEVEL", "TALLY_LOG_FORMAT", TLSSettings.certificateName, TLSSettings.keyName,
        TLSSettings.authoritiesName, TLSSettings.nameName, "TALLY_RPC_ROLES",
        CallLimits.variable,
    ]

    private static func database(
        _ reader: inout ConfigurationReader, _ service: String
    ) -> PostgresConfiguration {
        let url = reader.required(
            "TALLY_DATABASE_URL", "the database, as postgresql://role@host:port/name")
        self.check(url, "TALLY_DATABASE_URL", &reader)
        let password = reader.secret(
            "TALLY_DATABASE_PASSWORD_FILE", "file with the password of that role")
        return PostgresConfiguration(
            url: url, password: password, applicationName: "tally-\(service)", schema: service,
            poolSize: 6)
    }

    /// A password in a URL would be seen by everyone who sees the process.
    private static func check(
        _ url: String, _ name: String, _ reader: inout ConfigurationReader
    ) {
        guard !url.isEmpty else { return }
        guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") else {
            return reader.fault("\(name) does not begin with postgresql://")
        }
        let authority = url.split(separator: "/").dropFirst().first ?? ""
        let user = authority.lastIndex(of: "@").map { authority[..<$0] } ?? ""
        if user.contains(":") || url.contains("password=") {
            reader.fault("\(name) holds a password; put it into a file and name that instead")
        }
    }

    /// What `migrate` reads: the owner's account, or else the service's own.
    static func migration(
        _ reader: inout ConfigurationReader, _ service: String
    ) -> PostgresConfiguration {
        let own = reader.optional("TALLY_DATABASE_URL", "the database, when no other is named")
        let ownPassword = reader.secret("TALLY_DATABASE_PASSWORD_FILE", "its password")
        let url = reader.optional(
            "TALLY_MIGRATION_DATABASE_URL", "the database, as the role that owns the schema")
        let password = reader.secret("TALLY_MIGRATION_PASSWORD_FILE", "file with its password")
        if url == nil && own == nil { reader.fault("TALLY_MIGRATION_DATABASE_URL is missing") }
        self.check(own ?? "", "TALLY_DATABASE_URL", &reader)
        self.check(url ?? "", "TALLY_MIGRATION_DATABASE_URL", &reader)
        reader.allow(self.shared)
        return PostgresConfiguration(
            url: url ?? own ?? "", password: url == nil ? ownPassword : password,
            applicationName: "tally-\(service)-migrate", schema: service, poolSize: 1)
    }
}

extension ConfigurationReader {
    /// An address to listen on or to call.
    mutating func address(
        _ name: String, default fallback: String, _ meaning: String
    ) -> SocketAddress {
        let text = self.string(name, default: fallback, meaning)
        do {
            return try SocketAddress(parsing: text)
        } catch {
            self.fault("\(name): \(error.message)")
            return SocketAddress(host: "127.0.0.1", port: 0)
        }
    }
}
