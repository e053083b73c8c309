import Postgres
import ServiceHost
import ServiceKit
import TallyAPI
import TestKit
import Testing

@testable import Ingest

/// A fresh schema and the stores on it.
final class TestWorld: Sendable {
    let configuration: PostgresConfiguration
    let pool: PostgresPool
    let store: IngestStore

    init() async throws {
        await TestGate.database.enter()
        do {
            configuration = try TestCluster.database(schema: "ingest")
            try Self.migrate(configuration, IngestProgram.migrations.count)
        } catch {
            TestGate.database.leave()
            throw error
        }
        pool = PostgresPool(configuration)
        store = IngestStore(pool: pool, logger: .silent)
    }

    /// Makes the first steps of the schema, or all of them.
    static func migrate(_ configuration: PostgresConfiguration, _ steps: Int) throws {
        let files = try IngestProgram.migrations.prefix(steps).map {
            try Migration(file: $0.name, sql: $0.text)
        }
        _ = try Migrator(files, schema: "ingest").migrate(configuration)
    }

    deinit {
        pool.close()
        TestGate.database.leave()
    }

    /// A connection of the test's own.
    func connect() throws -> PostgresConnection { try PostgresConnection(configuration) }

    /// Tracks a repository without a scrape.
    @discardableResult
    func track(_ id: Int64 = 7, _ name: String = "owner/name") async throws -> RepositoryRecord {
        try await store.add(
            FoundRepository(id: id, name: name, seenUs: 1), demonstration: false, scrape: nil
        ).repository
    }

    /// Queues a job for a range of day numbers.
    func submit(
        _ id: String = TestWorld.id(1), of repository: Int64 = 7,
        days: ClosedRange<Int32> = 100...102, force: Bool = false, source: String = "archive"
    ) async throws -> JobRecord {
        let result = try await store.submit(
            JobStore.Submission(
                id: id, repositoryId: repository, since: CivilDay(rawValue: days.lowerBound),
                until: CivilDay(rawValue: days.upperBound), source: source, force: force))
        return try #require(result?.job)
    }

    /// Queues a job and takes it as far as `fetching`.
    func fetching(
        _ id: String = TestWorld.id(1), of repository: Int64 = 7,
        days: ClosedRange<Int32> = 100...102
    ) async throws -> JobClaim {
        _ = try await submit(id, of: repository, days: days)
        let claim = try #require(try await store.claim(by: "tester", limit: 1).first)
        try await store.planned(claim, ScrapePlan(), progress: JobProgress())
        return claim
    }

    /// Stores a day for a claim.
    @discardableResult
    func put(
        _ day: Int32, _ content: RepositoryDay, for claim: JobClaim, missing: [Int] = [],
        source: String = SourceRank.archive
    ) async throws -> DayStore.Outcome {
        let scanned = ScannedDay(day: CivilDay(rawValue: day), hoursMissing: missing)
        return try await store.store(
            DayStore.Day(scanned, content, of: claim.job, source: source), for: claim,
            progress: JobProgress())
    }

    /// The block of a day as the followers see it, by contributor.
    func block(_ day: Int32, of repository: Int64 = 7) throws -> [Int64: Counters] {
        let rows = try connect().query(
            """
            select block from activity
            where repository_id = $1 and day = date '1970-01-01' + $2::int
            """,
            [.int64(repository), .int32(day)])
        guard let bytes = try rows.first?.bytes("block") else { return [:] }
        let block = try bytes.withUnsafeBytes { try ActivityBlock(decoding: $0) }
        return Dictionary(
            block.contributors.map { ($0.contributorId, $0.counters ?? Counters()) },
            uniquingKeysWith: { $1 }
        ).filter { $0.value != Counters() }
    }

    /// Everything the followers see of all days, bytes and all, without the numbers.
    func allBlocks() throws -> [String: [UInt8]] {
        try Dictionary(
            connect().query("select repository_id || ' ' || day as key, block from activity", [])
                .map { (try $0.string("key"), try $0.bytes("block")) }, uniquingKeysWith: { $1 })
    }

    /// A number from one row.
    func number(_ sql: String) throws -> Int64 {
        try #require(try connect().query(sql, []).first).int64("n")
    }

    /// A job's id that ends in a number.
    static func id(_ number: Int) -> String {
        let digits = String(number)
        return "01930000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count)
            + digits
    }
}
