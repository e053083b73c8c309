// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

public import RPC
public import RPCCore

/// Calls `tally.ingest.v1.Ingest`.
public struct IngestClient: Sendable {
    private let channel: RPCChannel

    /// A client that calls through the channel.
    public init(_ channel: RPCChannel) { self.channel = channel }

    /// Calls `Ingest/AddRepository`; throws what the server said.
    public nonisolated(nonsending) func addRepository(
        _ request: AddRepositoryRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> AddRepositoryResponse {
        try await self.channel.unary(IngestMethods.addRepository, request, options: options)
    }

    /// Calls `Ingest/RemoveRepository`; throws what the server said.
    public nonisolated(nonsending) func removeRepository(
        _ request: RemoveRepositoryRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> RemoveRepositoryResponse {
        try await self.channel.unary(IngestMethods.removeRepository, request, options: options)
    }

    /// Calls `Ingest/GetRepository`; throws what the server said.
    public nonisolated(nonsending) func getRepository(
        _ request: GetRepositoryRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> Repository {
        try await self.channel.unary(IngestMethods.getRepository, request, options: options)
    }

    /// Calls `Ingest/ListRepositories`; throws what the server said.
    public nonisolated(nonsending) func listRepositories(
        _ request: ListRepositoriesRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> ListRepositoriesResponse {
        try await self.channel.unary(IngestMethods.listRepositories, request, options: options)
    }

    /// Calls `Ingest/SubmitScrape`; throws what the server said.
    public nonisolated(nonsending) func submitScrape(
        _ request: SubmitScrapeRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> SubmitScrapeResponse {
        try await self.channel.unary(IngestMethods.submitScrape, request, options: options)
    }

    /// Calls `Ingest/GetJob`; throws what the server said.
    public nonisolated(nonsending) func getJob(
        _ request: GetJobRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> Job {
        try await self.channel.unary(IngestMethods.getJob, request, options: options)
    }

    /// Calls `Ingest/ListJobs`; throws what the server said.
    public nonisolated(nonsending) func listJobs(
        _ request: ListJobsRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> ListJobsResponse {
        try await self.channel.unary(IngestMethods.listJobs, request, options: options)
    }

    /// Calls `Ingest/CancelJob`; throws what the server said.
    public nonisolated(nonsending) func cancelJob(
        _ request: CancelJobRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> Job {
        try await self.channel.unary(IngestMethods.cancelJob, request, options: options)
    }

    /// Calls `Ingest/RetryJob`; throws what the server said.
    public nonisolated(nonsending) func retryJob(
        _ request: RetryJobRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> Job {
        try await self.channel.unary(IngestMethods.retryJob, request, options: options)
    }

    /// Calls `Ingest/WatchJob`; throws what the server said.
    public nonisolated(nonsending) func watchJob<Value: Sendable>(
        _ request: WatchJobRequest, options: CallOptions = CallOptions(),
        _ body: nonisolated(nonsending) (RPCReader<Job>) async throws -> Value
    ) async throws -> Value {
        try await self.channel.serverStreaming(
            IngestMethods.watchJob, request, options: options, body)
    }

    /// Calls `Ingest/Verify`; throws what the server said.
    public nonisolated(nonsending) func verify(
        _ request: VerifyRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> VerifyResponse {
        try await self.channel.unary(IngestMethods.verify, request, options: options)
    }

    /// Calls `Ingest/GetCoverage`; throws what the server said.
    public nonisolated(nonsending) func getCoverage(
        _ request: GetCoverageRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> GetCoverageResponse {
        try await self.channel.unary(IngestMethods.getCoverage, request, options: options)
    }

    /// Calls `Ingest/Estimate`; throws what the server said.
    public nonisolated(nonsending) func estimate(
        _ request: EstimateRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> EstimateResponse {
        try await self.channel.unary(IngestMethods.estimate, request, options: options)
    }

    /// Calls `Ingest/GetBudget`; throws what the server said.
    public nonisolated(nonsending) func getBudget(
        _ request: GetBudgetRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> Budget {
        try await self.channel.unary(IngestMethods.getBudget, request, options: options)
    }

    /// Calls `Ingest/GetStats`; throws what the server said.
    public nonisolated(nonsending) func getStats(
        _ request: IngestStatsRequest, options: CallOptions = CallOptions()
    ) async throws(RPCError) -> IngestStats {
        try await self.channel.unary(IngestMethods.getStats, request, options: options)
    }
}
