import Postgres

/// What BigQuery was paid, and what it may be paid.
extension IngestStore {
    func spent() async throws -> BudgetStore.Spent {
        try await read { try BudgetStore.spent(in: $0) }
    }

    /// - Throws: `BudgetRule.Refusal`, `IngestError`.
    func reserve(_ query: StoredQuery, caps: BudgetRule.Caps) async throws -> StoredQuery {
        try await write { try BudgetStore.reserve(query, caps: caps, in: $0) }
    }

    /// Writes a bill. False: it was written before.
    func bill(
        _ id: String, bytes: Int64, _ outcome: StoredQuery.Outcome
    ) async throws -> Bool {
        try await write { try BudgetStore.bill(id, bytes: bytes, outcome, in: $0) }
    }

    func markRead(_ ids: [String]) async throws {
        try await write { try BudgetStore.markRead(ids, in: $0) }
    }

    func reusableQueries() async throws -> [StoredQuery] {
        try await read { try BudgetStore.reusable(in: $0) }
    }

    /// What jobs that have not read all their days were planned to pay.
    func queuedCost() async throws -> JobListStore.Cost {
        try await read { try JobListStore.queuedCost(in: $0) }
    }

    func openQueries() async throws -> [BudgetStore.Open] {
        try await read { try BudgetStore.open(in: $0) }
    }
}
