internal import RPC
internal import RPCCore
internal import ServiceKit
internal import TallyAPI

/// What the admin service answers about the process as a whole, and asking it to stop.
enum ProbeAdmin {
    static let all = [
        ProbeVerb(
            "status", "[--watch] version, uptime, load", switches: [ProbeContext.watchSwitch]
        ) { context in try await context.repeated { try await Self.status(context) } },
        ProbeVerb(
            "vars", "[PREFIX] [--watch] counters and gauges", words: 1,
            switches: [ProbeContext.watchSwitch]
        ) { context in try await context.repeated { try await Self.vars(context) } },
        ProbeVerb(
            "drain", "[--grace 30s] asks the service to stop, and waits until it has",
            options: ["--grace"]
        ) { try await Self.drain($0) }.exiting { _ in 1 },
    ]

    private static func status(_ context: ProbeContext) async throws {
        let status = try await AdminClient(context.channel).status(
            StatusRequest(), options: context.options)
        guard context.json else {
            return context.table(
                ["what", "value"],
                [
                    ["service", status.service], ["version", status.version],
                    ["instance", status.instance], ["uptime_s", "\(status.uptimeMs / 1000)"],
                    ["resident_bytes", "\(status.residentBytes)"],
                    ["connections", "\(status.connections)"],
                    ["calls_in_flight", "\(status.callsInFlight)"],
                    ["draining", "\(status.draining)"],
                ])
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member("service", status.service)
            object.member("version", status.version)
            object.member("instance", status.instance)
            object.member("uptime_ms", status.uptimeMs)
            object.member("resident_bytes", status.residentBytes)
            object.member("connections", status.connections)
            object.member("calls_in_flight", status.callsInFlight)
            object.member("draining", status.draining)
        }
        context.output(writer.text)
    }

    private static func vars(_ context: ProbeContext) async throws {
        let prefix = context.arguments.words.first ?? ""
        let answer = try await AdminClient(context.channel).vars(
            VarsRequest(prefix: prefix), options: context.options)
        for item in answer.vars {
            guard context.json else {
                context.output("\(item.name)\(item.labels) \(item.value)")
                continue
            }
            var writer = JSONWriter()
            writer.object { object in
                object.member("name", item.name)
                object.member("labels", item.labels)
                object.member("value", item.value)
            }
            context.output(writer.text)
        }
    }

    // MARK: Drain

    /// Between two looks at a service that drains.
    private static let pause = Duration.milliseconds(100)
    /// What a process may take beyond its grace: its last words, and its pool.
    private static let slack = Duration.seconds(2)
    private static let gracePassed: Int32 = 4

    private static func drain(_ context: ProbeContext) async throws -> Int32 {
        let grace = try context.arguments.duration("--grace", default: .seconds(30))
        let milliseconds = UInt32(clamping: Int64(grace / .milliseconds(1)))
        let admin = AdminClient(context.channel)
        let instance = try await admin.status(StatusRequest(), options: context.options).instance
        let answer = try await admin.drain(
            DrainRequest(graceMs: milliseconds), options: context.options)
        context.note("draining; \(answer.callsInFlight) calls in flight")
        guard let process = Self.process(of: instance, on: SystemAccess.hostName) else {
            return try await self.wait(
                context, grace, "\(context.address) still takes connections",
                then: "takes no connections any more; its process is on another machine"
            ) { try await Self.isAway(instance, context.options, context.anotherChannel) }
        }
        return try await self.wait(
            context, grace, "process \(process) still runs", then: "stopped"
        ) { !SystemAccess.isAlive(process) }
    }

    /// Looks again and again until the service has ended or its grace has passed.
    private static func wait(
        _ context: ProbeContext, _ grace: Duration, _ state: String, then words: String,
        _ hasEnded: () async throws -> Bool
    ) async throws -> Int32 {
        let start = ContinuousClock.now
        var told = 0
        while try await !hasEnded() {
            let waited = ContinuousClock.now - start
            if waited > grace + self.slack {
                let words = "the grace has passed, and \(state)"
                context.report(
                    RPCError(.deadlineExceeded, words, reason: "GRACE"), words: words)
                return self.gracePassed
            }
            if Int(waited / .seconds(1)) > told {
                told += 1
                context.note("draining for \(told) s")
            }
            try await Task.sleep(for: self.pause)
        }
        context.note(words)
        return 0
    }

    /// The process in `host:pid:start`; nil when it is on another machine, where the number is
    /// somebody else's here.
    static func process(of instance: String, on host: String) -> Int32? {
        let parts = instance.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return nil }
        let named = parts.dropLast(2).joined(separator: ":")
        return named == host ? Int32(parts[parts.count - 2]) : nil
    }

    /// Whether nobody takes connections any more where a process did, or another one does.
    ///
    /// - Throws: what a new connection meets that is no refusal.
    static func isAway(
        _ instance: String, _ options: CallOptions, _ open: () throws -> RPCChannel
    ) async throws -> Bool {
        // A channel that is open stays so while its calls run: only a new one tells.
        let channel = try open()
        let isAway: Bool
        do throws(RPCError) {
            // Who does not introduce itself may be the one that was asked.
            let other = try await channel.serverHello(options: options).instance
            isAway = !other.isEmpty && other != instance
        } catch {
            await channel.close()
            guard ProbeHealth.isAway(error) else { throw error }
            return true
        }
        await channel.close()
        return isAway
    }
}
