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

    /// Between two looks at a process that drains.
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
        // A drain is taken from this machine alone, so the process can be looked at.
        guard let process = Self.process(of: instance) else { return 0 }
        let start = ContinuousClock.now
        var told = 0
        while SystemAccess.isAlive(process) {
            let waited = ContinuousClock.now - start
            if waited > grace + self.slack {
                let words = "the grace has passed, and process \(process) still runs"
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
        context.note("stopped")
        return 0
    }

    /// The process in `host:pid:start`.
    private static func process(of instance: String) -> Int32? {
        let parts = instance.split(separator: ":")
        return parts.count >= 3 ? Int32(parts[parts.count - 2]) : nil
    }
}
