import GitHubData
import ServiceKit
import Synchronization
import TallyAPI

/// GH Archive's day tables in BigQuery: one query for all repositories that lack the same days.
///
/// Before a query is sent, its price is known, taken out of the budget, and its id is stored; so
/// whoever comes after a crash finds it again instead of paying twice.
struct BigQuerySource: Source {
    static let sourceName = SourceRank.bigquery
    /// Days looked through for a name; some 100 MB each.
    static let daysLookedThrough: Int32 = 31
    /// Queries in a row for the same rows, when Google's own trouble ended one.
    static let triesMax = 3
    /// A question about prices must not take longer than who asks waits.
    static let estimateLimit: Duration = .seconds(6)
    /// Calls of the interface that a query takes: price, start, rows, bill.
    static let callsPerQuery = 4

    var name: String { Self.sourceName }
    var isDemonstration: Bool { false }
    var kind: SourceKind { .warehouse }
    /// A table more is read behind each range: a month keeps that to a thirtieth. Those that are
    /// added one by one should share the query.
    var scanShape: ScanShape { ScanShape(daysAtOnce: 31, gathering: .seconds(5)) }

    let client: BigQueryClient
    let store: IngestStore
    let caps: BudgetRule.Caps
    let clock: WallClock
    let logger: Logger
    /// What days process, for estimates.
    let prices: DryRunPrices
    /// Queries that a scan of this process looks after.
    let attended = Attended()

    init(
        client: BigQueryClient, store: IngestStore, caps: BudgetRule.Caps, clock: WallClock,
        logger: Logger
    ) {
        self.client = client
        self.store = store
        self.caps = caps
        self.clock = clock
        self.logger = logger
        prices = DryRunPrices(client, within: Self.estimateLimit)
    }

    /// Ids in use; shared by the copies of the source.
    final class Attended: Sendable {
        private let ids = Mutex(Set<String>())
        func insert(_ id: String) { ids.withLock { _ = $0.insert(id) } }
        func remove(_ id: String) { ids.withLock { _ = $0.remove(id) } }
        func contains(_ id: String) -> Bool { ids.withLock { $0.contains(id) } }
    }

    func find(name: String, since: CivilDay, until: CivilDay) async throws -> FoundRepository? {
        let first = max(since, CivilDay(rawValue: until.rawValue - Self.daysLookedThrough + 1))
        let query = BigQueryQuery.find(name: name, tables: first...until)
        let row = try await asJobs {
            let stored = try await reserve(query, ids: [], names: [], days: first...until)
            let answer = try await answer(stored)
            guard let rows = answer.page.rows, let row = answer.page.content.first else {
                return FoundRepository?.none
            }
            let cells = try rows.cells(row)
            guard let id = cells[try rows.index(of: "repository_id", "INTEGER", "INT64")].integer,
                let name = cells[try rows.index(of: "repository_name", "STRING")].text,
                let seen = cells[try rows.index(of: "seen_at", "TIMESTAMP")].time
            else { return nil }
            return FoundRepository(id: id, name: name, seenUs: seen.rawValue)
        }
        return row
    }

    func scan(
        _ targets: [ScanTarget], progress: @escaping @Sendable (ScanProgress) -> Void,
        deliver: @escaping @Sendable (ScannedDay) async throws -> Void
    ) async throws {
        let stored = try await asJobs { try await store.reusableQueries() }
        let plan = QueryPlan(targets, stored: stored)
        var made = ScanProgress(hoursTotal: plan.segments.flatMap(\.days).count * 24)
        for segment in plan.segments {
            var days: [CivilDay: ScannedDay] = [:]
            var used: [String] = []
            for part in segment.parts {
                let read = try await asJobs { try await self.read(part) }
                days.merge(read.days) { $0.merged(with: $1) }
                used.append(read.id)
                made.bytes += UInt64(clamping: read.bytes)
                progress(made)
            }
            // Not before all of it was read and understood: nothing is stored by halves.
            for day in segment.days {
                made.hoursDone += 24
                progress(made)
                try await deliver(days[day] ?? ScannedDay(day: day))
            }
            let finished = used
            try await asJobs { try await store.markRead(finished) }
        }
    }

    /// The days of one query.
    private func read(
        _ part: QueryPlan.Part
    ) async throws -> (id: String, bytes: Int64, days: [CivilDay: ScannedDay]) {
        guard let first = part.days.first, let last = part.days.last else { return ("", 0, [:]) }
        var query = part.stored
        if query == nil {
            let ids = part.targets.map(\.repositoryId).sorted()
            let names = Set(part.targets.flatMap { $0.names.map { $0.lowercased() } }).sorted()
            query = try await reserve(
                .activity(ids: ids, names: names, days: first...last), ids: ids, names: names,
                days: first...last)
        }
        guard let query else { return ("", 0, [:]) }
        let answer = try await answer(query, isOld: part.stored != nil)
        // Whoever reads an old answer knows what was published when it was made.
        let asOf = Timestamp(rawValue: answer.query.startedUs)
        var counter = BigQueryDays(part.targets, days: first...last, now: asOf)
        var days: [CivilDay: ScannedDay] = [:]
        var page = answer.page
        let end = client.web.timing.now() + BigQueryClient.jobLimit
        while let rows = page.rows {
            let events = try BigQueryEvents(rows)
            for row in page.content {
                for day in counter.take(try events.row(row)) { days[day.day] = day }
            }
            guard let token = page.nextToken else { break }
            guard client.web.timing.now() < end else { throw BigQueryClient.tooSlow }
            page = try await client.page(of: answer.query.id, after: token)
        }
        for day in counter.finish() { days[day.day] = day }
        return (answer.query.id, answer.bytes, days)
    }

    /// What goes wrong becomes what a job is told.
    private func asJobs<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let fault as BigQueryFault {
            throw fault.failure
        } catch let fault as BigQueryRows.Fault {
            throw BigQueryFault.badReply(fault.message).failure
        } catch let refusal as BudgetRule.Refusal {
            throw JobFailure(code: "over_budget", message: refusal.message, canPass: false)
        } catch let error as IngestError {
            logger.warning("the budget could not be kept", ["error": error.message])
            throw JobFailure(
                code: "database_away", message: "what queries cost could not be written down",
                canPass: error.code.canPass)
        }
    }
}
