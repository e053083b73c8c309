import HTTPClient
import Postgres
import ServiceKit
import Synchronization
import TallyAPI
import Testing

@testable import Ingest

/// A clock that stands still until somebody sleeps; sleeping moves it on at once.
final class FakeTime: Sendable {
    private struct State {
        var now = ContinuousClock.now
        var slept: [Duration] = []
    }
    private let state = Mutex(State())
    let wall = Mutex(Timestamp(rawValue: CivilDay(rawValue: 20_000).startMicroseconds))

    var slept: [Duration] { state.withLock { $0.slept } }

    func advance(_ duration: Duration) { state.withLock { $0.now += duration } }

    var timing: BigQueryWeb.Timing {
        BigQueryWeb.Timing(
            now: { self.state.withLock { $0.now } },
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.now += duration
                    state.slept.append(duration)
                }
            })
    }

    var clock: WallClock { WallClock { self.wall.withLock { $0 } } }
}

/// BigQuery as a source, with a scripted Google, a real database and a clock of the test's own.
final class BigQueryWorld: Sendable {
    let world: TestWorld
    let google: BigQueryServer
    let time = FakeTime()
    let metrics = MetricsRegistry()

    static let caps = BudgetRule.Caps(job: 10_000_000, day: 20_000_000, month: 100_000_000)

    init() async throws {
        world = try await TestWorld()
        google = try BigQueryServer()
    }

    var store: IngestStore { world.store }

    /// A source as a fresh process would have it.
    func source(
        caps: BudgetRule.Caps = caps, account: ServiceAccount? = nil, logger: Logger = .silent
    ) -> BigQuerySource {
        let pool = HTTPPool(agent: "test", threads: 4)
        let send: BigQueryWeb.Send = { try await pool.send($0, limits: $1) }
        let timing = time.timing
        let tokens = account.map {
            AccessTokens($0, clock: time.clock, now: timing.now, send: send)
        }
        let web = BigQueryWeb(
            address: google.url, tokens: tokens, send: send, timing: timing, metrics: metrics)
        return BigQuerySource(
            client: BigQueryClient(web: web, project: "payer", location: "US"), store: store,
            caps: caps, clock: time.clock, logger: logger)
    }

    /// Scans days of one repository and gives back what was delivered.
    func scan(
        _ source: BigQuerySource, _ days: ClosedRange<Int32>, of repository: Int64 = 7
    ) async throws -> [ScannedDay] {
        try await scan(source, [Self.target(repository, days)])
    }

    func scan(_ source: BigQuerySource, _ targets: [ScanTarget]) async throws -> [ScannedDay] {
        let days = Mutex<[ScannedDay]>([])
        try await source.scan(targets, progress: { _ in }) { day in
            days.withLock { $0.append(day) }
        }
        return days.withLock { $0 }
    }

    /// What a scan that must fail fails of.
    func failure(
        _ source: BigQuerySource, _ days: ClosedRange<Int32> = 100...100
    ) async -> JobFailure? {
        do {
            _ = try await scan(source, days)
            Issue.record("the scan went well")
            return nil
        } catch {
            if !(error is JobFailure) { Issue.record("\(error)") }
            return error as? JobFailure
        }
    }

    static func target(_ repository: Int64, _ days: ClosedRange<Int32>) -> ScanTarget {
        ScanTarget(
            repositoryId: repository, names: ["owner/name"],
            days: days.map(CivilDay.init(rawValue:)))
    }

    /// A number from one row of the database.
    func number(_ sql: String) throws -> Int64 { try world.number(sql) }

    /// The one query of the budget.
    func bill() throws -> (billed: Int64?, state: String) {
        let rows = try world.connect().query("select billed_bytes, state from budget", [])
        let row = try #require(rows.count == 1 ? rows.first : nil)
        return (try row.optionalInt64("billed_bytes"), try row.string("state"))
    }

    /// Waits until Google has heard of a call.
    func heard(_ call: BigQueryServer.Call) async {
        for await next in google.news.stream where next == call { return }
    }
}
