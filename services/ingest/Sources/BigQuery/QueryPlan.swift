import ServiceKit

/// Decides which queries a scan needs: pure.
///
/// One query serves all repositories that lack the same days. What an earlier query, paid for and
/// not used up, tells already is taken from that one.
struct QueryPlan: Hashable, Sendable {
    /// One query, and what of it is used.
    struct Part: Hashable, Sendable {
        /// nil = it must be started.
        var stored: StoredQuery?
        /// With the days taken from this query.
        var targets: [ScanTarget]

        /// The days it must tell of.
        var days: [CivilDay] { Set(targets.flatMap(\.days)).sorted() }
    }

    /// Days that the same queries tell of, ascending.
    struct Segment: Hashable, Sendable {
        var days: [CivilDay]
        var parts: [Part]
    }

    var segments: [Segment]

    /// - Parameter stored: queries whose rows can still be had, the most preferred first.
    init(_ targets: [ScanTarget], stored: [StoredQuery]) {
        let wanted = Set(targets.flatMap(\.days))
        segments = DayRuns.ranges(wanted).flatMap { range in
            Self.segments(wanted.filter(range.contains).sorted(), targets, stored)
        }
    }

    /// Cuts a run of days where other queries begin to tell of it.
    private static func segments(
        _ days: [CivilDay], _ targets: [ScanTarget], _ stored: [StoredQuery]
    ) -> [Segment] {
        var segments: [(days: [CivilDay], sources: Set<String>)] = []
        for day in days {
            let sources = Set(
                targets.filter { $0.days.contains(day) }.map {
                    source(of: $0.repositoryId, on: day, stored)?.id ?? ""
                })
            if segments.last?.sources == sources {
                segments[segments.count - 1].days.append(day)
            } else {
                segments.append(([day], sources))
            }
        }
        return segments.map { segment in
            Segment(
                days: segment.days,
                parts: segment.sources.sorted().map { id in
                    Part(
                        stored: stored.first { $0.id == id },
                        targets: part(of: id, on: segment.days, targets, stored))
                })
        }
    }

    private static func source(
        of repositoryId: Int64, on day: CivilDay, _ stored: [StoredQuery]
    ) -> StoredQuery? {
        stored.first { $0.covers(repositoryId, on: day) }
    }

    private static func part(
        of id: String, on days: [CivilDay], _ targets: [ScanTarget], _ stored: [StoredQuery]
    ) -> [ScanTarget] {
        targets.compactMap { target in
            var target = target
            target.days = target.days.filter { day in
                days.contains(day)
                    && (source(of: target.repositoryId, on: day, stored)?.id ?? "") == id
            }
            return target.days.isEmpty ? nil : target
        }
    }
}

extension ScannedDay {
    /// What two queries tell of one day: repositories of both; an hour that either has is there.
    func merged(with other: ScannedDay) -> ScannedDay {
        var sum = self
        sum.hoursMissing = hoursMissing.filter(other.hoursMissing.contains)
        sum.hoursPending = hoursPending.filter(other.hoursPending.contains)
        sum.linesSkipped += other.linesSkipped
        sum.repositories += other.repositories
        return sum
    }
}
