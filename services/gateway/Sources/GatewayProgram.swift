import HTTPCore
import HTTPServer
import RPC
import RPCCore
public import ServiceHost
public import ServiceKit
import Sockets
import TallyAPI

/// The gateway: HTTP, WebSocket and dashboard in front of the three services.
public struct GatewayProgram: ServiceProgram {
    /// `gateway`.
    public static let name = "gateway"
    /// One sentence for `--help`.
    public static let summary = "tally-gateway serves HTTP, the log relay and the dashboard"
    /// The usual RPC port.
    public static let rpcPort: UInt16 = 7104
    /// It owns no data.
    public static let hasSchema = false

    private let listen: String
    private let addresses: [(name: String, address: String)]
    private let access: AccessRules

    /// No schema, no steps.
    public static var migrations: [SchemaFile] { [] }

    /// Reads where to listen, whom to ask, and who may write.
    public init(reading reader: inout ConfigurationReader) {
        self.listen = reader.string(
            "TALLY_HTTP_LISTEN", default: "127.0.0.1:8080", "where HTTP is served")
        var addresses: [(name: String, address: String)] = []
        for (name, port) in [("ingest", 7101), ("scoring", 7102), ("ranking", 7103)] {
            let address = reader.string(
                "TALLY_\(name.uppercased())_ADDR", default: "127.0.0.1:\(port)",
                "where \(name) is; a list is balanced")
            addresses.append((name, address))
        }
        self.addresses = addresses
        let token = reader.secret(
            "TALLY_ADMIN_TOKEN_FILE", "file with the token that writes need")
        self.access = AccessRules(
            token: token,
            origins: reader.list("TALLY_ALLOWED_ORIGINS", "origins that may write from a browser"))
        do {
            let address = try SocketAddress(parsing: self.listen)
            if !address.isLoopback && token == nil {
                reader.fault("TALLY_HTTP_LISTEN: off loopback TALLY_ADMIN_TOKEN_FILE is required")
            }
        } catch {
            reader.fault("TALLY_HTTP_LISTEN: \(error.message)")
        }
    }

    /// Serves HTTP; watches the services behind it.
    public func start(_ host: ServiceHandle) async throws -> ServiceParts {
        var channels: [(name: String, channel: RPCChannel)] = []
        for (name, address) in self.addresses {
            channels.append((name, try host.channel(to: name, at: address)))
        }
        let upstreams = Upstreams(
            ingest: IngestClient(channels[0].channel), scoring: ScoringClient(channels[1].channel),
            ranking: RankingClient(channels[2].channel), channels: channels)
        let routes =
            BoardRoutes(upstreams: upstreams).routes + RepositoryRoutes(upstreams: upstreams).routes
            + CoverageRoutes(upstreams: upstreams).routes
            + BudgetRoutes(upstreams: upstreams).routes
            + JobRoutes(upstreams: upstreams).routes
            + ContributorRoutes(upstreams: upstreams).routes
            + FormulaRoutes(upstreams: upstreams).routes
            + DecisionRoutes(upstreams: upstreams).routes
            + StatsRoutes(upstreams: upstreams).routes
        let logs = LogRelay(upstreams: upstreams)
        let handler = GatewayHandler(
            routes: routes, access: self.access, logs: logs,
            health: host.health, metrics: host.metrics, logger: host.logger)
        var configuration = HTTPServerConfiguration()
        configuration.refusal = { fault in
            Problem(fault.status, Problem.usualCode(fault.status), fault.detail)
                .response(instance: "")
        }
        let server = try HTTPServer(
            try SocketAddress(parsing: self.listen), handler: handler,
            configuration: configuration, group: host.group)
        let address = "\(server.localAddress)"
        return ServiceParts(
            register: { router in
                router.register(
                    GatewayHandlers(
                        table: routes, address: address, connections: { server.connections }))
            },
            workers: channels.map { name, channel in
                (name, { await HealthWatcher(name: name, channel: channel, host: host).run() })
            } + logs.sources.map { source in ("log of \(source.service)", { await source.run() }) },
            http: server)
    }
}

/// Follows the health of one service behind the gateway.
struct HealthWatcher: Sendable {
    let name: String
    let channel: RPCChannel
    let host: ServiceHandle

    private static let pause = Duration.milliseconds(500)

    func run() async {
        while !Task.isCancelled {
            do {
                try await HealthClient(self.channel).watch(
                    HealthCheckRequest(), options: CallOptions(timeout: nil)
                ) { reader in
                    while let response = try await reader.next() {
                        self.host.health.set(
                            self.name,
                            response.status == .serving
                                ? .serving : .notServing("it is not ready: \(response.reason)"))
                    }
                }
            } catch {
                self.host.health.set(self.name, .notServing("it does not answer"))
            }
            _ = try? await Task.sleep(for: Self.pause)
        }
    }
}
