import HTTPClient
import HTTPServer
import RPC
import RPCCore
public import ServiceHost
import ServiceKit
import Sockets
import TallyAPI

extension GatewayProgram {
    /// `routes`, `http`, `get` and `ws-logs`.
    public static var verbs: [ProbeVerb] {
        [
            ProbeVerb("routes", "the paths of the HTTP interface") { context in
                let answer = try await GatewayClient(context.channel).routes(
                    RoutesRequest(), options: context.options)
                context.table(
                    ["method", "path", "what it does"],
                    answer.routes.map { [$0.method, $0.path, $0.summary] })
                return 0
            },
            ProbeVerb("http", "where HTTP is served, and to how many") { context in
                let stats = try await GatewayClient(context.channel).stats(
                    GatewayStatsRequest(), options: context.options)
                context.table(
                    ["address", "connections"], [[stats.httpAddress, "\(stats.connections)"]])
                return 0
            },
            ProbeVerb("get", "PATH [--max-time 5s] the body of an HTTP answer", words: 1) {
                try await Self.get($0)
            },
            ProbeVerb(
                "ws-logs", "[QUERY] the live log over a WebSocket, a message a line", words: 1
            ) { try await Self.follow($0) },
        ]
    }

    /// Where the gateway that is asked serves HTTP.
    private static func address(_ context: ProbeContext) async throws -> String {
        try await GatewayClient(context.channel).stats(
            GatewayStatsRequest(), options: context.options
        ).httpAddress
    }

    private static func get(_ context: ProbeContext) async throws -> Int32 {
        let path = try context.word(0, "PATH")
        guard path.hasPrefix("/") else { throw UsageError("PATH begins with /") }
        let address = try await self.address(context)
        let answer = try await HTTPPool(agent: "tally-gateway probe", threads: 1).send(
            HTTPClient.Request(url: "http://\(address)\(path)"),
            limits: HTTPClient.Limits(total: context.options.timeout))
        context.output(String(decoding: answer.body, as: UTF8.self))
        guard answer.response.status >= 400 else { return 0 }
        let status = answer.response.status
        let words = "the gateway answers \(status)"
        context.report(
            RPCError(.unknown, words, reason: "HTTP_STATUS", facts: ["status": "\(status)"]),
            words: words)
        return 1
    }

    private static func follow(_ context: ProbeContext) async throws -> Int32 {
        let query = context.arguments.words.first.map { "?\($0)" } ?? ""
        let address = try SocketAddress(parsing: try await self.address(context))
        let group = try EventLoopGroup(threads: 1, name: "ws-logs")
        let client = try await WebSocketClient.open(
            "/ws/logs\(query)", at: address, loop: group.next(),
            timeout: context.options.timeout ?? .seconds(5))
        defer { client.close() }
        do {
            for try await text in client.texts { context.output(Logger.visible(text)) }
        } catch let failure as WebSocketClient.Failure {
            let error = RPCError(.unavailable, failure.message, reason: "WEBSOCKET")
            context.report(error, words: failure.message)
            return 1
        }
        try Task.checkCancellation()
        return 0
    }
}
