internal import RPC
internal import RPCCore
internal import ServiceKit
internal import TallyAPI

/// The commands that every service's probe has.
enum ProbeCommands {
    static let all = [
        ProbeVerb("list", "the methods of the services") { context in
            let paths = SchemaTable.all.services.flatMap(\.methods).map(\.path).sorted()
            context.output(paths.joined(separator: "\n"))
            return 0
        },
        ProbeVerb("describe", "[SYMBOL] a service, method or message as proto text") {
            try ProbeDescribe.run($0)
        },
        ProbeVerb("call", "METHOD [-d JSON|@FILE|@] [-H 'k: v'] [--max-time 5s] [--emit-defaults]")
        {
            try await ProbeCall.run($0)
        },
        ProbeVerb("health", "[PART] [--connect-timeout 1s] [--rpc-timeout 1s] [--quiet]") {
            try await Self.health($0)
        },
        ProbeVerb("ready", "[--wait 30s] waits until the service is SERVING") {
            try await Self.ready($0)
        },
        ProbeVerb("watch", "[PART] a line for each change of health") { try await Self.watch($0) },
        ProbeVerb("ping", "[-c 5] [-i 1s] round trips") { try await Self.ping($0) },
        ProbeVerb("limits", "what the service accepts") { try await Self.limits($0) },
        ProbeVerb("status", "version, uptime, load") { try await Self.status($0) },
        ProbeVerb("vars", "[PREFIX] counters and gauges") { try await Self.vars($0) },
        ProbeVerb("drain", "[--grace 30s] asks the service to stop") { try await Self.drain($0) },
        ProbeVerb("logs", "[--follow] [--since SEQ] [--job ID] the durable log lines") {
            try await ProbeLogs.run($0)
        },
    ]

    private static func name(_ status: HealthCheckResponse.ServingStatus) -> String {
        switch status {
        case .serving: "SERVING"
        case .notServing: "NOT_SERVING"
        case .serviceUnknown: "SERVICE_UNKNOWN"
        case _: "UNKNOWN"
        }
    }

    private static func health(_ context: ProbeContext) async throws -> Int32 {
        guard context.arguments.words.count <= 1 else { throw UsageError("one PART at most") }
        let timeout = try context.arguments.duration("--rpc-timeout", default: .seconds(1))
        let part = context.arguments.words.first ?? ""
        let isQuiet = context.arguments.has("--quiet")
        do throws(RPCError) {
            let response = try await HealthClient(context.channel).check(
                HealthCheckRequest(service: part), options: CallOptions(timeout: timeout))
            if !isQuiet { context.output("status: \(Self.name(response.status))") }
            if !response.reason.isEmpty && !isQuiet { context.say(Logger.visible(response.reason)) }
            return response.status == .serving ? 0 : 4
        } catch {
            if !isQuiet { context.say(Logger.visible("\(error)")) }
            let isAway = error.code == .unavailable || error.facts["phase"] == "connecting"
            return isAway ? 2 : 3
        }
    }

    private static func ready(_ context: ProbeContext) async throws -> Int32 {
        let limit = try context.arguments.duration("--wait", default: .seconds(30))
        let deadline = ContinuousClock.now.advanced(by: limit)
        var last = "no connection"
        while ContinuousClock.now < deadline {
            do throws(RPCError) {
                let response = try await HealthClient(context.channel).check(
                    HealthCheckRequest(), options: CallOptions(timeout: .seconds(1)))
                if response.status == .serving {
                    context.output("status: SERVING")
                    return 0
                }
                last = response.reason
            } catch {
                last = error.message
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        context.say("not ready: \(Logger.visible(last))")
        return 4
    }

    private static func watch(_ context: ProbeContext) async throws -> Int32 {
        let request = HealthCheckRequest(service: context.arguments.words.first ?? "")
        try await HealthClient(context.channel).watch(request, options: CallOptions(timeout: nil)) {
            reader in
            while let response = try await reader.next() {
                context.output("\(Self.name(response.status)) \(Logger.visible(response.reason))")
            }
        }
        return 0
    }

    private static func ping(_ context: ProbeContext) async throws -> Int32 {
        let count = try context.arguments.integer("-c", default: 1, in: 1...1000)
        let pause = try context.arguments.duration("-i", default: .milliseconds(200))
        let hello = try await context.channel.serverHello(options: context.options)
        context.say("\(hello.agent) \(hello.instance)")
        var times: [Double] = []
        for number in 1...count {
            if number > 1 { try await Task.sleep(for: pause) }
            let (seconds, rest) = try await context.channel.ping(options: context.options)
                .components
            times.append(Double(seconds) * 1e6 + Double(rest) / 1e12)
        }
        let average = times.reduce(0, +) / Double(times.count)
        let parts = [times.min() ?? 0, average, times.max() ?? 0].map { "\(Int($0))" }
        context.output("\(count) pings, min/avg/max \(parts.joined(separator: "/")) µs")
        return 0
    }

    private static func limits(_ context: ProbeContext) async throws -> Int32 {
        let limits = try await context.channel.serverHello(options: context.options).limits
        context.table(
            ["limit", "value"],
            [
                ["max_frame_bytes", "\(limits.frameBytesMax)"],
                ["max_header_bytes", "\(limits.headerBytesMax)"],
                ["max_message_bytes", "\(limits.messageBytesMax)"],
                ["max_streams", "\(limits.streamsMax)"],
                ["initial_window_bytes", "\(limits.windowBytes)"],
            ])
        return 0
    }

    private static func status(_ context: ProbeContext) async throws -> Int32 {
        let status = try await AdminClient(context.channel).status(
            StatusRequest(), options: context.options)
        context.table(
            ["what", "value"],
            [
                ["service", status.service], ["version", status.version],
                ["instance", status.instance], ["uptime_s", "\(status.uptimeMs / 1000)"],
                ["resident_bytes", "\(status.residentBytes)"],
                ["connections", "\(status.connections)"],
                ["calls_in_flight", "\(status.callsInFlight)"], ["draining", "\(status.draining)"],
            ])
        return 0
    }

    private static func vars(_ context: ProbeContext) async throws -> Int32 {
        let prefix = context.arguments.words.first ?? ""
        let vars = try await AdminClient(context.channel).vars(
            VarsRequest(prefix: prefix), options: context.options)
        for item in vars.vars { context.output("\(item.name)\(item.labels) \(item.value)") }
        return 0
    }

    private static func drain(_ context: ProbeContext) async throws -> Int32 {
        let grace = try context.arguments.duration("--grace", default: .seconds(30))
        let milliseconds = UInt32(clamping: grace.components.seconds * 1000)
        let answer = try await AdminClient(context.channel).drain(
            DrainRequest(graceMs: milliseconds), options: context.options)
        context.say("draining; \(answer.callsInFlight) calls in flight")
        return 0
    }
}
