import RPC
import RPCCore
import ServiceHost
import TallyAPI

/// Who is one person, who stands on no board; and whether what is stored holds.
extension ScoringHandlers {
    /// Longest name of who decides, and longest reason.
    static let authorMax = 100
    static let reasonMax = 500

    static func decision(
        _ author: String, _ reason: String
    ) throws(RPCError) -> IdentityStore.Decision {
        guard author.utf8.count <= Self.authorMax, !author.utf8.contains(0) else {
            throw RPCError(.invalidArgument, "author: at most \(Self.authorMax) bytes, no NUL")
        }
        guard reason.utf8.count <= Self.reasonMax, !reason.utf8.contains(0) else {
            throw RPCError(.invalidArgument, "reason: at most \(Self.reasonMax) bytes, no NUL")
        }
        return IdentityStore.Decision(
            author: author.isEmpty ? "operator" : author, reason: reason)
    }

    static func check(repository: String) throws(RPCError) {
        guard repository.utf8.count <= Self.repositoryMax, !repository.utf8.contains(0) else {
            throw RPCError(
                .invalidArgument, "repository: at most \(Self.repositoryMax) bytes, no NUL")
        }
    }

    private static func check(_ login: String, _ field: String) throws(RPCError) {
        guard (1...Self.loginMax).contains(login.utf8.count), !login.utf8.contains(0) else {
            throw RPCError(.invalidArgument, "\(field): 1 to \(Self.loginMax) bytes, no NUL")
        }
    }

    func linkIdentity(
        _ request: LinkIdentityRequest, context: CallContext
    ) async throws -> IdentityResponse {
        try Self.check(request.login, "login")
        try Self.check(request.other, "other")
        let linked = try await self.store.link(
            request.login, request.other, try Self.decision(request.author, request.reason))
        return try self.answer(linked)
    }

    func unlinkIdentity(
        _ request: UnlinkIdentityRequest, context: CallContext
    ) async throws -> IdentityResponse {
        try Self.check(request.login, "login")
        try Self.check(request.other, "other")
        let linked = try await self.store.unlink(
            request.login, request.other, try Self.decision(request.author, request.reason))
        return try self.answer(linked)
    }

    private func answer(_ linked: ScoringStore.Linked) throws(RPCError) -> IdentityResponse {
        switch linked {
        case .done(let person, let changed):
            if changed { self.news.signal() }
            return IdentityResponse(person: person, changed: changed)
        case .unknown(let login): throw Self.unknown(login)
        case .circle:
            throw RPCError(.invalidArgument, "other: the two are one account, or linked already")
        case .taken:
            throw RPCError(
                .alreadyExists, "other: linked to somebody else; unlink it there first",
                reason: "ALREADY_LINKED")
        }
    }

    func optOut(_ request: OptOutRequest, context: CallContext) async throws -> OptOutResponse {
        try await self.setOptOut(
            true, request.login, try Self.decision(request.author, request.reason))
    }

    func optIn(_ request: OptInRequest, context: CallContext) async throws -> OptOutResponse {
        try await self.setOptOut(
            false, request.login, try Self.decision(request.author, request.reason))
    }

    private func setOptOut(
        _ isOut: Bool, _ login: String, _ decision: IdentityStore.Decision
    ) async throws -> OptOutResponse {
        try Self.check(login, "login")
        guard let changed = try await self.store.setOptOut(isOut, login, decision) else {
            throw Self.unknown(login)
        }
        if changed { self.news.signal() }
        return OptOutResponse(changed: changed)
    }

    func listIdentityChanges(
        _ request: ListIdentityChangesRequest, context: CallContext
    ) async throws -> ListIdentityChangesResponse {
        if !request.login.isEmpty { try Self.check(request.login, "login") }
        let limit = try Self.limit(request.limit)
        return ListIdentityChangesResponse(
            changes: try await self.store.identityChanges(request.login, limit: Int32(limit)))
    }

    func verify(_ request: VerifyRequest, context: CallContext) async throws -> VerifyResponse {
        let own = try await self.store.findings()
        let days = try await self.days.finding(within: context.remaining) {
            context.options(timeout: $0)
        }
        return VerifyResponse(findings: own + [days])
    }

    func refollow(
        _ request: RefollowRequest, context: CallContext
    ) async throws -> RefollowResponse {
        try await self.store.restart()
        return RefollowResponse()
    }
}
