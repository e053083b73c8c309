// Made by proto/generate.sh from tally/ingest/v1/ingest.proto; not to be edited.

/// Job phase; other numbers are kept.
public struct JobPhase: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: Int32
    /// A value by its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// `JOB_PHASE_UNSPECIFIED`.
    public static let unspecified = JobPhase(rawValue: 0)
    /// `JOB_PHASE_PLANNING`.
    public static let planning = JobPhase(rawValue: 1)
    /// `JOB_PHASE_FETCHING`.
    public static let fetching = JobPhase(rawValue: 2)
    /// `JOB_PHASE_SCORING`.
    public static let scoring = JobPhase(rawValue: 3)
    /// `JOB_PHASE_PUBLISHING`.
    public static let publishing = JobPhase(rawValue: 4)
}
