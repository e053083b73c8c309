import GitHubData
import ServiceKit
import TallyAPI

/// A scan on its way: takes hours in order, hands over days as they become complete. No I/O.
struct ArchiveScan: Sendable {
    /// The hours to read, ascending.
    let hours: [ArchiveHour]
    let wanted: HourScan.Wanted
    private(set) var progress: ScanProgress

    private let targets: [Int64: Set<CivilDay>]
    private let idsByName: [String: Int64]
    private let now: Timestamp
    private let fingerprints: [CivilDay: [UInt8]]
    private var waiting: [CivilDay]
    private var counters: [CivilDay: DayCounter] = [:]
    private var scanned: [CivilDay: ScannedDay] = [:]

    /// - Parameter now: what was not published by then is not missing yet.
    init(_ targets: [ScanTarget], files: any HourFiles, now: Timestamp) {
        self.targets = Dictionary(
            targets.map { ($0.repositoryId, Set($0.days)) }, uniquingKeysWith: { $0.union($1) })
        idsByName = Dictionary(
            targets.flatMap { target in
                target.names.map { ($0.lowercased(), target.repositoryId) }
            }, uniquingKeysWith: { first, _ in first })
        waiting = Set(targets.flatMap(\.days)).sorted()
        hours = ArchiveHour.covering(waiting)
        wanted = HourScan.Wanted(ids: Set(self.targets.keys), names: Set(idsByName.keys))
        progress = ScanProgress(hoursTotal: hours.count)
        self.now = now
        fingerprints = Dictionary(
            waiting.compactMap { day in
                files.fingerprint(of: ArchiveHour.covering([day])).map { (day, $0) }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Takes the next hour. Returns the days that nothing more can come for.
    mutating func take(_ result: HourResult) -> [ScannedDay] {
        progress.hoursDone += 1
        progress.bytes += result.bytes
        note(result)
        result.events.forEach { count($0) }
        var finished: [ScannedDay] = []
        while let day = waiting.first, isOver(day, after: result.hour) {
            waiting.removeFirst()
            finished.append(finish(day))
        }
        return finished
    }

    private func isOver(_ day: CivilDay, after hour: ArchiveHour) -> Bool {
        hour >= ArchiveHour(day.advanced(by: 1), ArchiveHour.spill - 1)
    }

    /// An hour tells of its own day; what spills over from the day before is never a gap there.
    private mutating func note(_ result: HourResult) {
        let (day, hour) = (result.hour.day, result.hour.hour)
        guard waiting.contains(day) else { return }
        switch result.state {
        case .whole:
            scanned[day, default: ScannedDay(day: day)].linesSkipped += result.linesSkipped
        case .damaged: scanned[day, default: ScannedDay(day: day)].hoursDamaged.append(hour)
        case .missing where isPublished(result.hour):
            scanned[day, default: ScannedDay(day: day)].hoursMissing.append(hour)
        case .missing: scanned[day, default: ScannedDay(day: day)].hoursPending.append(hour)
        }
    }

    private func isPublished(_ hour: ArchiveHour) -> Bool {
        let wait = ArchiveSource.publishedAfterHours * 3_600_000_000
        return hour.start.rawValue + wait <= now.rawValue
    }

    private mutating func count(_ event: EventView) {
        let day = event.time.day
        let id = event.repositoryID != 0 ? event.repositoryID : number(of: event.repositoryName)
        guard let id, targets[id]?.contains(day) == true, waiting.contains(day) else { return }
        counters[day, default: DayCounter()].count(event, in: id)
    }

    private func number(of name: UnsafeRawBufferPointer) -> Int64? {
        idsByName[String(decoding: name, as: UTF8.self).lowercased()]
    }

    private mutating func finish(_ day: CivilDay) -> ScannedDay {
        var result = scanned.removeValue(forKey: day) ?? ScannedDay(day: day)
        result.repositories = counters.removeValue(forKey: day)?.repositories ?? []
        result.fingerprint = fingerprints[day]
        return result
    }
}
