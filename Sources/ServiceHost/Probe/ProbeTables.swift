internal import RPC
internal import ServiceKit
internal import TallyAPI

/// What a service tells of its calls.
enum ProbeTables {
    static let all = [
        ProbeVerb(
            "rpcz",
            "[--slow] [--errors] [-n 20] [--watch] the last calls, the slowest, those that failed",
            options: ["-n"], switches: ["--slow", "--errors", ProbeContext.watchSwitch]
        ) { context in try await context.repeated { try await Self.rpcz(context) } }
    ]

    private static func rpcz(_ context: ProbeContext) async throws {
        let limit = try context.arguments.integer("-n", default: 20, in: 1...200)
        let request = RpczRequest(
            slow: context.arguments.has("--slow"), errors: context.arguments.has("--errors"),
            limit: UInt32(limit))
        let answer = try await AdminClient(context.channel).rpcz(request, options: context.options)
        guard !context.json else {
            for call in answer.calls { context.output(Self.json(call)) }
            return
        }
        context.table(
            ["ended", "method", "peer", "code", "µs", "trace"],
            answer.calls.map { call in
                [
                    "\(Timestamp(rawValue: call.endedAtUs))", Logger.visible(call.method),
                    call.peer, call.code, "\(call.durationUs)", call.trace,
                ]
            })
    }

    private static func json(_ call: CallRecord) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("ended_at", "\(Timestamp(rawValue: call.endedAtUs))")
            object.member("method", call.method)
            object.member("peer", call.peer)
            object.member("code", call.code)
            object.member("duration_us", call.durationUs)
            object.member("trace", call.trace)
        }
        return writer.text
    }
}
