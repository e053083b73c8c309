import RPC
import RPCCore
import ServiceKit
import TallyAPI

/// The methods about jobs.
extension IngestHandlers {
    func getJob(_ request: GetJobRequest, context: CallContext) async throws -> Job {
        try await answering { try await job(request.id).message }
    }

    func listJobs(
        _ request: ListJobsRequest, context: CallContext
    ) async throws -> ListJobsResponse {
        try await answering {
            let page = try RequestRules.page(request.page, size: request.pageSize)
            var filter = JobListStore.Filter(status: try Self.status(request.status))
            if !request.repository.isEmpty {
                let name = try RequestRules.repositoryName(
                    request.repository, field: "repository")
                guard let repository = try await store.repository(named: name) else {
                    throw Self.untracked(name)
                }
                filter.repositoryId = repository.id
            }
            let found = try await store.jobs(filter, offset: page.offset, limit: page.limit)
            return ListJobsResponse(
                jobs: found.jobs.map(\.message), total: UInt64(found.total))
        }
    }

    private static func status(_ asked: JobStatus) throws(RPCError) -> String? {
        if asked == .unspecified { return nil }
        let states: [JobState] = [.queued, .running(.planning), .completed, .failed, .cancelled]
        guard let state = states.first(where: { $0.apiStatus == asked }) else {
            throw RequestRules.invalid("status", "one of JobStatus")
        }
        return state.status
    }

    func cancelJob(_ request: CancelJobRequest, context: CallContext) async throws -> Job {
        try await answering {
            let id = try RequestRules.jobId(request.id)
            guard let job = try await store.cancel(id) else { throw Self.unknownJob(id) }
            return job.message
        }
    }

    func retryJob(_ request: RetryJobRequest, context: CallContext) async throws -> Job {
        try await answering {
            let id = try RequestRules.jobId(request.id)
            switch try await store.retry(id) {
            case .queued(let job), .unchanged(let job): return job.message
            case .completed:
                throw RPCError(
                    .failedPrecondition, "the job has completed: submit a new scrape",
                    reason: "JOB_COMPLETED")
            case .occupied(let other):
                throw RPCError(
                    .failedPrecondition, "the repository's job \(other) is active",
                    reason: "JOB_ACTIVE")
            case .unknown: throw Self.unknownJob(id)
            }
        }
    }

    func watchJob(
        _ request: WatchJobRequest, writer: RPCWriter<Job>, context: CallContext
    ) async throws {
        try await answering {
            let id = try RequestRules.jobId(request.id)
            // Listens first, so that no change falls between the look and the wait.
            let changes = notices.subscribe(to: id)
            var last = try await job(id)
            try await writer.send(last.message)
            if last.machine.state.hasEnded { return }
            for await _ in changes {
                if context.isDraining { throw Self.draining }
                let newest = try await job(id)
                if newest != last { try await writer.send(newest.message) }
                last = newest
                if last.machine.state.hasEnded { return }
            }
        }
    }

    private static let draining = RPCError(
        .unavailable, "the service stops; watch again", reason: "DRAINING")

    private func job(_ text: String) async throws -> JobRecord {
        let id = try RequestRules.jobId(text)
        guard let job = try await store.job(id) else { throw Self.unknownJob(id) }
        return job
    }
}
