public import ServiceHost
public import ServiceKit
import RPC
import TallyAPI

/// The scoring service: counters in, scores out.
public struct ScoringProgram: ServiceProgram {
    /// `scoring`.
    public static let name = "scoring"
    /// One sentence for `--help`.
    public static let summary = "tally-scoring turns counters into scores and explains them"
    /// The usual RPC port.
    public static let rpcPort: UInt16 = 7102
    /// It owns the schema `scoring`.
    public static let hasSchema = true

    /// Ranking follows.
    public static var callerRules: [CallerRule] { [CallerRule(ScoresMethods.follow, [.ranking])] }

    private let ingest: String

    /// The steps of the schema.
    public static var migrations: [SchemaFile] {
        [
            SchemaFile("m0001_initial.sql", PackageResources.m0001_initial_sql),
            SchemaFile(
                "m0002_people_and_formulas.sql", PackageResources.m0002_people_and_formulas_sql),
            SchemaFile("m0003_marks.sql", PackageResources.m0003_marks_sql),
            SchemaFile("m0004_one_key.sql", PackageResources.m0004_one_key_sql),
        ]
    }

    /// Reads where ingest is.
    public init(reading reader: inout ConfigurationReader) {
        self.ingest = reader.string(
            "TALLY_INGEST_ADDR", default: "127.0.0.1:7101", "where ingest is; a list is balanced")
    }

    /// Follows ingest, answers ranking and the gateway, rolls the windows over.
    public func start(_ host: ServiceHandle) async throws -> ServiceParts {
        guard let pool = host.pool, let database = host.database else {
            preconditionFailure("scoring owns a schema")
        }
        let store = ScoringStore(pool: pool)
        let (news, published, orders) = (Wakeup(), Wakeup(), Wakeup())
        let activity = ActivityClient(try host.channel(to: "ingest", at: self.ingest))
        let follower = FeedFollower(
            role: "scoring", upstream: "ingest", sink: ActivitySink(store: store, news: news),
            handle: host, lock: LeaderLock(database, name: "scoring follows ingest"),
            marksMoved: published
        ) { body in
            try await activity.follow(options: .init(timeout: nil)) { writer, reader in
                try await body(writer, reader)
            }
        }
        let days = FeedComparison(
            with: "ingest", promise: "every counter is that of ingest's days", subject: "counters",
            moved: news,
            ask: { options in
                try await activity.holdings(HoldingsRequest(), options: options) {
                    try await FeedHoldings(reading: $0)
                }
            }, read: { try await store.days(at: $0, within: $1) })
        let source = ScoreSource(store: store, published: published)
        let server = FeedServer(source, followers: ["ranking"], news: news)
        return ServiceParts(
            register: { router in
                router.register(
                    ScoringHandlers(store: store, news: news, orders: orders, days: days))
                router.register(ScoresHandlers(server: server, store: store))
            },
            workers: [
                ("follower", { await follower.run() }),
                ("windows", { await WindowWorker(store: store, host: host, news: news).run() }),
                (
                    "formulas",
                    {
                        await FormulaWorker(
                            store: store, host: host, orders: orders, news: news
                        ).run()
                    }
                ),
            ])
    }
}
