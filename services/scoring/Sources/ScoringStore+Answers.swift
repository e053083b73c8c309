import Postgres
import TallyAPI

/// Facts for the handlers, each from one snapshot.
extension ScoringStore {
    /// Everything an explanation needs.
    struct Facts: Sendable {
        let person: Person
        let shares: [ExplainStore.Share]
        let formula: ScoringFormula
        let message: Formula
        let asOfDay: Int32
        /// False when a repository was named that is not tracked.
        let isTracked: Bool
    }

    /// Nil when nobody bears or bore the login.
    func facts(login: String, window: String, repository: String) async throws -> Facts? {
        try await self.pool.transaction { connection in
            guard let person = try PersonStore.find(login, in: connection) else { return nil }
            let active = try FormulaStore.active(in: connection)
            return Facts(
                person: person,
                shares: try ExplainStore.shares(
                    of: person.contributorId, window: window, repository: repository,
                    in: connection),
                formula: active.formula, message: active.message,
                asOfDay: try ScoreStore.asOfDay(in: connection),
                isTracked: try repository.isEmpty
                    || ExplainStore.isTracked(repository, in: connection))
        }
    }

    func formulas() async throws -> [Formula] {
        try await self.pool.withConnection { try FormulaStore.all(in: $0).map(\.message) }
    }

    /// Nil when nobody bears or bore the login.
    func series(
        login: String, repository: String, since: Int32, until: Int32
    ) async throws -> [ActivityPoint]? {
        try await self.pool.transaction { connection in
            guard let person = try PersonStore.find(login, in: connection) else { return nil }
            return try ExplainStore.series(
                of: try IdentityStore.accounts(of: person.contributorId, in: connection),
                repository: repository, since: since, until: until, in: connection)
        }
    }
}
