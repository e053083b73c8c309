// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

/// Job status; other numbers are kept.
public struct JobStatus: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: Int32
    /// A value by its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// `JOB_STATUS_UNSPECIFIED`.
    public static let unspecified = JobStatus(rawValue: 0)
    /// `JOB_STATUS_QUEUED`.
    public static let queued = JobStatus(rawValue: 1)
    /// `JOB_STATUS_RUNNING`.
    public static let running = JobStatus(rawValue: 2)
    /// `JOB_STATUS_COMPLETED`.
    public static let completed = JobStatus(rawValue: 3)
    /// `JOB_STATUS_FAILED`.
    public static let failed = JobStatus(rawValue: 4)
    /// `JOB_STATUS_CANCELLED`.
    public static let cancelled = JobStatus(rawValue: 5)
}
