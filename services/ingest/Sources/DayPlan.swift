import ServiceKit

/// Decides which days of a job must be read: pure, from what coverage says.
enum DayPlan {
    /// What is known of a day that was read before.
    struct Covered: Hashable, Sendable {
        var day: CivilDay
        /// The job that read it.
        var jobId: String
        var source: String
        /// Every expected hour was read to its end.
        var isWhole: Bool
        /// Of the hours as they were then; nil when the source has no such thing.
        var fingerprint: [UInt8]?
        /// What is believed of it lacks commits, authors or lines that GitHub itself knows.
        var isPoor = false
    }

    /// Days to read, ascending.
    ///
    /// What this job has read before (a crash, a retry) is left out. What others have read is left
    /// out when it is whole, from the same source, and the source has not changed; `force` reads it
    /// again.
    /// - Parameter fingerprints: of the hours as they are now, where the source has them.
    static func days(
        since: CivilDay, until: CivilDay, jobId: String, source: String, force: Bool,
        covered: [Covered], fingerprints: [CivilDay: [UInt8]]
    ) -> [CivilDay] {
        let known = Dictionary(
            covered.filter { $0.source == source }.map { ($0.day, $0) }, uniquingKeysWith: { $1 })
        return (since.rawValue...until.rawValue).map(CivilDay.init(rawValue:)).filter { day in
            guard let before = known[day] else { return true }
            if before.jobId == jobId { return false }
            if force || !before.isWhole { return true }
            return before.fingerprint != fingerprints[day]
        }
    }
}
