internal import Crypto
internal import HTTPServer
internal import Postgres
internal import RPC
internal import RPCCore
internal import ServiceKit
internal import Sockets
internal import TallyAPI

/// Runs one service from its configuration to its end.
struct Host {
    let program: any ServiceProgram
    let kind: any ServiceProgram.Type
    let settings: HostSettings
    let logger: Logger

    static func clientConfiguration(_ handle: ServiceHandle) -> ClientConfiguration {
        var configuration = ClientConfiguration(hello: handle.hello)
        // Neighbours restart: an operator should not wait for a long pause to pass.
        configuration.backoffMax = .seconds(2)
        configuration.tls = handle.tls.live
        configuration.tlsName = handle.tls.name
        let log = NeighbourLog(logger: handle.logger)
        configuration.connectionEnded = { log.ended($0, $1) }
        configuration.connectFailed = { log.failed($0, $1) }
        configuration.schemaDiffers = { log.speaksOtherwise($0) }
        configuration.meter = handle.clientMeter
        let meter = ClientCallMeter(metrics: handle.metrics)
        configuration.callEnded = { meter.ended($0) }
        return configuration
    }

    /// Serves until a signal or a drain comes.
    ///
    /// - Returns: the exit code.
    func run() async throws -> Int32 {
        let group = try EventLoopGroup(name: self.kind.name)
        let pool = self.settings.database.map { PostgresPool($0) }
        let handle = ServiceHandle(
            name: self.kind.name, group: group, logger: self.logger, metrics: MetricsRegistry(),
            health: HealthBoard(),
            clock: SystemAccess.clock, instance: SystemAccess.instance,
            database: self.settings.database, pool: pool, tls: self.settings.tls,
            history: CallHistory(clock: SystemAccess.clock))
        if self.kind.hasSchema { handle.health.set("database", .notServing("not asked yet")) }
        let parts = try await self.program.start(handle)
        let certificates = self.settings.tls.live.map {
            TLSWatch(
                self.settings.tls.files, $0, clock: handle.clock, logger: self.logger,
                metrics: handle.metrics)
        }
        var hangUp: (@Sendable () -> Void)?
        if let certificates { hangUp = { certificates.reload() } }
        let stop = StopSignal(hangUp: hangUp)
        let (server, admin) = try self.open(handle, parts, stop)
        self.announce(server, admin, parts)
        let workers = Task { await self.work(handle, parts) }
        let looking = Task { await certificates?.run() }
        let grace = await stop.wait() ?? self.settings.grace
        self.logger.info("stopping", ["grace": "\(grace)"])
        handle.health.drain()
        workers.cancel()
        looking.cancel()
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

    /// Opens both ports.
    ///
    /// - Throws: `ConfigurationFaults` naming each that cannot be had; nothing is left open then.
    private func open(
        _ handle: ServiceHandle, _ parts: ServiceParts, _ stop: StopSignal
    ) throws -> (RPCServer, HTTPServer) {
        var ports = PortOpener()
        let box = ServerBox()
        let router = self.router(handle, parts, box, stop)
        let methods = router.methods.map(\.path)
        try self.settings.callLimits.check(methods, of: self.kind.name)
        handle.health.serve(methods)
        let limits = self.settings.callLimits.limits
        let turnstiles = limits.isEmpty ? nil : MethodLimits(limits)
        self.collect(handle, box, turnstiles)
        let server = ports.open("TALLY_RPC_LISTEN", self.settings.rpc) {
            address throws(SocketError) in
            try RPCServer(
                address, router: router,
                configuration: self.configuration(handle, router, turnstiles),
                group: handle.group)
        }
        let admin = ports.open("TALLY_ADMIN_LISTEN", self.settings.admin) {
            address throws(SocketError) in
            try HTTPServer(
                address,
                handler: AdminPages(health: handle.health, metrics: handle.metrics),
                group: handle.group)
        }
        guard let server, let admin else { throw ConfigurationFaults(faults: ports.faults) }
        box.set(server)
        return (server, admin)
    }

    private func router(
        _ handle: ServiceHandle, _ parts: ServiceParts, _ box: ServerBox, _ stop: StopSignal
    ) -> RPCRouter {
        var router = RPCRouter()
        router.register(HealthHandlers(board: handle.health))
        if let pool = handle.pool { router.register(LogsHandlers(pool: pool)) }
        router.register(self.admin(handle, box, stop))
        parts.register(&router)
        return router
    }

    /// What is only read when somebody looks.
    private func collect(
        _ handle: ServiceHandle, _ box: ServerBox, _ turnstiles: MethodLimits?
    ) {
        let process = ProcessMetrics(metrics: handle.metrics, health: handle.health)
        let rpc = RPCMetrics(
            metrics: handle.metrics, serverMeter: handle.serverMeter,
            clientMeter: handle.clientMeter, turnstiles: turnstiles,
            connections: { await box.snapshot() }, channels: { await handle.channels.snapshot() })
        handle.metrics.collector {
            process.collect()
            await rpc.collect()
        }
    }

    private func configuration(
        _ handle: ServiceHandle, _ router: RPCRouter, _ turnstiles: MethodLimits?
    ) -> ServerConfiguration {
        var configuration = ServerConfiguration(hello: handle.hello)
        configuration.meter = handle.serverMeter
        configuration.translate = { Self.translate($0) }
        configuration.interceptors = [
            DefaultDeadline(),
            CallMeter(
                methods: router.methods.map(\.path), metrics: handle.metrics, logger: self.logger),
            handle.history,
            AccessLog(logger: self.logger),
            TraceScope(),
        ]
        let log = ConnectionLog(self.logger)
        self.secure(&configuration, router, log)
        if let turnstiles { configuration.interceptors.append(turnstiles) }
        configuration.connectionClosed = { log.ended($0) }
        return configuration
    }

    private func secure(
        _ configuration: inout ServerConfiguration, _ router: RPCRouter, _ log: ConnectionLog
    ) {
        let tls = self.settings.tls
        guard let live = tls.listening else { return }
        configuration.tls = live
        configuration.interceptors.append(
            CallerRules.allowList(router.methods, self.kind.callerRules, tls.roles))
        configuration.clientRefused = { log.refused($0, $1) }
    }

    private func admin(
        _ handle: ServiceHandle, _ box: ServerBox, _ stop: StopSignal
    ) -> AdminHandlers {
        AdminHandlers(
            service: self.kind.name, instance: handle.instance, started: handle.clock.now(),
            clock: handle.clock, metrics: handle.metrics, history: handle.history,
            load: { await box.load() },
            connections: {
                ConnectionsReport(
                    server: await box.snapshot(), channels: await handle.channels.snapshot())
            }, roles: self.settings.tls.roles, isDraining: { stop.isSet },
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
        let migrator: Migrator
        do {
            let migrations = try SchemaFile.migrations(of: self.kind)
            migrator = try Migrator(migrations, schema: self.kind.name)
        } catch {
            handle.health.set("database", .notServing("\(error)"))
            return self.logger.error("the migrations are wrong", ["error": "\(error)"])
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
