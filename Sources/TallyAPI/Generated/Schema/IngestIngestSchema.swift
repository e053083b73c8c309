// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

/// What `tally/ingest/v1/ingest.proto` declares.
enum IngestIngestSchema {
    static let messages: [MessageSchema] = [
        MessageSchema(
            name: "tally.ingest.v1.FormerName",
            fields: [
                FieldSchema(1, "name", .string),
                FieldSchema(2, "until_us", .int64),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.CoverageSummary",
            fields: [
                FieldSchema(1, "status", .string),
                FieldSchema(2, "percent", .double),
                FieldSchema(3, "reasons", .string, isRepeated: true),
                FieldSchema(4, "since_day", .int32),
                FieldSchema(5, "until_day", .int32),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.Repository",
            fields: [
                FieldSchema(1, "id", .int64),
                FieldSchema(2, "name", .string),
                FieldSchema(
                    3, "former_names", .message("tally.ingest.v1.FormerName"), isRepeated: true),
                FieldSchema(4, "added_at_us", .int64),
                FieldSchema(5, "last_job", .message("tally.ingest.v1.Job")),
                FieldSchema(6, "coverage", .message("tally.ingest.v1.CoverageSummary")),
                FieldSchema(7, "demonstration", .bool),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.JobProgress",
            fields: [
                FieldSchema(1, "days_total", .uint32),
                FieldSchema(2, "days_done", .uint32),
                FieldSchema(3, "hours_total", .uint32),
                FieldSchema(4, "hours_done", .uint32),
                FieldSchema(5, "bytes", .uint64),
                FieldSchema(6, "events", .uint64),
                FieldSchema(7, "contributors", .uint32),
                FieldSchema(12, "requests", .uint64),
                FieldSchema(13, "requests_expected", .uint64),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.Job",
            fields: [
                FieldSchema(1, "id", .string),
                FieldSchema(2, "repository_id", .int64),
                FieldSchema(3, "repository", .string),
                FieldSchema(4, "since_day", .int32),
                FieldSchema(5, "until_day", .int32),
                FieldSchema(6, "status", .enumeration("tally.ingest.v1.JobStatus")),
                FieldSchema(7, "phase", .enumeration("tally.ingest.v1.JobPhase")),
                FieldSchema(8, "attempt", .uint32),
                FieldSchema(9, "progress", .message("tally.ingest.v1.JobProgress")),
                FieldSchema(10, "error_code", .string),
                FieldSchema(11, "error_text", .string),
                FieldSchema(12, "created_at_us", .int64),
                FieldSchema(13, "started_at_us", .int64),
                FieldSchema(14, "finished_at_us", .int64),
                FieldSchema(15, "last_change", .int64),
                FieldSchema(16, "source", .string),
                FieldSchema(20, "plan", .string, isRepeated: true),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.AddRepositoryRequest",
            fields: [
                FieldSchema(1, "owner", .string),
                FieldSchema(2, "name", .string),
                FieldSchema(3, "no_scrape", .bool),
                FieldSchema(4, "since_day", .int32),
                FieldSchema(5, "until_day", .int32),
                FieldSchema(6, "source", .string),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.AddRepositoryResponse",
            fields: [
                FieldSchema(1, "repository", .message("tally.ingest.v1.Repository")),
                FieldSchema(2, "job", .message("tally.ingest.v1.Job")),
                FieldSchema(3, "created", .bool),
                FieldSchema(4, "renamed_from", .string),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.RemoveRepositoryRequest",
            fields: [
                FieldSchema(1, "owner", .string),
                FieldSchema(2, "name", .string),
            ]),
        MessageSchema(name: "tally.ingest.v1.RemoveRepositoryResponse", fields: []),
        MessageSchema(
            name: "tally.ingest.v1.GetRepositoryRequest",
            fields: [
                FieldSchema(1, "owner", .string),
                FieldSchema(2, "name", .string),
                FieldSchema(3, "id", .int64),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.ListRepositoriesRequest",
            fields: [
                FieldSchema(1, "query", .string),
                FieldSchema(2, "sort", .string),
                FieldSchema(3, "page", .uint32),
                FieldSchema(4, "page_size", .uint32),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.ListRepositoriesResponse",
            fields: [
                FieldSchema(
                    1, "repositories", .message("tally.ingest.v1.Repository"), isRepeated: true),
                FieldSchema(2, "total", .uint64),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.SubmitScrapeRequest",
            fields: [
                FieldSchema(1, "owner", .string),
                FieldSchema(2, "name", .string),
                FieldSchema(3, "since_day", .int32),
                FieldSchema(4, "until_day", .int32),
                FieldSchema(5, "source", .string),
                FieldSchema(6, "force", .bool),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.SubmitScrapeResponse",
            fields: [
                FieldSchema(1, "job", .message("tally.ingest.v1.Job")),
                FieldSchema(2, "already_queued", .bool),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.GetCoverageRequest",
            fields: [
                FieldSchema(1, "owner", .string),
                FieldSchema(2, "name", .string),
                FieldSchema(3, "since_day", .int32),
                FieldSchema(4, "until_day", .int32),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.SourceCount",
            fields: [
                FieldSchema(1, "source", .string),
                FieldSchema(2, "counted", .uint64),
                FieldSchema(3, "percent_known", .bool),
                FieldSchema(4, "percent", .double),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.CoverageItem",
            fields: [
                FieldSchema(1, "item", .string),
                FieldSchema(2, "source", .string),
                FieldSchema(3, "counted", .uint64),
                FieldSchema(4, "expected_known", .bool),
                FieldSchema(5, "expected", .uint64),
                FieldSchema(6, "expected_estimated", .bool),
                FieldSchema(7, "percent_known", .bool),
                FieldSchema(8, "percent", .double),
                FieldSchema(9, "reason", .string),
                FieldSchema(
                    10, "others", .message("tally.ingest.v1.SourceCount"), isRepeated: true),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.CoverageDay",
            fields: [
                FieldSchema(1, "day", .int32),
                FieldSchema(2, "complete", .bool),
                FieldSchema(3, "percent_known", .bool),
                FieldSchema(4, "percent", .double),
                FieldSchema(5, "items", .message("tally.ingest.v1.CoverageItem"), isRepeated: true),
                FieldSchema(6, "reasons", .string, isRepeated: true),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.GetCoverageResponse",
            fields: [
                FieldSchema(1, "repository", .string),
                FieldSchema(2, "summary", .message("tally.ingest.v1.CoverageSummary")),
                FieldSchema(3, "since_day", .int32),
                FieldSchema(4, "until_day", .int32),
                FieldSchema(
                    5, "totals", .message("tally.ingest.v1.CoverageItem"), isRepeated: true),
                FieldSchema(6, "days", .message("tally.ingest.v1.CoverageDay"), isRepeated: true),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.EstimateRequest",
            fields: [
                FieldSchema(1, "owner", .string),
                FieldSchema(2, "name", .string),
                FieldSchema(3, "since_day", .int32),
                FieldSchema(4, "until_day", .int32),
                FieldSchema(5, "source", .string),
                FieldSchema(6, "force", .bool),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.SourceCost",
            fields: [
                FieldSchema(1, "source", .string),
                FieldSchema(2, "usable", .bool),
                FieldSchema(3, "requests", .uint64),
                FieldSchema(4, "bytes", .uint64),
                FieldSchema(5, "micro_usd", .uint64),
                FieldSchema(6, "hours_missing", .uint32),
                FieldSchema(7, "days_missing", .uint32),
                FieldSchema(8, "refusal", .string),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.EstimateLeg",
            fields: [
                FieldSchema(1, "source", .string),
                FieldSchema(2, "days", .uint32),
                FieldSchema(3, "reason", .string),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.EstimateResponse",
            fields: [
                FieldSchema(1, "source", .string),
                FieldSchema(2, "since_day", .int32),
                FieldSchema(3, "until_day", .int32),
                FieldSchema(4, "days_asked", .uint32),
                FieldSchema(5, "days_missing", .uint32),
                FieldSchema(6, "requests", .uint64),
                FieldSchema(7, "bytes", .uint64),
                FieldSchema(8, "micro_usd", .uint64),
                FieldSchema(9, "allowed", .bool),
                FieldSchema(10, "refusal", .string),
                FieldSchema(11, "legs", .message("tally.ingest.v1.EstimateLeg"), isRepeated: true),
                FieldSchema(12, "notes", .string, isRepeated: true),
                FieldSchema(
                    13, "considered", .message("tally.ingest.v1.SourceCost"), isRepeated: true),
            ]),
        MessageSchema(name: "tally.ingest.v1.GetBudgetRequest", fields: []),
        MessageSchema(
            name: "tally.ingest.v1.Budget",
            fields: [
                FieldSchema(1, "configured", .bool),
                FieldSchema(2, "day_bytes", .uint64),
                FieldSchema(3, "day_micro_usd", .uint64),
                FieldSchema(4, "day_queries", .uint64),
                FieldSchema(5, "month_bytes", .uint64),
                FieldSchema(6, "month_micro_usd", .uint64),
                FieldSchema(7, "month_queries", .uint64),
                FieldSchema(8, "promised_bytes", .uint64),
                FieldSchema(9, "promised_micro_usd", .uint64),
                FieldSchema(10, "job_cap_micro_usd", .uint64),
                FieldSchema(11, "day_cap_micro_usd", .uint64),
                FieldSchema(12, "month_cap_micro_usd", .uint64),
                FieldSchema(13, "queued_jobs", .uint64),
                FieldSchema(14, "queued_bytes", .uint64),
                FieldSchema(15, "queued_micro_usd", .uint64),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.GetJobRequest",
            fields: [
                FieldSchema(1, "id", .string)
            ]),
        MessageSchema(
            name: "tally.ingest.v1.ListJobsRequest",
            fields: [
                FieldSchema(1, "status", .enumeration("tally.ingest.v1.JobStatus")),
                FieldSchema(2, "repository", .string),
                FieldSchema(3, "page", .uint32),
                FieldSchema(4, "page_size", .uint32),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.ListJobsResponse",
            fields: [
                FieldSchema(1, "jobs", .message("tally.ingest.v1.Job"), isRepeated: true),
                FieldSchema(2, "total", .uint64),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.CancelJobRequest",
            fields: [
                FieldSchema(1, "id", .string)
            ]),
        MessageSchema(
            name: "tally.ingest.v1.RetryJobRequest",
            fields: [
                FieldSchema(1, "id", .string)
            ]),
        MessageSchema(
            name: "tally.ingest.v1.WatchJobRequest",
            fields: [
                FieldSchema(1, "id", .string)
            ]),
        MessageSchema(name: "tally.ingest.v1.IngestStatsRequest", fields: []),
        MessageSchema(
            name: "tally.ingest.v1.JobCount",
            fields: [
                FieldSchema(1, "status", .enumeration("tally.ingest.v1.JobStatus")),
                FieldSchema(2, "count", .uint64),
            ]),
        MessageSchema(
            name: "tally.ingest.v1.IngestStats",
            fields: [
                FieldSchema(1, "repositories", .uint64),
                FieldSchema(2, "events", .uint64),
                FieldSchema(3, "bytes", .uint64),
                FieldSchema(4, "jobs", .message("tally.ingest.v1.JobCount"), isRepeated: true),
                FieldSchema(5, "demonstration", .bool),
            ]),
    ]
    static let enums: [EnumSchema] = [
        EnumSchema(
            name: "tally.ingest.v1.JobStatus",
            values: [
                (0, "JOB_STATUS_UNSPECIFIED"), (1, "JOB_STATUS_QUEUED"), (2, "JOB_STATUS_RUNNING"),
                (3, "JOB_STATUS_COMPLETED"), (4, "JOB_STATUS_FAILED"), (5, "JOB_STATUS_CANCELLED"),
            ]),
        EnumSchema(
            name: "tally.ingest.v1.JobPhase",
            values: [
                (0, "JOB_PHASE_UNSPECIFIED"), (1, "JOB_PHASE_PLANNING"), (2, "JOB_PHASE_FETCHING"),
                (3, "JOB_PHASE_SCORING"), (4, "JOB_PHASE_PUBLISHING"),
            ]),
    ]
    static let services: [ServiceSchema] = [
        ServiceSchema(name: "tally.ingest.v1.Ingest", methods: IngestMethods.all)
    ]
}
