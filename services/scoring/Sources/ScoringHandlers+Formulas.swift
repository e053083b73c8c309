import RPC
import RPCCore
import ServiceHost
import TallyAPI

/// Formulas: put, previewed, and applied to other ranges of days.
extension ScoringHandlers {
    /// Rank changes of one preview.
    static let changesMax: UInt32 = 1000

    func putFormula(
        _ request: PutFormulaRequest, context: CallContext
    ) async throws -> PutFormulaResponse {
        let document = try FormulaDocument(request.document)
        let decision = try Self.decision(request.author, "")
        switch try await self.store.put(document, author: decision.author) {
        case .taken(let stored, let changed):
            self.orders.signal()
            return PutFormulaResponse(formula: stored.message, changed: changed)
        case .otherNumbers(let next):
            throw RPCError(
                .alreadyExists,
                "version: \(document.version ?? 0) of \(document.name) is stored with other "
                    + "numbers, and stays; the next free one is \(next)",
                reason: "FORMULA_EXISTS")
        }
    }

    func previewFormula(
        _ request: PreviewFormulaRequest, context: CallContext
    ) async throws -> PreviewFormulaResponse {
        let document = try FormulaDocument(request.document)
        let window = try Self.window(request.window)
        try Self.check(repository: request.repository)
        let limit = try Self.limit(request.limit)
        let preview = try await self.store.preview(
            document, window: window.name, repository: request.repository, limit: Int64(limit))
        guard let preview else { throw Self.untracked(request.repository) }
        let formula = ScoringFormula(
            name: document.name, version: document.version ?? 0, weights: document.weights,
            lineBonusCap: document.cap)
        return PreviewFormulaResponse(
            formula: formula.message(active: false, createdUs: 0), changes: preview.changes,
            changed: preview.changed, total: preview.total)
    }

    static func limit(_ limit: UInt32) throws(RPCError) -> UInt32 {
        guard limit <= Self.changesMax else {
            throw RPCError(.invalidArgument, "limit: 1 to \(Self.changesMax), or 0 for 100")
        }
        return limit == 0 ? 100 : limit
    }

    static func untracked(_ repository: String) -> RPCError {
        RPCError(.notFound, "\(repository) is not tracked", reason: "REPOSITORY_NOT_FOUND")
    }

    func scoreRange(
        _ request: ScoreRangeRequest, writer: RPCWriter<ScoreRangeBatch>, context: CallContext
    ) async throws {
        try Self.check(repository: request.repository)
        let reference = try FormulaReference(request.formula)
        let since = request.sinceDay == 0 ? Int32.min : request.sinceDay
        let until = request.untilDay == 0 ? Int32.max : request.untilDay
        guard since <= until else {
            throw RPCError(.invalidArgument, "since_day: not after until_day")
        }
        guard let formula = try await self.store.formula(reference) else {
            throw RPCError(
                .notFound, "formula: \(request.formula) is not stored",
                reason: "FORMULA_NOT_FOUND")
        }
        let repositories = try await self.store.repositories(named: request.repository)
        if repositories.isEmpty && !request.repository.isEmpty {
            throw Self.untracked(request.repository)
        }
        var batch = ScoreRangeBatch(
            formulaName: formula.formula.name, formulaVersion: UInt32(formula.formula.version))
        batch.change = try await self.store.feedHead().change
        // The first batch says what is told of, even when nobody did anything.
        try await writer.send(batch)
        for repository in repositories {
            let (rows, change) = try await self.store.scores(
                of: repository, since: since, until: until, formula)
            batch.change = change
            for start in stride(from: 0, to: rows.count, by: Self.pointsMax) {
                batch.rows = Array(rows[start..<min(start + Self.pointsMax, rows.count)])
                try await writer.send(batch)
            }
        }
    }
}
