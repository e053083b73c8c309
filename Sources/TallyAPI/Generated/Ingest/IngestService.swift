// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

public import RPC

/// What a server of `tally.ingest.v1.Ingest` answers.
public protocol IngestService: Sendable {
    /// `Ingest/AddRepository`.
    func addRepository(
        _ request: AddRepositoryRequest, context: CallContext
    ) async throws -> AddRepositoryResponse
    /// `Ingest/RemoveRepository`.
    func removeRepository(
        _ request: RemoveRepositoryRequest, context: CallContext
    ) async throws -> RemoveRepositoryResponse
    /// `Ingest/GetRepository`.
    func getRepository(
        _ request: GetRepositoryRequest, context: CallContext
    ) async throws -> Repository
    /// `Ingest/ListRepositories`.
    func listRepositories(
        _ request: ListRepositoriesRequest, context: CallContext
    ) async throws -> ListRepositoriesResponse
    /// `Ingest/SubmitScrape`.
    func submitScrape(
        _ request: SubmitScrapeRequest, context: CallContext
    ) async throws -> SubmitScrapeResponse
    /// `Ingest/GetJob`.
    func getJob(
        _ request: GetJobRequest, context: CallContext
    ) async throws -> Job
    /// `Ingest/ListJobs`.
    func listJobs(
        _ request: ListJobsRequest, context: CallContext
    ) async throws -> ListJobsResponse
    /// `Ingest/CancelJob`.
    func cancelJob(
        _ request: CancelJobRequest, context: CallContext
    ) async throws -> Job
    /// `Ingest/RetryJob`.
    func retryJob(
        _ request: RetryJobRequest, context: CallContext
    ) async throws -> Job
    /// `Ingest/WatchJob`.
    func watchJob(
        _ request: WatchJobRequest, writer: RPCWriter<Job>, context: CallContext
    ) async throws
    /// `Ingest/Verify`.
    func verify(
        _ request: VerifyRequest, context: CallContext
    ) async throws -> VerifyResponse
    /// `Ingest/GetCoverage`.
    func getCoverage(
        _ request: GetCoverageRequest, context: CallContext
    ) async throws -> GetCoverageResponse
    /// `Ingest/Estimate`.
    func estimate(
        _ request: EstimateRequest, context: CallContext
    ) async throws -> EstimateResponse
    /// `Ingest/GetBudget`.
    func getBudget(
        _ request: GetBudgetRequest, context: CallContext
    ) async throws -> Budget
    /// `Ingest/GetStats`.
    func getStats(
        _ request: IngestStatsRequest, context: CallContext
    ) async throws -> IngestStats
}

extension RPCRouter {
    /// Answers `tally.ingest.v1.Ingest` by the service.
    public mutating func register(_ service: some IngestService) {
        self.unary(IngestMethods.addRepository) { request, context in
            try await service.addRepository(request, context: context)
        }
        self.unary(IngestMethods.removeRepository) { request, context in
            try await service.removeRepository(request, context: context)
        }
        self.unary(IngestMethods.getRepository) { request, context in
            try await service.getRepository(request, context: context)
        }
        self.unary(IngestMethods.listRepositories) { request, context in
            try await service.listRepositories(request, context: context)
        }
        self.unary(IngestMethods.submitScrape) { request, context in
            try await service.submitScrape(request, context: context)
        }
        self.unary(IngestMethods.getJob) { request, context in
            try await service.getJob(request, context: context)
        }
        self.unary(IngestMethods.listJobs) { request, context in
            try await service.listJobs(request, context: context)
        }
        self.unary(IngestMethods.cancelJob) { request, context in
            try await service.cancelJob(request, context: context)
        }
        self.unary(IngestMethods.retryJob) { request, context in
            try await service.retryJob(request, context: context)
        }
        self.serverStreaming(IngestMethods.watchJob) { request, writer, context in
            try await service.watchJob(request, writer: writer, context: context)
        }
        self.unary(IngestMethods.verify) { request, context in
            try await service.verify(request, context: context)
        }
        self.unary(IngestMethods.getCoverage) { request, context in
            try await service.getCoverage(request, context: context)
        }
        self.unary(IngestMethods.estimate) { request, context in
            try await service.estimate(request, context: context)
        }
        self.unary(IngestMethods.getBudget) { request, context in
            try await service.getBudget(request, context: context)
        }
        self.unary(IngestMethods.getStats) { request, context in
            try await service.getStats(request, context: context)
        }
    }
}
