import Postgres
import RPC
import RPCCore
import ServiceKit
import Sockets
import TallyAPI
import Testing

@testable import ServiceHost

/// The numbers of a program that runs (rpc.md section 5).
@Suite struct RPCMetricsTests {
    private static let nowhere = PostgresConfiguration(url: "postgresql://tally@127.0.0.1:1/tally")

    private func vars(_ tiny: RunningTiny, _ prefix: String) async throws -> [String: Double] {
        let answer = try await AdminClient(tiny.channel).vars(VarsRequest(prefix: prefix))
        return Dictionary(uniqueKeysWithValues: answer.vars.map { ($0.name + $0.labels, $0.value) })
    }

    @Test func `a server tells of its connections, bytes, refusals and farewells`() async throws {
        let tiny = try await RunningTiny.start(Self.nowhere)
        let unknown = MethodDescriptor(path: "/made.Up/Method", kind: .unary)
        await #expect(throws: RPCError.self) {
            let _: StatusResponse = try await tiny.channel.unary(unknown, StatusRequest())
        }
        let another = try RPCChannel("\(tiny.lines.address("rpc") ?? "")", group: tiny.group)
        _ = try await AdminClient(another).status(StatusRequest())
        await another.close()
        var values = try await self.vars(tiny, "rpc_server_")
        while values[#"rpc_server_connections{state="open"}"#] != 1 {
            values = try await self.vars(tiny, "rpc_server_")
        }
        #expect(values[#"rpc_server_connections{state="handshake"}"#] == 0)
        #expect(values[#"rpc_server_refusals_total{reason="UNKNOWN_METHOD"}"#] == 1)
        #expect(
            values[#"rpc_server_goaways_total{direction="received",code="NO_ERROR"}"#] == 1)
        // The question that is being answered.
        #expect(values["rpc_server_calls_in_flight"] == 1)
        let more = try await self.vars(tiny, "rpc_server_")
        for name in ["rpc_server_received_bytes_total", "rpc_server_sent_bytes_total"] {
            #expect(try #require(more[name]) > (try #require(values[name])))
        }
        #expect(values[#"rpc_server_stalls_total{for="window"}"#] == 0)
        let status = #"rpc_method="/tally.admin.v1.Admin/Status""#
        #expect(values["rpc_server_queue_duration_seconds_count{\(status)}"] == 1)
        #expect(
            values[
                "rpc_server_call_duration_seconds_count{\(status),rpc_response_status_code=\"OK\"}"]
                == 1)
        #expect(try await tiny.stop() == 0)
    }

    @Test func `the limits of methods are shown as they stand`() async throws {
        let path = AdminMethods.vars.path
        let tiny = try await RunningTiny.start(
            Self.nowhere, more: ["TALLY_CALL_LIMITS": "\(path)=7"])
        let values = try await self.vars(tiny, "rpc_server_concurrency")
        let label = "{rpc_method=\"\(path)\"}"
        #expect(
            values == [
                "rpc_server_concurrency_limit\(label)": 7,
                // The question itself.
                "rpc_server_concurrency_running\(label)": 1,
                "rpc_server_concurrency_waiting\(label)": 0,
            ])
        #expect(try await tiny.stop() == 0)
    }

    @Test func `channels tell of their calls, attempts, addresses and breakers`() async throws {
        let tiny = try await RunningTiny.start(Self.nowhere)
        let registry = MetricsRegistry()
        let calls = ClientCallMeter(metrics: registry)
        let meter = ConnectionMeter()
        var client = ClientConfiguration()
        client.callEnded = { calls.ended($0) }
        client.meter = meter
        let channel = try RPCChannel(
            "\(tiny.lines.address("rpc") ?? "")", configuration: client, group: tiny.group)
        let list = ChannelList()
        list.add("tiny", channel)
        let admin = AdminClient(channel)
        for _ in 0..<3 { _ = try await admin.status(StatusRequest()) }
        await #expect(throws: RPCError.self) {
            _ = try await admin.rpcz(RpczRequest(limit: 201))
        }
        let metrics = RPCMetrics(
            metrics: registry, serverMeter: ConnectionMeter(), clientMeter: meter, turnstiles: nil,
            connections: { [] }, channels: { await list.snapshot() })
        await metrics.collect()
        let values = Dictionary(
            uniqueKeysWithValues: registry.samples.map { ($0.name + $0.labels, $0.value) })
        let status = #"rpc_method="/tally.admin.v1.Admin/Status",rpc_response_status_code="OK""#
        #expect(values["rpc_client_call_duration_seconds_count{\(status)}"] == 3)
        #expect(values[#"rpc_client_failures_total{reason="INVALID_ARGUMENT"}"#] == 1)
        #expect(values[#"rpc_client_attempts_total{channel="tiny",kind="first"}"#] == 4)
        #expect(values[#"rpc_client_attempts_total{channel="tiny",kind="retry"}"#] == 0)
        #expect(values[#"rpc_client_connections{channel="tiny",state="open"}"#] == 1)
        #expect(values[#"rpc_client_connections{channel="tiny",state="backoff"}"#] == 0)
        #expect(values[#"rpc_client_breakers{channel="tiny",state="closed"}"#] == 1)
        #expect(values[#"rpc_client_breakers{channel="tiny",state="open"}"#] == 0)
        #expect(values[#"rpc_client_retry_tokens{channel="tiny"}"#] == 100)
        #expect(values[#"rpc_client_calls_in_flight{channel="tiny"}"#] == 0)
        #expect(values["rpc_client_sent_bytes_total"].map { $0 > 0 } == true)
        #expect(!registry.text.contains("127.0.0.1"))
        await channel.close()
        #expect(try await tiny.stop() == 0)
    }

    @Test(arguments: [-1, 0, 1])
    func `an answer about connections holds so many streams and no more`(beyond: Int) async throws {
        let tiny = try await RunningTiny.start(Self.nowhere)
        let entered = TinyGateway.entered.count
        let call = Task {
            try await GatewayClient(tiny.channel).routes(
                RoutesRequest(), options: CallOptions(timeout: .seconds(60)))
        }
        await TinyGateway.entered.wait(beyond: entered, upTo: .seconds(60))
        let one = try #require(await tiny.channel.snapshot().connections.first)
        #expect(one.streams.count == 1)
        let report = ConnectionsReport(
            server: Array(repeating: one, count: ConnectionsReport.streamsMax + beyond),
            channels: [])
        let answer = report.answer
        #expect(answer.connections.count == ConnectionsReport.streamsMax + beyond)
        #expect(
            answer.connections.reduce(0) { $0 + $1.streams.count }
                == ConnectionsReport.streamsMax + min(beyond, 0))
        TinyGateway.gate.signal()
        _ = try await call.value
        #expect(try await tiny.stop() == 0)
    }
}
