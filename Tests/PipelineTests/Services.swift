import Postgres
import RPC
import ServiceHost
import ServiceKit
import Sockets
import Synchronization
import TallyAPI
import TestKit
import Testing

@testable import ServiceHost

/// One of the services, whole, in this process: its own schema, ports that were free.
struct RunningService: Sendable {
    let address: String
    let channel: RPCChannel
    let database: PostgresConfiguration
    private let group: EventLoopGroup
    private let end: Task<Int32, any Error>

    /// Starts it.
    ///
    /// - Parameters:
    ///   - others: addresses of the services it asks, as their variables name them.
    ///   - former: one that was stopped; its port and its schema are taken over.
    static func start<Program: ServiceProgram>(
        _ kind: Program.Type, others: [String: String] = [:],
        again former: RunningService? = nil
    ) async throws -> RunningService {
        let database =
            try former?.database ?? TestCluster.database(schema: Program.name)
        _ = try Migrator(SchemaFile.migrations(of: kind), schema: Program.name).migrate(database)
        var environment = [
            "TALLY_RPC_LISTEN": former?.address ?? "127.0.0.1:0",
            "TALLY_ADMIN_LISTEN": "127.0.0.1:0",
            "TALLY_DRAIN_GRACE": "1s", "TALLY_DATABASE_URL": database.url,
        ]
        environment.merge(others) { $1 }
        var reader = ConfigurationReader(environment: environment)
        let settings = HostSettings(&reader, kind)
        let program = Program(reading: &reader)
        try reader.finish()
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        let logger = Logger(
            service: Program.name, level: .info, format: .text, clock: SystemAccess.clock
        ) { line.yield($0) }
        let end = Task {
            try await Host(program: program, kind: kind, settings: settings, logger: logger).run()
        }
        var address = ""
        for await text in lines where text.contains("listening") {
            let word = text.split(separator: " ").first { $0.hasPrefix("rpc=") } ?? ""
            address = String(word.dropFirst(4))
            break
        }
        let group = try EventLoopGroup(threads: 1, name: "test")
        return RunningService(
            address: address, channel: try RPCChannel(address, group: group), database: database,
            group: group, end: end)
    }

    /// Waits until a part, or the whole, is as wanted, for a reason with these words.
    func wait(
        for status: HealthCheckResponse.ServingStatus, of part: String = "",
        saying words: String = ""
    ) async throws {
        try await HealthClient(self.channel).watch(
            HealthCheckRequest(service: part), options: CallOptions(timeout: .seconds(60))
        ) { reader in
            while let response = try await reader.next() {
                if response.status == status, words.isEmpty || response.reason.contains(words) {
                    return
                }
            }
            Issue.record("the watch of \(part) ended")
        }
    }

    func stop() async throws {
        _ = try await AdminClient(self.channel).drain(DrainRequest(graceMs: 1000))
        _ = try await self.end.value
        await self.channel.close()
        self.group.shutdown()
    }
}
