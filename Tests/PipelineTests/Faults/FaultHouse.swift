import Postgres
import RPC
import ServiceHost
import ServiceKit
import TallyAPI
import TestKit

@testable import Ingest
@testable import Ranking
@testable import Scoring

/// The three services' stores in one database whose clock stands still, each behind a proxy.
struct FaultHouse {
    /// A service's way to its schema; built again when the service "crashes".
    struct Way {
        let name: String
        let proxy: PostgresProxy
        private(set) var pool: PostgresPool

        init(_ name: String, _ database: PostgresConfiguration, _ gate: FaultGate) throws {
            var own = database
            own.schema = DatabaseClock.path(name)
            self.name = name
            self.proxy = try PostgresProxy(to: own)
            self.proxy.onExchange { gate.decide(name, $0) }
            self.pool = PostgresPool(self.proxy.database)
        }

        /// Connections are lost with everything else that was in memory.
        mutating func restart() {
            self.pool.close()
            self.pool = PostgresPool(self.proxy.database)
        }

        func close() {
            self.pool.close()
            self.proxy.stop()
        }
    }

    let gate: FaultGate
    let clock: DatabaseClock
    /// Past the proxies, for looking on.
    let watcher: PostgresPool
    private(set) var ways: [String: Way] = [:]
    private(set) var activity: FeedLink<ActivitySink, SmallActivityFeed>
    private(set) var scores: FeedLink<ScoreSink, SmallScoreFeed>

    private static let names = ["ingest", "scoring", "ranking"]
    /// Some pushes before midnight.
    static let startOfTime = "2026-03-10 23:57:30Z"

    /// Migrated once a process; houses follow each other in it.
    private static let slate = Result { () throws -> CleanSlate in
        var database = try TestCluster.database()
        try DatabaseClock.install(in: database, at: Self.startOfTime)
        let files = [
            IngestProgram.migrations, ScoringProgram.migrations, RankingProgram.migrations,
        ]
        for (name, files) in zip(Self.names, files) {
            database.schema = DatabaseClock.path(name)
            try PostgresConnection(database).execute("create schema \(name)")
            let steps = try files.map { try Migration(file: $0.name, sql: $0.text) }
            _ = try Migrator(steps, schema: name).migrate(database)
        }
        return try CleanSlate(database, schemas: Self.names + [DatabaseClock.schema])
    }

    init(_ gate: FaultGate) throws {
        self.gate = gate
        let slate = try Self.slate.get()
        try slate.wipe()
        var database = slate.database
        for name in Self.names { self.ways[name] = try Way(name, database, gate) }
        self.clock = try DatabaseClock(database)
        database.schema = DatabaseClock.path("ranking,scoring,ingest")
        database.poolSize = 1
        self.watcher = PostgresPool(database)
        (self.activity, self.scores) = Self.links(self.ways)
    }

    func close() {
        for way in self.ways.values { way.close() }
        self.watcher.close()
    }

    private static func pool(_ name: String, _ ways: [String: Way]) -> PostgresPool {
        guard let way = ways[name] else { preconditionFailure("no service \(name)") }
        return way.pool
    }

    private static func links(
        _ ways: [String: Way]
    ) -> (FeedLink<ActivitySink, SmallActivityFeed>, FeedLink<ScoreSink, SmallScoreFeed>) {
        let scoring = ScoringStore(pool: self.pool("scoring", ways))
        let ingest = IngestStore(pool: self.pool("ingest", ways), logger: .silent)
        let ranking = RankingStore(pool: self.pool("ranking", ways))
        return (
            FeedLink(
                "scoring", ActivitySink(store: scoring, news: Wakeup()),
                SmallActivityFeed(whole: ActivityFeed(store: ingest))),
            FeedLink(
                "ranking", ScoreSink(store: ranking, applied: Wakeup()),
                SmallScoreFeed(whole: ScoreSource(store: scoring, published: Wakeup())))
        )
    }

