import RPCCore
import ServiceKit
import TallyAPI

/// Answers and refusals that several methods share.
extension IngestHandlers {
    static func answer(_ tracked: RepositoryRecord, asked: String) -> AddRepositoryResponse {
        answer(
            IngestStore.Added(repository: tracked, job: tracked.lastJob, created: false),
            asked: asked)
    }

    static func answer(_ added: IngestStore.Added, asked: String) -> AddRepositoryResponse {
        let isRenamed = added.repository.name.lowercased() != asked.lowercased()
        return AddRepositoryResponse(
            repository: added.repository.message, job: added.job?.message,
            created: added.created, renamedFrom: isRenamed ? asked : "")
    }

    static func untracked(_ name: String) -> RPCError {
        RPCError(
            .notFound, "\(name) is not tracked: add it first", reason: "REPOSITORY_NOT_FOUND")
    }

    static func unseen(
        _ name: String, _ days: ClosedRange<CivilDay>, in source: any Source
    ) -> RPCError {
        RPCError(
            .notFound,
            "the \(source.name) has no event of \(name) from \(days.lowerBound) to "
                + "\(days.upperBound): check the spelling, or ask for days on which it was active",
            reason: "REPOSITORY_NOT_FOUND")
    }

    /// What a caller is told when GitHub does not answer the question.
    static func status(of fault: GitHubFault) -> RPCError {
        switch fault.kind {
        case .unknown: RPCError(.notFound, fault.message, reason: "REPOSITORY_NOT_FOUND")
        case .blocked: RPCError(.failedPrecondition, fault.message, reason: "REPOSITORY_BLOCKED")
        case .tokenRefused, .tokenMissing, .forbidden:
            RPCError(.failedPrecondition, fault.message, reason: "SOURCE_FAILED")
        case .limited, .unreachable, .garbled:
            RPCError(
                .unavailable, fault.message, reason: "SOURCE_FAILED",
                retryAfter: max(.seconds(1), fault.retryAfter ?? .seconds(30)))
        }
    }

    static func unknownJob(_ id: String) -> RPCError {
        RPCError(.notFound, "there is no job \(id)", reason: "JOB_NOT_FOUND")
    }

    static func status(of error: IngestError) -> RPCError {
        switch error.code {
        case .unavailable:
            RPCError(
                .unavailable, "the database is away; try again soon", reason: "DATABASE_AWAY")
        case .busy, .leaseLost:
            RPCError(.aborted, "others changed the same at once; try again", reason: "BUSY")
        case .corrupt:
            RPCError(.internalError, "what is stored contradicts itself", reason: "CORRUPT")
        }
    }
}
