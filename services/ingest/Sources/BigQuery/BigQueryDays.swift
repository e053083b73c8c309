import GitHubData
import JSON
import ServiceKit
import TallyAPI

/// Turns the rows of an answer, oldest first, into days: counted by the rules that the archive's
/// files are counted by. No I/O.
struct BigQueryDays: Sendable {
    private let targets: [Int64: Set<CivilDay>]
    private let idsByName: [String: Int64]
    private let now: Timestamp
    private var waiting: [CivilDay]
    private var counter = DayCounter()
    private var hours: Set<Int> = []
    private var linesSkipped: UInt64 = 0

    /// - Parameters:
    ///   - days: of the answer; of others nothing is counted.
    ///   - now: what was not published by then is not missing yet.
    init(_ targets: [ScanTarget], days: ClosedRange<CivilDay>, now: Timestamp) {
        self.targets = Dictionary(
            targets.map { ($0.repositoryId, Set($0.days)) }, uniquingKeysWith: { $0.union($1) })
        idsByName = Dictionary(
            targets.flatMap { target in
                target.names.map { ($0.lowercased(), target.repositoryId) }
            }, uniquingKeysWith: { first, _ in first })
        waiting = Set(targets.flatMap(\.days)).filter(days.contains).sorted()
        self.now = now
    }

    /// Takes the next row. Returns the days that nothing more can come for.
    mutating func take(_ row: BigQueryEvents.Row) -> [ScannedDay] {
        let time =
            switch row {
            case .event(_, let time), .hour(let time): time
            }
        let finished = finish(before: time.day)
        guard waiting.first == time.day else { return finished }
        hours.insert(Int((time.rawValue - time.day.startMicroseconds) / 3_600_000_000))
        if case .event(let fields, _) = row { count(fields, on: time.day) }
        return finished
    }

    /// The answer ends here. Returns the days that are left.
    mutating func finish() -> [ScannedDay] { finish(before: CivilDay(rawValue: .max)) }

    private mutating func finish(before day: CivilDay) -> [ScannedDay] {
        var finished: [ScannedDay] = []
        while let first = waiting.first, first < day {
            waiting.removeFirst()
            finished.append(scanned(first))
            (counter, hours, linesSkipped) = (DayCounter(), [], 0)
        }
        return finished
    }

    private mutating func count(_ fields: EventFields, on day: CivilDay) {
        let id = fields.repositoryID ?? idsByName[fields.repository.lowercased()]
        guard let id, targets[id]?.contains(day) == true else { return }
        guard let event = GitHubEvent(fields) else {
            linesSkipped += 1
            return
        }
        counter.count(event, in: id)
    }

    /// An hour in which nobody on all of GitHub did anything was not recorded.
    private func scanned(_ day: CivilDay) -> ScannedDay {
        let absent = (0..<24).filter { !hours.contains($0) }
        let published = absent.filter { isPublished(ArchiveHour(day, $0)) }
        return ScannedDay(
            day: day, hoursMissing: published,
            hoursPending: absent.filter { !published.contains($0) },
            linesSkipped: linesSkipped, repositories: counter.repositories)
    }

    private func isPublished(_ hour: ArchiveHour) -> Bool {
        let wait = ArchiveSource.publishedAfterHours * 3_600_000_000
        return hour.start.rawValue + wait <= now.rawValue
    }
}
