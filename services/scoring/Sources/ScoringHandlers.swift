import RPC
import RPCCore
import ServiceHost
import TallyAPI

/// Answers `tally.scoring.v1.Scoring`.
struct ScoringHandlers: ScoringService {
    let store: ScoringStore
    /// Signalled when there is something new in the feed.
    let news: Wakeup
    /// Signalled when a formula waits for its scores.
    let orders: Wakeup
    /// Counters against the days of ingest.
    let days: FeedComparison

    /// Longest login that GitHub gives is 39; bots carry `[bot]` behind it.
    static let loginMax = 100
    /// Longest `owner/name`.
    static let repositoryMax = 140
    /// Points or rows of one streamed batch.
    static let pointsMax = 1000

    static func window(_ name: String) throws(RPCError) -> ScoreWindow {
        guard let window = ScoreWindow.named(name) else {
            let names = ScoreWindow.standard.map(\.name).joined(separator: ", ")
            throw RPCError(.invalidArgument, "window: one of \(names)")
        }
        return window
    }

    static func check(login: String, repository: String) throws(RPCError) {
        guard !login.isEmpty, login.utf8.count <= Self.loginMax else {
            throw RPCError(.invalidArgument, "login: 1 to \(Self.loginMax) bytes")
        }
        guard repository.utf8.count <= Self.repositoryMax else {
            throw RPCError(.invalidArgument, "repository: at most \(Self.repositoryMax) bytes")
        }
    }

    static func unknown(_ login: String) -> RPCError {
        RPCError(.notFound, "nobody called \(login) is known", reason: "CONTRIBUTOR_NOT_FOUND")
    }

    func explain(_ request: ExplainRequest, context: CallContext) async throws -> Explanation {
        try Self.check(login: request.login, repository: request.repository)
        let window = try Self.window(request.window)
        let facts = try await self.store.facts(
            login: request.login, window: window.name, repository: request.repository)
        guard let facts else { throw Self.unknown(request.login) }
        guard facts.isTracked else {
            throw RPCError(
                .notFound, "\(request.repository) is not tracked", reason: "REPOSITORY_NOT_FOUND")
        }
        let parts = facts.shares.map { Self.explained($0, facts.formula) }
        return Explanation(
            person: facts.person, window: window.name,
            sinceDay: window.length == nil ? 0 : window.firstDay(asOf: facts.asOfDay),
            untilDay: window.length == nil ? 0 : facts.asOfDay, formula: facts.message,
            repositories: parts, score: parts.reduce(0) { $0 + $1.score },
            absentBecause: parts.isEmpty ? Self.absence(request, window) : "")
    }

    private static func absence(_ request: ExplainRequest, _ window: ScoreWindow) -> String {
        let place = request.repository.isEmpty ? "any tracked repository" : request.repository
        let time = window.length.map { " in the last \($0) days" } ?? ""
        return "nothing of theirs was counted in \(place)\(time)"
    }

    private static func explained(
        _ share: ExplainStore.Share, _ formula: ScoringFormula
    ) -> RepositoryExplanation {
        RepositoryExplanation(
            repositoryId: share.repositoryID, repository: share.repository,
            terms: formula.terms(share.counters),
            lineBonusBeforeCap: formula.lineBonusBeforeCap(share.counters),
            lineBonus: formula.lineBonus(share.counters), score: share.score,
            firstDay: share.firstDay, lastDay: share.lastDay)
    }

    func getContributor(
        _ request: GetContributorRequest, context: CallContext
    ) async throws -> Contributor {
        try Self.check(login: request.login, repository: "")
        let window = try Self.window(request.window)
        let facts = try await self.store.facts(
            login: request.login, window: window.name, repository: "")
        guard let facts else { throw Self.unknown(request.login) }
        let sums = facts.shares.reduce(into: [Int64](repeating: 0, count: 10)) { sums, share in
            for (index, value) in share.counters.values.enumerated() {
                sums[index] += Int64(clamping: value)
            }
        }
        return Contributor(
            person: facts.person, score: facts.shares.reduce(0) { $0 + $1.score },
            counters: Counters(values: sums),
            repositories: facts.shares.map {
                RepositoryShare(
                    repositoryId: $0.repositoryID, repository: $0.repository, score: $0.score,
                    counters: $0.counters, firstDay: $0.firstDay, lastDay: $0.lastDay)
            }, window: window.name)
    }

    func activitySeries(
        _ request: ActivitySeriesRequest, writer: RPCWriter<ActivitySeriesBatch>,
        context: CallContext
    ) async throws {
        try Self.check(login: request.login, repository: request.repository)
        let until = request.untilDay == 0 ? Int32.max : request.untilDay
        guard request.sinceDay <= until else {
            throw RPCError(.invalidArgument, "since_day: not after until_day")
        }
        let points = try await self.store.series(
            login: request.login, repository: request.repository,
            since: request.sinceDay == 0 ? .min : request.sinceDay, until: until)
        guard let points else { throw Self.unknown(request.login) }
        for start in stride(from: 0, to: points.count, by: Self.pointsMax) {
            let end = min(start + Self.pointsMax, points.count)
            try await writer.send(ActivitySeriesBatch(points: Array(points[start..<end])))
        }
    }

    func listFormulas(
        _ request: ListFormulasRequest, context: CallContext
    ) async throws -> ListFormulasResponse {
        ListFormulasResponse(formulas: try await self.store.formulas())
    }

    func getStats(
        _ request: ScoringStatsRequest, context: CallContext
    ) async throws -> ScoringStats {
        try await self.store.stats()
    }
}
