import ServiceKit

/// Picks what to read next: a short range of days, for every job that lacks days of it.
///
/// Pure. Fair: the job that waited longest leads, and a range is short, so that a small job is not
/// behind a large one. Frugal: jobs lacking the same days share the scan. In order: a job joins
/// only with its first missing day.
struct ScanPlanner: Sendable {
    /// A job that is not part of a scan at the moment.
    struct Candidate: Hashable, Sendable {
        var jobId: String
        /// Days still to read, ascending, none twice.
        var pending: [CivilDay]
        /// Grows with each scan of the process; 0 = never served.
        var lastServed: UInt64
    }

    /// One scan: the jobs in it, each with the days to store for it.
    struct Scan: Hashable, Sendable {
        var days: [String: [CivilDay]]

        /// Every day that somebody needs, ascending.
        var union: [CivilDay] { Set(days.values.joined()).sorted() }
    }

    /// The next scan; nil when nobody needs anything.
    /// - Parameter shape: how the source likes to be read; by default fourteen days at once, so
    ///   that the six hours read past a scan's end are a small part.
    static func next(_ candidates: [Candidate], _ shape: ScanShape = ScanShape()) -> Scan? {
        let leader = candidates.filter { !$0.pending.isEmpty }
            .min { ($0.lastServed, $0.jobId) < ($1.lastServed, $1.jobId) }
        guard let leader, let first = leader.pending.first else { return nil }
        let range = first..<CivilDay(rawValue: first.rawValue + shape.daysAtOnce)
        var days: [String: [CivilDay]] = [:]
        for candidate in candidates {
            guard let start = candidate.pending.first, range.contains(start),
                shape.isShared || candidate.jobId == leader.jobId
            else { continue }
            days[candidate.jobId] = candidate.pending.filter(range.contains)
        }
        return Scan(days: days)
    }
}
