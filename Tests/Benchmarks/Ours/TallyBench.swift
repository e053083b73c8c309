import Glibc
import RPC
import RPCCore
import Sockets
import TallyAPI

/// Ours: what the benchmark compares with the floor and the peer.
///
/// The message of the calls is one of the generated ones, so that its whole codec is measured; on
/// the wire it is the `Payload` of bench.proto.
@main struct TallyBench {
    typealias Payload = HealthCheckRequest

    static let echo = MethodDescriptor(path: "/tally.bench.v1.Bench/Echo", kind: .unary)
    static let repeating = MethodDescriptor(
        path: "/tally.bench.v1.Bench/Repeat", kind: .serverStreaming)

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "count", let count = HourCount(Array(arguments.dropFirst())) {
            return try count.run()
        }
        let group = try EventLoopGroup(threads: 1)
        if arguments == ["serve"] {
            try await Self.serve(group)
        } else if arguments.first == "load", let load = Load(Array(arguments.dropFirst())) {
            try await Self.run(load, group)
        } else {
            print(
                "tally-bench serve | load MODE PORT CONNECTIONS DEPTH SIZE WARMUP SECONDS"
                    + " | count FILE ROUNDS < NUMBERS")
            exit(2)
        }
    }

    private static func serve(_ group: EventLoopGroup) async throws {
        var router = RPCRouter()
        router.unary(Self.echo) { (request: Payload, _) in request }
        router.serverStreaming(Self.repeating) { (request: Payload, writer, _) in
            let writer: RPCWriter<Payload> = writer
            while true { try await writer.send(request) }
        }
        var configuration = ServerConfiguration()
        configuration.connectionsMax = 20_000
        let server = try RPCServer(
            try SocketAddress(parsing: "127.0.0.1:0"), router: router,
            configuration: configuration, group: group)
        say("\(server.localAddress.description.split(separator: ":").last ?? "")")
        // Until the benchmark closes the pipe.
        while readLine() != nil { continue }
        await server.shutdown(grace: .zero)
    }

    private static func run(_ load: Load, _ group: EventLoopGroup) async throws {
        let channels = try (0..<load.connections).map { _ in
            try RPCChannel("127.0.0.1:\(load.port)", group: group)
        }
        let callers = (0..<load.depth).map { _ in Caller() }
        let payload = Payload(service: String(repeating: "x", count: load.size))
        // On the loop, where a handler that calls another service runs as well.
        let loop = group.next()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for (index, caller) in callers.enumerated() {
                let channel = channels[index % channels.count]
                tasks.addTask(executorPreference: loop.tasks) {
                    switch load.mode {
                    case .unary: try await caller.call(channel, payload)
                    case .stream: try await caller.read(channel, payload)
                    }
                }
            }
            let took = try await Self.measure(load, callers)
            try await tasks.waitForAll()
            say(callers.report(took))
        }
        for channel in channels { await channel.close() }
    }

    private static func measure(_ load: Load, _ callers: [Caller]) async throws -> Duration {
        let clock = ContinuousClock()
        try await clock.sleep(for: load.warmup)
        let start = clock.now
        for caller in callers { caller.begin() }
        Self.say("begin")
        try await clock.sleep(for: load.duration)
        for caller in callers { caller.end() }
        return clock.now - start
    }

    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
