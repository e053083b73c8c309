internal import RPC
internal import RPCCore
internal import ServiceKit

/// What the connection itself tells: who answers, how fast, within which limits.
enum ProbeConnection {
    static let all = [
        ProbeVerb(
            "ping", "[-c 5] [-i 1s] who answers, and the time there and back",
            options: ["-c", "-i"]
        ) { try await Self.ping($0) }.exiting { _ in 1 },
        ProbeVerb("limits", "what the service accepts, and what this program does") {
            try await Self.limits($0)
        }.exiting { _ in 1 },
    ]

    private static func ping(_ context: ProbeContext) async throws -> Int32 {
        let count = try context.arguments.integer("-c", default: 5, in: 1...1000)
        let pause = try context.arguments.duration("-i", default: .seconds(1))
        let hello = try await context.channel.serverHello(options: context.options)
        context.note("\(hello.agent) \(hello.instance)")
        var times: [Double] = []
        for number in 1...count {
            if number > 1 { try await Task.sleep(for: pause) }
            let time = try await context.channel.ping(options: context.options)
            times.append(time / .microseconds(1))
            context.note("\(number): \(Int(time / .microseconds(1))) µs")
        }
        self.report(context, hello, times)
        return 0
    }

    private static func report(_ context: ProbeContext, _ hello: Hello, _ times: [Double]) {
        let average = times.reduce(0, +) / Double(times.count)
        let (least, most) = (times.min() ?? 0, times.max() ?? 0)
        guard context.json else {
            return context.output(
                "\(times.count) pings, min/avg/max \(Int(least))/\(Int(average))/\(Int(most)) µs")
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member("peer", context.address)
            object.member("agent", hello.agent)
            object.member("instance", hello.instance)
            object.member("pings", times.count)
            object.object("rtt_us") { rtt in
                rtt.member("min", Int64(least))
                rtt.member("average", Int64(average))
                rtt.member("max", Int64(most))
            }
        }
        context.output(writer.text)
    }

    private static func limits(_ context: ProbeContext) async throws -> Int32 {
        let theirs = try await context.channel.serverHello(options: context.options).limits
        let ours = context.channel.hello.limits
        let rows: [(String, KeyPath<Limits, UInt32>)] = [
            ("max_frame_bytes", \.frameBytesMax), ("max_header_bytes", \.headerBytesMax),
            ("max_message_bytes", \.messageBytesMax), ("max_streams", \.streamsMax),
            ("initial_window_bytes", \.windowBytes),
            ("min_ping_interval_ms", \.pingIntervalMilliseconds),
            ("idle_timeout_ms", \.idleTimeoutMilliseconds),
        ]
        guard context.json else {
            context.table(
                ["limit", "service", "probe"],
                rows.map { [$0.0, "\(theirs[keyPath: $0.1])", "\(ours[keyPath: $0.1])"] })
            return 0
        }
        var writer = JSONWriter()
        writer.object { object in
            for (side, limits) in [("service", theirs), ("probe", ours)] {
                object.object(side) { side in
                    for (name, path) in rows { side.member(name, limits[keyPath: path]) }
                }
            }
        }
        context.output(writer.text)
        return 0
    }
}
