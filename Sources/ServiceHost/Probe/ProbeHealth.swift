internal import RPC
internal import RPCCore
internal import ServiceKit
internal import TallyAPI

/// Asks a service how it is: once, until it serves, or for as long as somebody looks.
///
/// Exit codes: 0 SERVING, 1 wrong arguments, 2 no connection, 3 the call failed, 4 not SERVING.
enum ProbeHealth {
    static let all = [
        ProbeVerb(
            "health", "[PART] [--connect-timeout 1s] [--rpc-timeout 1s] [--quiet]", words: 1,
            options: ["--rpc-timeout"]
        ) { try await Self.health($0) }.exiting(Self.code),
        ProbeVerb(
            "ready", "[--wait 30s] waits until the service is SERVING", options: ["--wait"]
        ) { try await Self.ready($0) }.exiting(Self.code),
        ProbeVerb(
            "watch", "[PART] [--until SERVING] [--max-time 5s] a line for each change of health",
            words: 1, options: ["--until"]
        ) { try await Self.watch($0) }.exiting(Self.code),
    ]

    private static let notServing: Int32 = 4

    static func name(_ status: HealthCheckResponse.ServingStatus) -> String {
        switch status {
        case .serving: "SERVING"
        case .notServing: "NOT_SERVING"
        case .serviceUnknown: "SERVICE_UNKNOWN"
        case _: "UNKNOWN"
        }
    }

    /// Whether an error says that there was no connection.
    static func isAway(_ error: RPCError) -> Bool {
        error.code == .unavailable || error.facts["phase"] == "connecting"
    }

    /// The exit code of an error: 2 when there was no connection, else 3.
    @Sendable private static func code(of error: RPCError) -> Int32 {
        self.isAway(error) ? 2 : 3
    }

    private static func part(_ context: ProbeContext) -> String {
        context.arguments.words.first ?? ""
    }

    private static func show(_ response: HealthCheckResponse, _ context: ProbeContext) {
        let name = Self.name(response.status)
        guard !context.json else {
            var writer = JSONWriter()
            writer.object { object in
                object.member("status", name)
                object.member("reason", response.reason)
            }
            return context.output(writer.text)
        }
        context.output("status: \(name)")
        if !response.reason.isEmpty { context.say(Logger.visible(response.reason)) }
    }

    private static func health(_ context: ProbeContext) async throws -> Int32 {
        let part = self.part(context)
        let timeout = try context.arguments.duration("--rpc-timeout", default: .seconds(1))
        let isQuiet = context.arguments.has("--quiet")
        do throws(RPCError) {
            let response = try await HealthClient(context.channel).check(
                HealthCheckRequest(service: part), options: CallOptions(timeout: timeout))
            if !isQuiet { self.show(response, context) }
            return response.status == .serving ? 0 : self.notServing
        } catch {
            guard isQuiet else { throw error }
            return self.code(of: error)
        }
    }

    /// Between two looks while a service is not ready.
    private static let pause = Duration.milliseconds(100)

    private static func ready(_ context: ProbeContext) async throws -> Int32 {
        let limit = try context.arguments.duration("--wait", default: .seconds(30))
        let deadline = ContinuousClock.now.advanced(by: limit)
        while true {
            let look = await self.look(context)
            if case .success(let response) = look, response.status == .serving {
                self.show(response, context)
                return 0
            }
            guard ContinuousClock.now < deadline else { return try self.notReady(look, context) }
            try await Task.sleep(for: self.pause)
        }
    }

    private static func look(
        _ context: ProbeContext
    ) async -> Result<HealthCheckResponse, RPCError> {
        do throws(RPCError) {
            return .success(
                try await HealthClient(context.channel).check(
                    HealthCheckRequest(), options: CallOptions(timeout: .seconds(1))))
        } catch { return .failure(error) }
    }

    /// The time to wait is over; what the last look showed says why.
    ///
    /// - Throws: the error of the last look when nobody answered.
    private static func notReady(
        _ look: Result<HealthCheckResponse, RPCError>, _ context: ProbeContext
    ) throws(RPCError) -> Int32 {
        let response = try look.get()
        let words = "not ready: \(response.reason)"
        context.report(
            RPCError(.unavailable, words, reason: self.name(response.status)), words: words)
        return self.notServing
    }

    private static func watch(_ context: ProbeContext) async throws -> Int32 {
        let request = HealthCheckRequest(service: self.part(context))
        let wanted = context.arguments.value("--until")?.uppercased()
        let known = ["SERVING", "NOT_SERVING", "SERVICE_UNKNOWN", "UNKNOWN"]
        if let wanted, !known.contains(wanted) {
            throw UsageError("--until wants one of \(known.joined(separator: ", "))")
        }
        let limit = context.arguments.value("--max-time") == nil ? nil : context.options.timeout
        let seen = Seen()
        do {
            return try await HealthClient(context.channel).watch(
                request, options: CallOptions(timeout: limit)
            ) { reader in
                while let response = try await reader.next() {
                    self.show(response, context)
                    seen.set(self.name(response.status))
                    if seen.name == wanted { return 0 }
                }
                return seen.name == "SERVING" ? 0 : self.notServing
            }
        } catch let error as RPCError where error.code == .deadlineExceeded && seen.name != nil {
            // The time that was asked for is over; nothing failed.
            return wanted == nil && seen.name == "SERVING" ? 0 : self.notServing
        }
    }
}
