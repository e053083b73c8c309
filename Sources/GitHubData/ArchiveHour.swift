public import ServiceKit

/// One hour of GH Archive.
public struct ArchiveHour: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Hours behind a day that may still hold its events: files are named by the hour in which the
    /// crawler met an event, up to six hours late (sources.md section 1.1).
    public static let spill = 6

    /// The day, UTC.
    public let day: CivilDay
    /// 0 ... 23.
    public let hour: Int

    /// An hour of a day.
    public init(_ day: CivilDay, _ hour: Int) {
        self.day = day
        self.hour = hour
    }

    /// The name of its file: the hour stands without a leading zero.
    public var fileName: String { "\(self.day)-\(self.hour).json.gz" }

    /// The same as its file's name begins.
    public var description: String { "\(self.day)-\(self.hour)" }

    /// When it begins.
    public var start: Timestamp {
        Timestamp(rawValue: self.day.startMicroseconds + Int64(self.hour) * 3_600_000_000)
    }

    /// Earlier hours come first.
    public static func < (left: ArchiveHour, right: ArchiveHour) -> Bool {
        (left.day, left.hour) < (right.day, right.hour)
    }

    /// The hours that hold the events of some days, ascending, each once.
    public static func covering(_ days: some Sequence<CivilDay>) -> [ArchiveHour] {
        var hours: Set<ArchiveHour> = []
        for day in days {
            hours.formUnion((0..<24).map { ArchiveHour(day, $0) })
            hours.formUnion((0..<Self.spill).map { ArchiveHour(day.advanced(by: 1), $0) })
        }
        return hours.sorted()
    }
}
