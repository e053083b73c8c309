import Postgres
import ServiceHost
import ServiceKit
import TallyAPI

/// What operators decide about formulas and people; each decision is one transaction.
extension ScoringStore {
    /// Time for a board under another formula: one pass over the scores.
    static let previewDeadline = Duration.seconds(60)
    /// Time for every check of what is stored.
    static let verifyDeadline = Duration.seconds(300)

    func put(_ document: FormulaDocument, author: String) async throws -> FormulaStore.Put {
        try await self.pool.transaction { connection in
            try ScoreStore.lock(in: connection)
            let put = try FormulaStore.put(document, author: author, in: connection)
            if case .taken(let stored, true) = put {
                let name = "\(stored.formula.name) \(stored.formula.version)"
                let words =
                    stored.isActive
                    ? "formula \(name) stays" : "formula \(name) stored; scores are computed again"
                try LogStore.append([LogRecord(level: .info, message: words)], in: connection)
            }
            return put
        }
    }

    /// A preview, and the formula that it was made against.
    func preview(
        _ document: FormulaDocument, window: String, repository: String, limit: Int64
    ) async throws -> (changes: [RankChange], changed: UInt64, total: UInt64)? {
        try await self.pool.transaction(deadline: Self.previewDeadline) { connection in
            try connection.execute("set transaction isolation level repeatable read, read only")
            guard
                try repository.isEmpty
                    || ExplainStore.isTracked(repository, in: connection)
            else { return nil }
            return try PreviewStore.changes(
                document, window: window, repository: repository, limit: limit, in: connection)
        }
    }

    func formula(_ reference: FormulaReference) async throws -> FormulaStore.Stored? {
        try await self.pool.withConnection { try FormulaStore.find(reference, in: $0) }
    }

    func repositories(named name: String) async throws -> [Int64] {
        try await self.pool.withConnection {
            try PreviewStore.repositories(named: name, in: $0)
        }
    }

    /// One repository's scores over a range of days, and the feed's number at that moment.
    func scores(
        of repositoryID: Int64, since: Int32, until: Int32, _ formula: FormulaStore.Stored
    ) async throws -> (rows: [ScoreRow], change: Int64) {
        try await self.pool.transaction(deadline: Self.previewDeadline) { connection in
            try connection.execute("set transaction isolation level repeatable read, read only")
            let rows = try PreviewStore.scores(
                of: repositoryID, since: since, until: until, formula, in: connection)
            return (rows, try FeedStore.head(in: connection).change)
        }
    }

    // MARK: People

    /// What a decision about an account and another came to.
    enum Linked: Sendable {
        case done(Person?, changed: Bool)
        case unknown(String)
        case circle
        case taken
    }

    func link(
        _ login: String, _ other: String, _ decision: IdentityStore.Decision
    ) async throws -> Linked {
        try await self.decide("accounts linked; scores computed again") {
            try IdentityStore.link(login, other, decision, in: $0)
        }
    }

    func unlink(
        _ login: String, _ other: String, _ decision: IdentityStore.Decision
    ) async throws -> Linked {
        try await self.decide("accounts unlinked; scores computed again") {
            try IdentityStore.unlink(login, other, decision, in: $0)
        }
    }

    private func decide(
        _ words: String,
        _ body: @escaping @Sendable (PostgresConnection) throws -> IdentityStore.Linked
    ) async throws -> Linked {
        try await self.pool.transaction(deadline: Self.batchDeadline) { connection in
            try ScoreStore.lock(in: connection)
            switch try body(connection) {
            case .unknown(let login): return .unknown(login)
            case .circle: return .circle
            case .taken: return .taken
            case .done(let root, let changed, let touched):
                if changed { try Self.rescore(touched, words, in: connection) }
                return .done(try PersonStore.read(root, in: connection), changed: changed)
            }
        }
    }

    /// No line names the person: one who opts out must not stand in the log.
    private static func rescore(
        _ touched: TouchedPairs, _ words: String, in connection: PostgresConnection
    ) throws {
        try ScoreStore.update(touched, in: connection)
        try FeedStore.publish(activityChange: nil, in: connection)
        try LogStore.append([LogRecord(level: .info, message: words)], in: connection)
    }

    /// Nil when nobody bears the login.
    func setOptOut(
        _ isOut: Bool, _ login: String, _ decision: IdentityStore.Decision
    ) async throws -> Bool? {
        try await self.pool.transaction(deadline: Self.batchDeadline) { connection in
            try ScoreStore.lock(in: connection)
            guard
                let result = try IdentityStore.setOptOut(isOut, login, decision, in: connection)
            else { return nil }
            if result.changed {
                let words = isOut ? "a person was taken off every board" : "a person is back"
                try Self.rescore(result.touched, words, in: connection)
            }
            return result.changed
        }
    }

    func identityChanges(_ login: String, limit: Int32) async throws -> [IdentityChange] {
        try await self.pool.withConnection {
            try IdentityStore.changes(login, limit: limit, in: $0)
        }
    }

    func findings() async throws -> [Finding] {
        try await self.pool.transaction(deadline: Self.verifyDeadline) {
            try VerifyStore.findings(in: $0)
        }
    }

    /// What scores come to.
    func holdings() async throws -> FeedHoldings {
        try await self.pool.transaction(deadline: Self.verifyDeadline) {
            try HoldingStore.scores(in: $0)
        }
    }

    /// What counters come to, at a snapshot of ingest.
    func days(at theirs: FeedHoldings, within limit: Duration) async throws -> FeedComparison.Own {
        try await self.pool.transaction(deadline: limit) {
            try HoldingStore.days(at: theirs, in: $0)
        }
    }
}
