import Postgres
import ServiceKit
import TallyAPI

/// Reads what is known of days, for those who ask how complete they are.
enum CoverageViewStore {
    static func days(
        of repositoryId: Int64, _ range: ClosedRange<CivilDay>,
        in connection: PostgresConnection
    ) throws -> [CoverageView.Day] {
        let values: [PostgresValue] = [
            .int64(repositoryId), .int32(range.lowerBound.rawValue),
            .int32(range.upperBound.rawValue),
        ]
        let sources = try sources(values, in: connection)
        let items = try connection.query(
            "select day - date '1970-01-01' as day, item, counted, reason from coverage \(within)",
            values)
        var counted: [CivilDay: [String: UInt64]] = [:]
        var reasons: [CivilDay: [String: DayCoverage.Reason]] = [:]
        for row in items {
            let (day, item) = (CivilDay(rawValue: try row.int32("day")), try row.string("item"))
            counted[day, default: [:]][item] = UInt64(clamping: try row.int64("counted"))
            reasons[day, default: [:]][item] = try row.optionalString("reason")
                .flatMap(DayCoverage.Reason.init(rawValue:))
        }
        return try connection.query(
            """
            select day - date '1970-01-01' as day, sources from merged_days \(within)
            order by day
            """, values
        ).map { row in
            let day = CivilDay(rawValue: try row.int32("day"))
            return CoverageView.Day(
                day: day, believed: try row.stringArray("sources"), sources: sources[day] ?? [],
                counted: counted[day] ?? [:], reasons: reasons[day] ?? [:])
        }
    }

    private static let within = """
        where repository_id = $1 and day between date '1970-01-01' + $2::int
          and date '1970-01-01' + $3::int
        """

    private static func sources(
        _ values: [PostgresValue], in connection: PostgresConnection
    ) throws -> [CivilDay: [CoverageView.SourceCounts]] {
        let rows = try connection.query(
            """
            select day - date '1970-01-01' as day, source, lacks, reasons, hours_expected,
                   cardinality(hours_missing || hours_damaged || hours_pending) as lacking,
                   coalesce(array_to_string(counted, ','), '') as counted
            from coverage_days \(within) order by day, source
            """, values)
        var sources: [CivilDay: [CoverageView.SourceCounts]] = [:]
        for row in rows {
            let lacking = Int(try row.int32("lacking"))
            let counted = try row.string("counted").split(separator: ",").compactMap { UInt64($0) }
            sources[CivilDay(rawValue: try row.int32("day")), default: []].append(
                CoverageView.SourceCounts(
                    day: SourceDay(
                        source: try row.string("source"), isWhole: lacking == 0,
                        lacks: Set(try row.stringArray("lacks"))),
                    counted: counted.count == Counters.items.count ? counted : nil,
                    reasons: try row.stringArray("reasons")
                        .compactMap(DayCoverage.Reason.init(rawValue:)),
                    hoursExpected: Int(try row.int32("hours_expected")), hoursLacking: lacking))
        }
        return sources
    }
}
