import RPCCore
public import ServiceHost
import ServiceKit
import TallyAPI

extension GatewayProgram {
    /// `routes` and `http`.
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
        ]
    }
}
