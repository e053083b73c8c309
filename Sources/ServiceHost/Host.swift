internal import HTTPServer
internal import Postgres
internal import RPC
internal import RPCCore
internal import ServiceKit
internal import Sockets
private import Synchronization
internal import TallyAPI

/// Runs one service from its configuration to its end.
struct Host {
    let program: any ServiceProgram
    let kind: any ServiceProgram.Type
    let settings: HostSettings
    let logger: Logger

    static func clientConfiguration(_ handle: ServiceHandle) -> ClientConfiguration {
        var configuration = ClientConfiguration()
        configuration.hello.instance = handle.instance
        // Neighbours restart: an operator should not wait for a long pause to pass.
        configuration.backoffMax = .seconds(2)
        return configuration
    }

    /// Serves until a signal or a drain comes.
    ///
    /// - Returns: the exit code.
    func run() async throws -> Int32 {
        let group = try EventLoopGroup(name: self.kind.name)
        let pool = self.settings.database.map { PostgresPool($0) }
        let handle = ServiceHandle(
            group: group, logger: self.logger, metrics: MetricsRegistry(), health: HealthBoard(),
            clock: SystemAccess.clock, instance: SystemAccess.instance,
            database: self.settings.database, pool: pool)
        if self.kind.hasSchema { handle.health.set("database", .notServing("not asked yet")) }
        let parts = try await self.program.start(handle)
        let stop = StopSignal()
        let server = try self.serve(handle, parts, stop)
        let admin = try HTTPServer(
            self.settings.admin,
            handler: AdminPages(health: handle.health, metrics: handle.metrics), group: group)
        self.announce(server, admin, parts)
        let workers = Task { await self.work(handle, parts) }
        let grace = await stop.wait() ?? self.settings.grace
        self.logger.info("stopping", ["grace": "\(grace)"])
        handle.health.drain()
        workers.cancel()
        await parts.http?.shutdown(grace: grace)
        await server.shutdown(grace: grace)
        await self.bounded(by: grace) { await workers.value }
        await admin.shutdown(grace: .zero)
        pool?.close()
        self.logger.info("stopped")
        return 0
    }

    private func bounded(by limit: Duration, _ body: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await body() }
            tasks.addTask { _ = try? await Task.sleep(for: limit) }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    private func serve(
        _ handle: ServiceHandle, _ parts: ServiceParts, _ stop: StopSignal
    ) throws -> RPCServer {
        var configuration = ServerConfiguration(
            hello: Hello(
                agent: "\(self.kind.name)/\(Version.text) tally-rpc/0.1", instance: handle.instance))
        configuration.translate = { Self.translate($0) }
        configuration.observe = { [logger, metrics = handle.metrics] call in
            Self.note(call, metrics, logger)
        }
        configuration.connectionClosed = { [logger] peer, reason in
            logger.debug("connection closed", ["peer": peer, "reason": reason])
        }
        let box = ServerBox()
        var router = RPCRouter()
        router.register(HealthHandlers(board: handle.health))
        if let pool = handle.pool { router.register(LogsHandlers(pool: pool)) }
        router.register(self.admin(handle, box, stop))
        parts.register(&router)
        let server = try RPCServer(
            self.settings.rpc, router: router, configuration: configuration, group: handle.group)
        box.set(server)
        return server
    }

    private func admin(
        _ handle: ServiceHandle, _ box: ServerBox, _ stop: StopSignal
    ) -> AdminHandlers {
        AdminHandlers(
            service: self.kind.name, instance: handle.instance, started: handle.clock.now(),
            clock: handle.clock, metrics: handle.metrics,
            load: { await box.load() }, isDraining: { stop.isSet },
            drain: { stop.set(grace: $0 > .zero ? $0 : nil) })
    }

    /// Errors of the database say whether waiting may help, and nothing else.
    static func translate(_ error: any Error) -> RPCError? {
        guard let error = error as? PostgresError else { return nil }
        if error.isUnavailable || error.isRetryable {
            return RPCError(
                .unavailable, "the database is away or busy", reason: "DATABASE_UNAVAILABLE",
                retryAfter: .seconds(1))
        }
        return RPCError(.internalError, "the service failed; its log says why")
    }

