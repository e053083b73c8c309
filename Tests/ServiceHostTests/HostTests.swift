import Postgres
import RPC
import RPCCore
import ServiceKit
import Sockets
import TallyAPI
import TestKit
import Testing

@testable import ServiceHost

/// A program from its start to its end, on a real database.
@Suite struct HostTests {
    @Test func `it serves when the schema is there, and its worker runs`() async throws {
        let tiny = try await RunningTiny.start(migratedDatabase())
        try await tiny.ready()
        _ = await tiny.lines.first(with: "worker ran")
        #expect(try await tiny.stop() == 0)
        #expect(tiny.lines.all.last?.contains("stopped") == true)
    }

    @Test func `FLT-10 without its schema it says why it does not serve, then recovers`()
        async throws
    {
        let database = try TestCluster.database(schema: "tiny")
        let tiny = try await RunningTiny.start(database)
        _ = await tiny.lines.first(with: "run migrate")
        let health = try await HealthClient(tiny.channel).check(HealthCheckRequest())
        #expect(health.status == .notServing)
        #expect(health.reason.contains("run migrate"))
        _ = try Migrator(
            SchemaFile.migrations(of: TinyProgram.self), schema: "tiny"
        ).migrate(database)
        try await tiny.ready()
        #expect(try await tiny.stop() == 0)
    }