    var ingest: IngestStore {
        IngestStore(pool: Self.pool("ingest", self.ways), logger: .silent)
    }
    var scoring: ScoringStore { ScoringStore(pool: Self.pool("scoring", self.ways)) }
    var ranking: RankingStore { RankingStore(pool: Self.pool("ranking", self.ways)) }

    /// Transactions that a service's server has committed.
    func commits(of service: String) -> Int { self.ways[service]?.proxy.commits ?? 0 }

    /// A service dies and comes back: its streams end, at both of their ends.
    mutating func crash(_ service: String) {
        self.ways[service]?.restart()
        (self.activity, self.scores) = Self.links(self.ways)
    }

    mutating func withActivity<T>(
        _ body: (inout FeedLink<ActivitySink, SmallActivityFeed>) async throws -> T
    ) async throws -> T { try await body(&self.activity) }

    mutating func withScores<T>(
        _ body: (inout FeedLink<ScoreSink, SmallScoreFeed>) async throws -> T
    ) async throws -> T { try await body(&self.scores) }

    /// Everything that the three say of themselves and that does not hold.
    func broken() async throws -> [String] {
        let findings =
            try await self.ingest.findings() + self.scoring.findings() + self.ranking.findings()
            + self.comparisons()
        return findings.flatMap { finding in
            let words = finding.violations + [finding.notCompared].filter { !$0.isEmpty }
            return words.map { "\(finding.invariant) \($0)" }
        }
    }

    /// Each service's side of a feed against the other's, where both have come to its end.
    private func comparisons() async throws -> [Finding] {
        let (ingest, scoring, ranking) = (self.ingest, self.scoring, self.ranking)
        let sides = [
            FeedComparison(
                with: "ingest", promise: "days", subject: "counters", moved: Wakeup(),
                ask: { _ in try await ingest.holdings() },
                read: { try await scoring.days(at: $0, within: $1) }),
            FeedComparison(
                with: "scoring", promise: "scores", subject: "boards", moved: Wakeup(),
                ask: { _ in try await scoring.holdings() },
                read: { try await ranking.boards(at: $0, within: $1) }),
        ]
        var findings: [Finding] = []
        for side in sides {
            findings.append(try await side.finding(within: nil) { CallOptions(timeout: $0) })
        }
        return findings
    }
}

/// The activity feed in batches of a few rows.
struct SmallActivityFeed: FeedSource {
    let whole: ActivityFeed

    func head() async throws -> (id: String, change: Int64) { try await self.whole.head() }

    func confirm(_ proof: String) async throws -> Bool { try await self.whole.confirm(proof) }

    func read(
        after change: Int64
    ) async throws -> (batch: ActivityBatch, change: Int64, caughtUp: Bool) {
        let batch = try await self.whole.store.feedBatch(after: change, limit: 3, bytes: 1 << 20)
        return (batch, batch.change, batch.caughtUp)
    }

    func record(
        follower: String, instance: String, applied: Int64, published: Int64
    ) async throws {
        try await self.whole.record(
            follower: follower, instance: instance, applied: applied, published: published)
    }
}

/// The score feed likewise.
struct SmallScoreFeed: FeedSource {
    let whole: ScoreSource

    func head() async throws -> (id: String, change: Int64) { try await self.whole.head() }

    func sweptChange() async throws -> Int64 { try await self.whole.sweptChange() }

    func confirm(_ proof: String) async throws -> Bool { try await self.whole.confirm(proof) }

    func read(
        after change: Int64
    ) async throws -> (batch: ScoreBatch, change: Int64, caughtUp: Bool) {
        try await self.whole.store.feedBatch(after: change, limit: 60)
    }

    func record(
        follower: String, instance: String, applied: Int64, published: Int64
    ) async throws {
        try await self.whole.record(
            follower: follower, instance: instance, applied: applied, published: published)
    }
}
