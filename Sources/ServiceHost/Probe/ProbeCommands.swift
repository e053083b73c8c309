internal import RPCCore
internal import ServiceKit
internal import TallyAPI

/// The commands that every service's probe has.
enum ProbeCommands {
    static let all =
        [
            ProbeVerb("list", "the methods of the services") { context in
                Self.list(context)
                return 0
            }.alone(),
            ProbeVerb(
                "describe",
                "[SYMBOL] [--template] a service, method, message or enum as proto text; with "
                    + "--json one object a symbol",
                words: 1, switches: ["--template"]
            ) { try ProbeDescribe.run($0) }.alone(),
            ProbeCall.verb,
        ] + ProbeHealth.all + ProbeConnection.all + ProbeAdmin.all + ProbeTables.all
        + ProbeConns.all + [
            ProbeLogs.verb, ProbeBench.verb, ProbeDecode.verb,
        ]

    private static func list(_ context: ProbeContext) {
        let methods = SchemaTable.all.services.flatMap(\.methods).sorted { $0.path < $1.path }
        for method in methods {
            guard context.json else {
                context.output(method.path)
                continue
            }
            var writer = JSONWriter()
            writer.object { object in
                object.member("method", method.path)
                Self.write(method, to: &object)
            }
            context.output(writer.text)
        }
    }

    /// What a method takes and gives.
    static func write(_ method: MethodDescriptor, to object: inout JSONWriter) {
        object.member("request", method.requestType)
        object.member("response", method.responseType)
        object.member("streams_requests", method.kind.streamsRequests)
        object.member("streams_responses", method.kind.streamsResponses)
        object.member("idempotency", "\(method.idempotency)")
    }
}