    @Test func `FLT-10 without a database it starts, and calls say UNAVAILABLE`() async throws {
        let nowhere = PostgresConfiguration(url: "postgresql://tally@127.0.0.1:1/tally")
        let tiny = try await RunningTiny.start(nowhere)
        let error = await #expect(throws: RPCError.self) {
            try await LogsClient(tiny.channel).tail(TailRequest()) { reader in
                _ = try await reader.next()
            }
        }
        #expect(error?.code == .unavailable)
        let health = try await HealthClient(tiny.channel).check(HealthCheckRequest())
        #expect(health.status == .notServing)
        #expect(!health.reason.contains("127.0.0.1"))
        #expect(try await tiny.stop() == 0)
    }

    @Test func `health knows the parts and the services by name`() async throws {
        let tiny = try await RunningTiny.start(migratedDatabase())
        try await tiny.ready()
        let client = HealthClient(tiny.channel)
        for name in ["", "database", "tally.gateway.v1.Gateway"] {
            let response = try await client.check(HealthCheckRequest(service: name))
            #expect(response.status == .serving, "\(name)")
        }
        let error = await #expect(throws: RPCError.self) {
            try await client.check(HealthCheckRequest(service: "nobody"))
        }
        #expect(error?.code == .notFound)
        let listed = try await client.list(HealthListRequest()).services.map(\.service)
        #expect(listed.contains("") && listed.contains("database"))
        let watched = try await client.watch(HealthCheckRequest(service: "nobody")) { reader in
            try await reader.next()?.status
        }
        #expect(watched == .serviceUnknown)
        #expect(try await tiny.stop() == 0)
    }

    @Test func `RPC-22 what a handler threw stands in the log and not in the answer`() async throws
    {
        let tiny = try await RunningTiny.start(migratedDatabase())
        let error = await #expect(throws: RPCError.self) {
            try await GatewayClient(tiny.channel).stats(GatewayStatsRequest())
        }
        #expect(error?.code == .unknown)
        #expect(error?.message.contains("Unexpected") == false)
        _ = await tiny.lines.first(with: "Unexpected")
        #expect(try await tiny.stop() == 0)
    }

    @Test func `every line of a request bears its trace`() async throws {
        let tiny = try await RunningTiny.start(migratedDatabase())
        let trace = TraceContext(high: 0xAB, low: 0xCD, span: 1)
        let options = CallOptions(trace: trace)
        _ = try? await GatewayClient(tiny.channel).stats(GatewayStatsRequest(), options: options)
        let id = "trace=00000000000000ab00000000000000cd"
        for words in ["stats asked", "a call failed", "code=UNKNOWN"] {
            #expect(await tiny.lines.first(with: words).contains(id))
        }
        #expect(try await tiny.stop() == 0)
    }

    @Test func `a limit of a method holds for the running service`() async throws {
        let path = GatewayMethods.routes.path
        let tiny = try await RunningTiny.start(
            migratedDatabase(), more: ["TALLY_CALL_LIMITS": "\(path)=1"])
        let (entered, gate) = (TinyGateway.entered.count, TinyGateway.gate)
        // One runs, 64 wait in the order in which they came, and the next one finds no place.
        let calls = (0..<65).map { _ in
            Task { try await GatewayClient(tiny.channel).routes(RoutesRequest()) }
        }
        await TinyGateway.entered.wait(beyond: entered, upTo: .seconds(30))
        while try await AdminClient(tiny.channel).status(StatusRequest()).callsInFlight < 66 {}
        let error = await #expect(throws: RPCError.self) {
            try await GatewayClient(tiny.channel).routes(RoutesRequest())
        }
        #expect(error?.code == .resourceExhausted)
        #expect(error?.reason == ErrorReason.queueFull)
        for call in calls { call.cancel() }
        gate.signal()
        for call in calls { _ = try? await call.value }
        #expect(try await tiny.stop() == 0)
    }

    @Test func `BAD-10 a limit of a method that is not there is a fault`() throws {
        var reader = ConfigurationReader(environment: [
            "TALLY_CALL_LIMITS": "/tally.tiny.v1.Tiny/Nothing=1, /tally.other.v1.Other/Nothing=1"
        ])
        let limits = CallLimits(&reader)
        let faults = #expect(throws: ConfigurationFaults.self) {
            try limits.check(["/tally.tiny.v1.Tiny/Something"], of: "tiny")
        }
        #expect(
            faults?.faults == [
                "TALLY_CALL_LIMITS: there is no /tally.tiny.v1.Tiny/Nothing"
            ])
    }

    @Test func `status and vars tell how the process is`() async throws {
        let tiny = try await RunningTiny.start(migratedDatabase())
        let client = AdminClient(tiny.channel)
        let status = try await client.status(StatusRequest())
        #expect(status.service == "tiny")
        #expect(status.version == Version.text)
        #expect(status.connections == 1)
        #expect(status.residentBytes > 1_000_000)
        #expect(!status.draining)
        let vars = try await client.vars(VarsRequest(prefix: "rpc_server_call")).vars
        #expect(vars.contains { $0.labels.contains("Admin/Status") && $0.labels.contains("OK") })
        #expect(vars.allSatisfy { $0.name.hasPrefix("rpc_server_call") })
        #expect(try await tiny.stop() == 0)
    }

    @Test func `callers cannot make up names of series`() async throws {
        let tiny = try await RunningTiny.start(migratedDatabase())
        for number in 0..<20 {
            let method = MethodDescriptor(path: "/made.Up/M\(number)", kind: .unary)
            await #expect(throws: RPCError.self) {
                let _: StatusResponse = try await tiny.channel.unary(method, StatusRequest())
            }
        }
        let vars = try await AdminClient(tiny.channel).vars(VarsRequest()).vars
        #expect(!vars.contains { $0.labels.contains("made.Up") })
        #expect(try await tiny.stop() == 0)
    }

    @Test func `FLT-07 a drain waits for the call that runs`() async throws {
        let tiny = try await RunningTiny.start(migratedDatabase())
        let entered = TinyGateway.entered.count
        async let slow = GatewayClient(tiny.channel).routes(
            RoutesRequest(), options: CallOptions(timeout: .seconds(60)))
        await TinyGateway.entered.wait(beyond: entered, upTo: .seconds(60))
        async let code = tiny.stop(grace: 60_000)
        _ = await tiny.lines.first(with: "stopping")
        TinyGateway.gate.signal()
        #expect(try await slow.routes.map(\.path) == ["/slow"])
        #expect(try await code == 0)
    }

    @Test func `BAD-10 ports that cannot be had are all named`() async throws {
        let tiny = try await RunningTiny.start(migratedDatabase())
        var reader = ConfigurationReader(environment: [
            "TALLY_RPC_LISTEN": "\(tiny.admin)", "TALLY_ADMIN_LISTEN": "\(tiny.admin)",
            "TALLY_DATABASE_URL": "postgresql://tally@127.0.0.1:1/tally",
        ])
        let settings = HostSettings(&reader, TinyProgram.self)
        let program = TinyProgram(reading: &reader)
        let faults = await #expect(throws: ConfigurationFaults.self) {
            try await Host(
                program: program, kind: TinyProgram.self, settings: settings, logger: .silent
            ).run()
        }
        #expect(faults?.faults.count == 2)
        #expect(faults?.faults.first?.hasPrefix("TALLY_RPC_LISTEN") == true)
        #expect(try await tiny.stop() == 0)
    }
}
