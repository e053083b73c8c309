import Postgres
import ServiceKit
import TallyAPI

/// What callers do to repositories.
extension IngestStore {
    /// The tracked repository of a name, current or former.
    func repository(named name: String) async throws -> RepositoryRecord? {
        try await read { connection in
            guard let id = try NameStore.owner(of: name, in: connection) else { return nil }
            return try RepositoryStore.find(id, in: connection)
        }
    }

    func repository(_ id: Int64) async throws -> RepositoryRecord? {
        try await read { try RepositoryStore.find(id, in: $0) }
    }

    func repositories(
        matching text: String, order: RepositoryStore.Order, offset: Int64, limit: Int64
    ) async throws -> (repositories: [RepositoryRecord], total: Int64) {
        try await read { connection in
            try RepositoryStore.page(
                matching: text, order: order, offset: offset, limit: limit, in: connection)
        }
    }

    /// What adding a repository answers.
    struct Added: Sendable {
        var repository: RepositoryRecord
        /// The first scrape, or the one that is active.
        var job: JobRecord?
        /// False: it was tracked already, and nothing was started.
        var created: Bool
    }

    /// Tracks a repository and queues its first scrape, in one transaction.
    /// - Parameter asked: the name that the caller used; another one than the repository's is kept
    ///   as a former name.
    func add(
        _ found: FoundRepository, asked: String? = nil, demonstration: Bool,
        scrape: JobStore.Submission?
    ) async throws -> Added {
        let added = try await write { connection in
            try Self.add(
                found, asked: asked, demonstration: demonstration, scrape: scrape, in: connection)
        }
        await announce(jobs: [added.job].compactMap { $0?.id }, orders: true, days: true)
        return added
    }

    private static func add(
        _ found: FoundRepository, asked: String?, demonstration: Bool,
        scrape: JobStore.Submission?, in connection: PostgresConnection
    ) throws -> Added {
        let created = try RepositoryStore.add(
            id: found.id, name: found.name, demonstration: demonstration, in: connection)
        try NameStore.record(
            [NameStore.Sighting(name: found.name, firstUs: found.seenUs, lastUs: found.seenUs)],
            of: found.id, in: connection)
        if let asked, asked.lowercased() != found.name.lowercased() {
            try NameStore.alias(
                asked, of: found.id, beforeUs: found.seenUs, in: connection)
        }
        if !created { _ = try refreshFace(of: found.id, in: connection) }
        var job: JobRecord?
        if created, let scrape { job = try submit(scrape, in: connection)?.job }
        guard let repository = try RepositoryStore.find(found.id, in: connection) else {
            throw IngestError(.busy, "the repository was removed at the same moment")
        }
        return Added(repository: repository, job: job ?? repository.lastJob, created: created)
    }

    /// Cancels what runs for a repository, forgets its rows and tells the followers.
    /// - Returns: false when it is not tracked.
    func remove(_ id: Int64) async throws -> Bool {
        let jobs = try await write { try Self.remove(id, in: $0) }
        await announce(jobs: jobs ?? [], orders: true, days: jobs != nil)
        return jobs != nil
    }

    private static func remove(
        _ id: Int64, in connection: PostgresConnection
    ) throws -> [String]? {
        // Jobs first: their writers lock in this order, too.
        var cancelled = try cancelJobs(of: id, in: connection)
        guard try RepositoryStore.lock(id, in: connection) else { return nil }
        // One may have been submitted in between.
        cancelled += try cancelJobs(of: id, in: connection)
        try RepositoryStore.remove(id, in: connection)
        for job in cancelled {
            try tell([.removed()], of: job, in: connection)
        }
        return cancelled.map(\.id)
    }

    private static func cancelJobs(
        of repositoryId: Int64, in connection: PostgresConnection
    ) throws -> [JobRecord] {
        try JobListStore.lockActive(of: repositoryId, in: connection).compactMap { id in
            let result = try JobStore.change(id, .cancelled, in: connection)
            return result.flatMap { $0.changed ? $0.job : nil }
        }
    }
}