    private static func note(
        _ call: FinishedCall, _ metrics: MetricsRegistry, _ logger: Logger
    ) {
        let labels = [("rpc_method", call.method), ("rpc_response_status_code", call.code.name)]
        metrics.observe(
            "rpc_server_call_duration_seconds", help: "Time from request to status.",
            labels: labels, call.duration)
        if let text = call.internalError {
            logger.error("a call failed", ["method": call.method, "error": text])
        }
    }

    private func announce(_ server: RPCServer, _ admin: HTTPServer, _ parts: ServiceParts) {
        var writer = JSONWriter()
        writer.object { object in
            object.member("pid", SystemAccess.processID)
            object.member("rpc", "\(server.localAddress)")
            object.member("admin", "\(admin.localAddress)")
            if let http = parts.http { object.member("http", "\(http.localAddress)") }
        }
        if let path = self.settings.addressFile,
            !SystemAccess.replace(path, with: writer.text + "\n")
        {
            self.logger.warning("the address file could not be written")
        }
        self.logger.info(
            "listening",
            ["rpc": "\(server.localAddress)", "admin": "\(admin.localAddress)"])
    }

    /// Waits for the database, then runs the workers until the task is cancelled.
    private func work(_ handle: ServiceHandle, _ parts: ServiceParts) async {
        if let pool = handle.pool { await self.waitForDatabase(handle, pool) }
        await withTaskGroup(of: Void.self) { tasks in
            for worker in parts.workers { tasks.addTask { await worker.run() } }
            if let pool = handle.pool {
                tasks.addTask { await DatabaseWatch(pool: pool, handle: handle).run() }
            }
            for await _ in tasks {}
        }
    }

    private func waitForDatabase(_ handle: ServiceHandle, _ pool: PostgresPool) async {
        guard let migrator = try? Migrator(SchemaFile.migrations(of: self.kind), schema: self.kind.name) else {
            return
        }
        while !Task.isCancelled {
            let problem = await DatabaseWatch.problem(pool, migrator)
            guard let problem else { return handle.health.set("database", .serving) }
            if handle.health.state(of: "database") != .notServing(problem) {
                handle.logger.warning("waiting for the database", ["reason": problem])
            }
            handle.health.set("database", .notServing(problem))
            _ = try? await Task.sleep(for: .milliseconds(500))
        }
    }
}

/// Looks after the database while the service runs: health, and old log lines.
struct DatabaseWatch: Sendable {
    let pool: PostgresPool
    let handle: ServiceHandle

    private static let interval = Duration.seconds(5)
    /// Looks between two prunings: an hour.
    private static let pruneEvery = 720

    static func problem(_ pool: PostgresPool, _ migrator: Migrator) async -> String? {
        do {
            return try await pool.withConnection(deadline: .seconds(5)) { migrator.pending(in: $0) }
        } catch {
            return "the database does not answer"
        }
    }

    func run() async {
        var turn = 0
        while !Task.isCancelled {
            _ = try? await Task.sleep(for: Self.interval)
            turn += 1
            do {
                let prunes = turn % Self.pruneEvery == 0
                try await self.pool.withConnection(deadline: .seconds(30)) { connection in
                    if prunes { try LogStore.prune(in: connection) }
                    try connection.query("select 1")
                }
                self.handle.health.set("database", .serving)
            } catch {
                self.handle.health.set("database", .notServing("the database does not answer"))
            }
        }
    }
}

/// Asked once to stop, by a signal or a call; a second signal ends the process.
final class StopSignal: Sendable {
    private let state = Mutex<(isSet: Bool, grace: Duration?)>((false, nil))
    private let wakeup = Wakeup()

    init() {
        Signals.onSignal { [weak self] in
            guard let self, !self.isSet else { SystemAccess.end(1) }
            self.set(grace: nil)
        }
    }

    var isSet: Bool { self.state.withLock { $0.isSet } }

    func set(grace: Duration?) {
        self.state.withLock { $0 = (true, grace) }
        self.wakeup.signal()
    }

    func wait() async -> Duration? {
        while !self.isSet { await self.wakeup.wait(beyond: 0, upTo: .seconds(3600)) }
        return self.state.withLock { $0.grace }
    }
}

/// The server, for handlers that are made before it.
private final class ServerBox: Sendable {
    private let server = Mutex<RPCServer?>(nil)

    func set(_ server: RPCServer) { self.server.withLock { $0 = server } }

    func load() async -> (connections: Int, calls: Int) {
        guard let server = self.server.withLock({ $0 }) else { return (0, 0) }
        return (server.connections, await server.callsInFlight)
    }
}
