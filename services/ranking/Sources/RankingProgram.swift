import RPC
public import ServiceHost
public import ServiceKit
import TallyAPI

/// The ranking service: scores in, boards out.
public struct RankingProgram: ServiceProgram {
    /// `ranking`.
    public static let name = "ranking"
    /// One sentence for `--help`.
    public static let summary = "tally-ranking publishes boards from scores, a generation at a time"
    /// The usual RPC port.
    public static let rpcPort: UInt16 = 7103
    /// It owns the schema `ranking`.
    public static let hasSchema = true

    private let scoring: String

    /// The steps of the schema.
    public static var migrations: [SchemaFile] {
        [
            SchemaFile("m0001_initial.sql", PackageResources.m0001_initial_sql),
            SchemaFile("m0002_entries.sql", PackageResources.m0002_entries_sql),
            SchemaFile("m0003_proof.sql", PackageResources.m0003_proof_sql),
            SchemaFile("m0004_ended.sql", PackageResources.m0004_ended_sql),
            SchemaFile("m0005_lean_entries.sql", PackageResources.m0005_lean_entries_sql),
            SchemaFile("m0006_one_key.sql", PackageResources.m0006_one_key_sql),
        ]
    }

    /// Reads where scoring is.
    public init(reading reader: inout ConfigurationReader) {
        self.scoring = reader.string(
            "TALLY_SCORING_ADDR", default: "127.0.0.1:7102", "where scoring is; a list is balanced")
    }

    /// Follows scoring, publishes boards, answers the gateway.
    public func start(_ host: ServiceHandle) async throws -> ServiceParts {
        guard let pool = host.pool, let database = host.database else {
            preconditionFailure("ranking owns a schema")
        }
        let store = RankingStore(pool: pool)
        let (applied, published) = (Wakeup(), Wakeup())
        let channel = try host.channel(to: "scoring", at: self.scoring)
        let scores = ScoresClient(channel)
        let comparison = FeedComparison(
            with: "scoring", promise: "every board is what scoring's scores come to",
            subject: "boards", moved: published,
            ask: { options in
                try await scores.holdings(HoldingsRequest(), options: options) {
                    try await FeedHoldings(reading: $0)
                }
            }, read: { try await store.boards(at: $0, within: $1) })
        let ranges = RangeBoards(store: store, scoring: ScoringClient(channel))
        let follower = FeedFollower(
            role: "ranking", upstream: "scoring", sink: ScoreSink(store: store, applied: applied),
            handle: host, lock: LeaderLock(database, name: "ranking follows scoring"),
            marksMoved: published
        ) { body in
            try await scores.follow(options: .init(timeout: nil)) { writer, reader in
                try await body(writer, reader)
            }
        }
        let publisher = PublishWorker(
            store: RankingStore(ownConnectionTo: database), host: host, applied: applied,
            published: published)
        return ServiceParts(
            register: { router in
                router.register(
                    RankingHandlers(
                        store: store, ranges: ranges, published: published, scores: comparison))
            },
            workers: [
                ("follower", { await follower.run() }), ("publisher", { await publisher.run() }),
            ])
    }
}
