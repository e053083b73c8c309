internal import RPC
internal import ServiceKit
internal import TallyAPI

/// What a service tells of its calls and connections.
enum ProbeTables {
    static let all = [
        ProbeVerb(
            "rpcz",
            "[--slow] [--errors] [-n 20] [--watch] the last calls, the slowest, those that failed",
            options: ["-n"], switches: ["--slow", "--errors", ProbeContext.watchSwitch]
        ) { context in try await context.repeated { try await Self.rpcz(context) } },
        ProbeVerb(
            "conns", "[--watch] connections, with their calls and what waits to be written",
            switches: [ProbeContext.watchSwitch]
        ) { context in try await context.repeated { try await Self.conns(context) } },
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

    private static func conns(_ context: ProbeContext) async throws {
        let answer = try await AdminClient(context.channel).connections(
            ConnectionsRequest(), options: context.options)
        guard !context.json else {
            for connection in answer.connections { context.output(Self.json(connection)) }
            return
        }
        context.table(
            ["side", "peer", "agent", "state", "age_s", "calls", "queued", "sent"],
            answer.connections.map { connection in
                [
                    connection.side, connection.peer, Logger.visible(connection.agent),
                    connection.state, "\(connection.ageMs / 1000)", "\(connection.openCalls)",
                    "\(connection.queuedBytes)", "\(connection.sentBytes)",
                ]
            })
    }

    private static func json(_ connection: Connection) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("side", connection.side)
            object.member("peer", connection.peer)
            object.member("agent", connection.agent)
            object.member("state", connection.state)
            object.member("age_ms", connection.ageMs)
            object.member("open_calls", connection.openCalls)
            object.member("queued_bytes", connection.queuedBytes)
            object.member("sent_bytes", connection.sentBytes)
        }
        return writer.text
    }
}
