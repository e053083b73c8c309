public import ServiceHost
public import ServiceKit
import TallyAPI

/// The ingest service: repositories, jobs, sources, and the feed of activity.
public struct IngestProgram: ServiceProgram {
    /// `ingest`.
    public static let name = "ingest"
    /// One sentence for `--help`.
    public static let summary =
        "tally-ingest reads what happened in repositories and hands it on, day by day"
    /// The usual RPC port.
    public static let rpcPort: UInt16 = 7101
    /// It owns the schema `ingest`.
    public static let hasSchema = true
    /// Calls that operators make often.
    public static var verbs: [ProbeVerb] { IngestVerbs.all + PlanVerbs.all }
    /// `demo-archive`.
    public static var commands: [ProgramCommand] { [DemoArchive.command] }
    /// Scoring follows; what the operator's probe can order, the operator may.
    public static var callerRules: [CallerRule] {
        [CallerRule(ActivityMethods.follow, [.scoring])]
            + [
                IngestMethods.addRepository, IngestMethods.removeRepository,
                IngestMethods.submitScrape, IngestMethods.cancelJob, IngestMethods.retryJob,
            ].map { CallerRule($0, [.gateway, .operator]) }
    }
    /// The steps of the schema.
    public static var migrations: [SchemaFile] {
        [
            SchemaFile("m0001_initial.sql", PackageResources.m0001_initial_sql),
            SchemaFile("m0002_sources.sql", PackageResources.m0002_sources_sql),
            SchemaFile("m0003_budget.sql", PackageResources.m0003_budget_sql),
            SchemaFile(
                "m0004_tombstones_and_marks.sql", PackageResources.m0004_tombstones_and_marks_sql),
        ]
    }

    /// Orders that wait for the worker at most; it looks by itself every two seconds anyway.
    private static let ordersMax = 1024

    private let sources: SourceSettings
    private let fetches: Int

    /// Reads which sources there are.
    public init(reading reader: inout ConfigurationReader) {
        sources = SourceSettings(reading: &reader)
        fetches = reader.integer(
            "TALLY_FETCHES", default: 2, in: 1...16, "scans of sources at a time")
    }

    /// Answers calls, works on jobs, feeds scoring.
    public func start(_ host: ServiceHandle) async throws -> ServiceParts {
        guard let pool = host.pool, let database = host.database else {
            throw IngestError(.unavailable, "the ingest service needs its database")
        }
        let store = IngestStore(pool: pool, logger: host.logger)
        let made = try sources.make(host.clock, shelf: store, metrics: host.metrics)
        let bigQuery = sources.makeBigQuery(host, store)
        let catalog = SourceCatalog(sources: made.sources + [bigQuery].compactMap { $0 })
        let (notices, news) = (NoticeHub(), Wakeup())
        let orders = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingNewest(Self.ordersMax))
        let handlers = IngestHandlers(
            store: store, catalog: catalog, lookup: made.lookup, clock: host.clock,
            notices: notices, logger: host.logger, bigQuery: bigQuery)
        let worker = ScrapeWorker(
            store: store, sources: catalog.sources,
            configuration: ScrapeWorker.Configuration(owner: host.instance, fetches: fetches),
            logger: host.logger, metrics: host.metrics)
        let listener = NoticeStore(
            database: database, notices: notices, news: news, orders: orders.continuation)
        return ServiceParts(
            register: { router in
                router.register(handlers)
                router.register(ActivityHandlers(store: store, news: news))
            },
            workers: [
                ("notices", { await listener.run() }),
                ("scraper", { await worker.run(orders: orders.stream) }),
                ("bills", { await bigQuery?.keepBooks() }),
            ])
    }
}
