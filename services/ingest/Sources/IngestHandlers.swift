import RPC
import RPCCore
import ServiceKit
import TallyAPI

/// tally.ingest.v1.Ingest: messages in, the store asked, messages out.
struct IngestHandlers: IngestService {
    let store: IngestStore
    let catalog: SourceCatalog
    /// GitHub itself, where it is configured: it knows for certain what there is.
    var lookup: (any RepositoryLookup)?
    let clock: WallClock
    let notices: NoticeHub
    let logger: Logger
    /// Where it is configured, for the budget.
    var bigQuery: BigQuerySource?

    func addRepository(
        _ request: AddRepositoryRequest, context: CallContext
    ) async throws -> AddRepositoryResponse {
        try await answering {
            let asked = try RequestRules.repositoryName(owner: request.owner, name: request.name)
            let days = try RequestRules.days(
                since: request.sinceDay, until: request.untilDay, today: clock.now().day)
            let source = try catalog.choose(request.source)
            let jobSource = try catalog.jobSource(request.source)
            let tracked = try await store.repository(named: asked)
            if let tracked, tracked.name.lowercased() == asked.lowercased() {
                return Self.answer(tracked, asked: asked)
            }
            guard let found = try await validate(asked, days, in: source) else {
                guard let tracked else { throw Self.unseen(asked, days, in: source) }
                return Self.answer(tracked, asked: asked)
            }
            if !request.noScrape {
                try await allowSpending(on: tracked, days, named: jobSource, force: false)
            }
            let added = try await store.add(
                found, asked: asked, demonstration: source.isDemonstration,
                scrape: request.noScrape
                    ? nil : submission(of: found.id, days, source: jobSource, force: false))
            return Self.answer(added, asked: asked)
        }
    }

    /// GitHub says what there is, where it is configured; otherwise the source's events do. What a
    /// demonstration invents, GitHub does not know.
    private func validate(
        _ name: String, _ days: ClosedRange<CivilDay>, in source: any Source
    ) async throws -> FoundRepository? {
        guard let lookup, !source.isDemonstration else {
            return try await look(for: name, days, in: source)
        }
        do {
            let facts = try await lookup.look(for: name)
            return FoundRepository(
                id: facts.id, name: facts.name, seenUs: clock.now().rawValue)
        } catch let fault as GitHubFault {
            throw Self.status(of: fault)
        }
    }

    private func look(
        for name: String, _ days: ClosedRange<CivilDay>, in source: any Source
    ) async throws -> FoundRepository? {
        do {
            return try await source.find(
                name: name, since: days.lowerBound, until: days.upperBound)
        } catch let failure as JobFailure {
            throw RPCError(
                failure.canPass ? .unavailable : .failedPrecondition, failure.message,
                reason: "SOURCE_FAILED")
        }
    }

    func verify(_ request: VerifyRequest, context: CallContext) async throws -> VerifyResponse {
        try await answering { VerifyResponse(findings: try await store.findings()) }
    }

    func removeRepository(
        _ request: RemoveRepositoryRequest, context: CallContext
    ) async throws -> RemoveRepositoryResponse {
        try await answering {
            let repository = try await tracked(request.owner, request.name)
            guard try await store.remove(repository.id) else {
                throw Self.untracked(repository.name)
            }
            return RemoveRepositoryResponse()
        }
    }

    func getRepository(
        _ request: GetRepositoryRequest, context: CallContext
    ) async throws -> Repository {
        try await answering {
            guard request.id != 0 else {
                return try await tracked(request.owner, request.name).message
            }
            guard request.id > 0 else { throw RequestRules.invalid("id", "above zero") }
            guard let repository = try await store.repository(request.id) else {
                throw Self.untracked("the repository \(request.id)")
            }
            return repository.message
        }
    }

    func listRepositories(
        _ request: ListRepositoriesRequest, context: CallContext
    ) async throws -> ListRepositoriesResponse {
        try await answering {
            let page = try RequestRules.page(request.page, size: request.pageSize)
            let found = try await store.repositories(
                matching: try RequestRules.query(request.query),
                order: try Self.order(request.sort), offset: page.offset, limit: page.limit)
            return ListRepositoriesResponse(
                repositories: found.repositories.map(\.message), total: UInt64(found.total))
        }
    }

    private static func order(_ word: String) throws(RPCError) -> RepositoryStore.Order {
        switch word {
        case "", "name": return .name
        case "updated": return .updated
        case _: throw RequestRules.invalid("sort", "\"name\" or \"updated\"")
        }
    }

    func submitScrape(
        _ request: SubmitScrapeRequest, context: CallContext
    ) async throws -> SubmitScrapeResponse {
        try await answering {
            let days = try RequestRules.days(
                since: request.sinceDay, until: request.untilDay, today: clock.now().day)
            let source = try catalog.jobSource(request.source)
            let repository = try await tracked(request.owner, request.name)
            try await allowSpending(
                on: repository, days, named: source, force: request.force)
            let submitted = try await store.submit(
                submission(
                    of: repository.id, days, source: source, force: request.force))
            guard let submitted else { throw Self.untracked(repository.name) }
            return SubmitScrapeResponse(
                job: submitted.job.message, alreadyQueued: !submitted.created)
        }
    }

    private func submission(
        of repositoryId: Int64, _ days: ClosedRange<CivilDay>, source: String, force: Bool
    ) -> JobStore.Submission {
        var random = SystemRandomNumberGenerator()
        return JobStore.Submission(
            id: UUIDv7.make(at: clock.now(), random: &random), repositoryId: repositoryId,
            since: days.lowerBound, until: days.upperBound, source: source, force: force)
    }

    func getStats(
        _ request: IngestStatsRequest, context: CallContext
    ) async throws -> IngestStats {
        try await answering { try await store.stats() }
    }

    /// A tracked repository by its name, current or former.
    func tracked(_ owner: String, _ name: String) async throws -> RepositoryRecord {
        let asked = try RequestRules.repositoryName(owner: owner, name: name)
        guard let repository = try await store.repository(named: asked) else {
            throw Self.untracked(asked)
        }
        return repository
    }

    /// Turns what the stores throw into a status that says nothing of them.
    func answering<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let error as IngestError {
            logger.warning(
                "a call failed", ["code": error.code.rawValue, "error": error.message])
            throw Self.status(of: error)
        }
    }
}
