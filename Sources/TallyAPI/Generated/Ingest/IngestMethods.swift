// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

public import RPCCore

/// The methods of `tally.ingest.v1.Ingest`.
public enum IngestMethods {
    /// `Ingest/AddRepository`.
    public static let addRepository = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/AddRepository", kind: .unary,
        idempotency: .idempotent,
        requestType: "tally.ingest.v1.AddRepositoryRequest",
        responseType: "tally.ingest.v1.AddRepositoryResponse")
    /// `Ingest/RemoveRepository`.
    public static let removeRepository = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/RemoveRepository", kind: .unary,
        idempotency: .idempotent,
        requestType: "tally.ingest.v1.RemoveRepositoryRequest",
        responseType: "tally.ingest.v1.RemoveRepositoryResponse")
    /// `Ingest/GetRepository`.
    public static let getRepository = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/GetRepository", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.ingest.v1.GetRepositoryRequest",
        responseType: "tally.ingest.v1.Repository")
    /// `Ingest/ListRepositories`.
    public static let listRepositories = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/ListRepositories", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.ingest.v1.ListRepositoriesRequest",
        responseType: "tally.ingest.v1.ListRepositoriesResponse")
    /// `Ingest/SubmitScrape`.
    public static let submitScrape = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/SubmitScrape", kind: .unary,
        idempotency: .idempotent,
        requestType: "tally.ingest.v1.SubmitScrapeRequest",
        responseType: "tally.ingest.v1.SubmitScrapeResponse")
    /// `Ingest/GetJob`.
    public static let getJob = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/GetJob", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.ingest.v1.GetJobRequest",
        responseType: "tally.ingest.v1.Job")
    /// `Ingest/ListJobs`.
    public static let listJobs = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/ListJobs", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.ingest.v1.ListJobsRequest",
        responseType: "tally.ingest.v1.ListJobsResponse")
    /// `Ingest/CancelJob`.
    public static let cancelJob = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/CancelJob", kind: .unary,
        idempotency: .idempotent,
        requestType: "tally.ingest.v1.CancelJobRequest",
        responseType: "tally.ingest.v1.Job")
    /// `Ingest/RetryJob`.
    public static let retryJob = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/RetryJob", kind: .unary,
        idempotency: .unknown,
        requestType: "tally.ingest.v1.RetryJobRequest",
        responseType: "tally.ingest.v1.Job")
    /// `Ingest/WatchJob`.
    public static let watchJob = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/WatchJob", kind: .serverStreaming,
        idempotency: .noSideEffects,
        requestType: "tally.ingest.v1.WatchJobRequest",
        responseType: "tally.ingest.v1.Job")
    /// `Ingest/Verify`.
    public static let verify = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/Verify", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.common.v1.VerifyRequest",
        responseType: "tally.common.v1.VerifyResponse")
    /// `Ingest/GetCoverage`.
    public static let getCoverage = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/GetCoverage", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.ingest.v1.GetCoverageRequest",
        responseType: "tally.ingest.v1.GetCoverageResponse")
    /// `Ingest/Estimate`.
    public static let estimate = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/Estimate", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.ingest.v1.EstimateRequest",
        responseType: "tally.ingest.v1.EstimateResponse")
    /// `Ingest/GetBudget`.
    public static let getBudget = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/GetBudget", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.ingest.v1.GetBudgetRequest",
        responseType: "tally.ingest.v1.Budget")
    /// `Ingest/GetStats`.
    public static let getStats = MethodDescriptor(
        path: "/tally.ingest.v1.Ingest/GetStats", kind: .unary,
        idempotency: .noSideEffects,
        requestType: "tally.ingest.v1.IngestStatsRequest",
        responseType: "tally.ingest.v1.IngestStats")
    /// All of them, in the order of the .proto file.
    public static let all = [
        addRepository, removeRepository, getRepository, listRepositories, submitScrape, getJob,
        listJobs, cancelJob, retryJob, watchJob, verify, getCoverage, estimate, getBudget, getStats,
    ]
}
