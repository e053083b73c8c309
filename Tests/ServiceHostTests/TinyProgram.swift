import Postgres
import RPC
import RPCCore
import ServiceKit
import Sockets
import Synchronization
import TallyAPI
import TestKit

@testable import ServiceHost

/// The smallest service: one table, one method, one worker.
struct TinyProgram: ServiceProgram {
    static let name = "tiny"
    static let summary = "tally-tiny is for tests"
    static let rpcPort: UInt16 = 7901
    static let hasSchema = true
    static var verbs: [ProbeVerb] { [] }

    static var migrations: [SchemaFile] {
        [SchemaFile("m0001_initial.sql", Array(LogStore.schema.utf8))]
    }

    init(reading reader: inout ConfigurationReader) {}

    func start(_ host: ServiceHandle) async throws -> ServiceParts {
        ServiceParts(
            register: { router in
                router.register(TinyGateway(logger: host.logger))
                LoadMethods.register(&router)
            },
            workers: [
                (
                    "hello",
                    {
                        let record = LogRecord(level: .info, message: "hello")
                        try? await host.pool?.transaction { try LogStore.append([record], in: $0) }
                        host.logger.info("worker ran")
                    }
                )
            ])
    }
}

/// Borrows the gateway's service; `routes` waits until it is let go.
struct TinyGateway: GatewayService {
    static let gate = Wakeup()
    static let entered = Wakeup()
    let logger: Logger

    func routes(_ request: RoutesRequest, context: CallContext) async throws -> RoutesResponse {
        let seen = Self.gate.count
        Self.entered.signal()
        await Self.gate.wait(beyond: seen, upTo: .seconds(60))
        return RoutesResponse(routes: [Route(path: "/slow")])
    }

    func stats(_ request: GatewayStatsRequest, context: CallContext) async throws -> GatewayStats {
        struct Unexpected: Error {}
        self.logger.info("stats asked")
        throw Unexpected()
    }
}

/// Lines of a log, and a way to wait for one.
final class Lines: Sendable {
    private let kept = Mutex<[String]>([])
    private let news = Wakeup()

    var all: [String] { self.kept.withLock { $0 } }

    /// Lines that are kept, the first ones: those of a long run would look like a leak.
    private static let keptMax = 10_000

    func add(_ line: String) {
        self.kept.withLock { if $0.count < Self.keptMax { $0.append(line) } }
        self.news.signal()
    }

    /// An address that the service told when it began to listen.
    func address(_ key: String) -> String? {
        let line = self.all.first { $0.contains("listening") } ?? ""
        let word = line.split(separator: " ").first { $0.hasPrefix("\(key)=") }
        return word.map { String($0.dropFirst(key.count + 1)) }
    }

    /// The first line that holds the words.
    func first(with words: String) async -> String {
        while true {
            let seen = self.news.count
            if let line = self.all.first(where: { $0.contains(words) }) { return line }
            await self.news.wait(beyond: seen, upTo: .seconds(60))
        }
    }
}

/// A tiny service that runs, seen from outside.
struct RunningTiny: Sendable {
    let lines: Lines
    let channel: RPCChannel
    let admin: SocketAddress
    let group: EventLoopGroup
    let end: Task<Int32, any Error>

    /// Starts one on free ports.
    static func start(
        _ database: PostgresConfiguration, grace: String = "10s", more: [String: String] = [:],
        client: ClientConfiguration = ClientConfiguration()
    ) async throws -> RunningTiny {
        let usual = [
            "TALLY_RPC_LISTEN": "127.0.0.1:0", "TALLY_ADMIN_LISTEN": "127.0.0.1:0",
            "TALLY_DRAIN_GRACE": grace, "TALLY_DATABASE_URL": database.url,
        ]
        var reader = ConfigurationReader(environment: usual.merging(more) { $1 })
        let settings = HostSettings(&reader, TinyProgram.self)
        let program = TinyProgram(reading: &reader)
        try reader.finish()
        let lines = Lines()
        let logger = Logger(
            service: "tiny", level: .debug, format: .text, clock: SystemAccess.clock
        ) { lines.add($0) }
        let end = Task {
            try await Host(
                program: program, kind: TinyProgram.self, settings: settings, logger: logger
            ).run()
        }
        _ = await lines.first(with: "listening")
        func address(_ key: String) throws -> SocketAddress {
            try SocketAddress(parsing: lines.address(key) ?? "")
        }
        let group = try EventLoopGroup(threads: 1, name: "test")
        return RunningTiny(
            lines: lines,
            channel: try RPCChannel(
                "\(address("rpc"))", configuration: client, group: group),
            admin: try address("admin"), group: group, end: end)
    }

    /// Waits until the whole serves.
    func ready() async throws {
        try await HealthClient(self.channel).watch(
            HealthCheckRequest(), options: CallOptions(timeout: .seconds(30))
        ) { reader in
            while let response = try await reader.next(), response.status != .serving {}
        }
    }

    /// Asks it to stop and waits for the exit code.
    func stop(grace: UInt32 = 5000) async throws -> Int32 {
        _ = try await AdminClient(self.channel).drain(DrainRequest(graceMs: grace))
        let code = try await self.end.value
        await self.channel.close()
        self.group.shutdown()
        return code
    }
}

/// A database with the tiny schema's tables.
func migratedDatabase() throws -> PostgresConfiguration {
    let database = try TestCluster.database(schema: "tiny")
    _ = try Migrator(SchemaFile.migrations(of: TinyProgram.self), schema: "tiny").migrate(database)
    return database
}
