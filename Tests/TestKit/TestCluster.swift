import Foundation
public import Postgres
import Synchronization

/// A private Postgres for the tests of one process: made on first use, erased at the end.
///
/// `TALLY_TEST_DATABASE_URL` names another server to use instead; its role must be allowed to
/// create databases.
public enum TestCluster {
    private static let started = Result { try start() }
    private static let binaries = "/usr/lib/postgresql/15/bin"

    /// A fresh, empty database of the test's own, and how to reach it.
    ///
    /// - Parameter schema: created in it and put on the search path.
    public static func database(schema: String = "public") throws -> PostgresConfiguration {
        let configuration = try self.make(from: "template1", schema: schema)
        let own = try PostgresConnection(configuration)
        try own.execute("create schema if not exists \(schema)")
        return configuration
    }

    /// A copy of a database as it stands, as a backup that was restored would be.
    ///
    /// Nobody may be connected to the original meanwhile: the server waits a few seconds for that.
    public static func copy(of original: PostgresConfiguration) throws -> PostgresConfiguration {
        guard let name = original.url.firstMatch(of: /\/(test_[0-9a-f]+)\?/)?.1 else {
            throw PostgresError(.other, "not a database of a test")
        }
        return try self.make(from: String(name), schema: original.schema)
    }

    private static func make(from template: String, schema: String) throws -> PostgresConfiguration
    {
        var configuration = PostgresConfiguration(url: try self.started.get(), schema: schema)
        let name = "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        let admin = try PostgresConnection(PostgresConfiguration(url: configuration.url))
        try admin.execute("create database \(name) template \(template)")
        configuration.url = configuration.url.replacingOccurrences(
            of: "/postgres?", with: "/\(name)?")
        return configuration
    }

    private static func start() throws -> String {
        if let given = ProcessInfo.processInfo.environment["TALLY_TEST_DATABASE_URL"] {
            return given
        }
        let folder = NSTemporaryDirectory() + "tally-test-\(getpid())"
        try run("mkdir", "-p", folder)
        if getuid() == 0 { try run("chown", "postgres:", folder) }
        try asPostgres(
            "\(binaries)/initdb", "-D", "\(folder)/data", "-U", "tally", "--auth=trust",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        // Only a Unix socket: no port to choose, none to be taken by somebody else.
        let options =
            "-c listen_addresses='' -c unix_socket_directories='\(folder)' -c fsync=off "
            + "-c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
        try asPostgres(
            "\(binaries)/pg_ctl", "-D", "\(folder)/data", "-w", "-l", "\(folder)/log", "-o",
            options, "start")
        folderOfThisProcess.withLock { $0 = folder }
        atexit { TestCluster.stop() }
        return "postgresql://tally@/postgres?host=\(folder)"
    }

    private static let folderOfThisProcess = Mutex<String?>(nil)

    private static func stop() {
        guard let folder = self.folderOfThisProcess.withLock({ $0 }) else { return }
        try? asPostgres("\(binaries)/pg_ctl", "-D", "\(folder)/data", "-m", "immediate", "stop")
        try? run("rm", "-rf", folder)
    }

    /// Postgres refuses to be root.
    private static func asPostgres(_ arguments: String...) throws {
        let prefix = getuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
        try self.run(prefix + arguments)
    }

    private static func run(_ arguments: String...) throws { try self.run(arguments) }

    /// Not Foundation's `Process`: it waits until every child has closed the descriptors it was
    /// given, and a database server keeps them.
    private static func run(_ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in Int32(0)...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child = pid_t()
        var status: Int32 = -1
        guard posix_spawnp(&child, arguments[0], &actions, nil, &words, environ) == 0,
            waitpid(child, &status, 0) == child, status == 0
        else {
            throw PostgresError(.other, "\(arguments.joined(separator: " ")) failed")
        }
    }
}
