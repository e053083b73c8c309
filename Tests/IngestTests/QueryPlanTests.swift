import JSON
import ServiceKit
import Testing

@testable import Ingest

@Suite struct DayRunsTests {
    private func runs(_ days: [Int32]) -> [ClosedRange<Int32>] {
        DayRuns.ranges(days.map(CivilDay.init(rawValue:))).map {
            $0.lowerBound.rawValue...$0.upperBound.rawValue
        }
    }

    @Test func `no days, no ranges`() { #expect(runs([]).isEmpty) }

    @Test func `days in a row are one range, in whatever order they come`() {
        #expect(runs([3, 1, 2, 2]) == [1...3])
    }

    @Test func `a gap of one day is read for nothing, a longer one is left out`() {
        // The table behind a range is read anyway.
        #expect(runs([1, 3]) == [1...3])
        #expect(runs([1, 4]) == [1...1, 4...4])
    }
}

@Suite struct QueryPlanTests {
    private func target(_ id: Int64, _ days: ClosedRange<Int32>) -> ScanTarget {
        ScanTarget(
            repositoryId: id, names: ["a/r\(id)"], days: days.map(CivilDay.init(rawValue:)))
    }

    private func stored(_ id: String, _ ids: [Int64], _ days: ClosedRange<Int32>) -> StoredQuery {
        let range = CivilDay(rawValue: days.lowerBound)...CivilDay(rawValue: days.upperBound)
        return StoredQuery(
            id: id, query: .activity(ids: ids, names: [], days: range), ids: ids, names: [],
            days: range, estimatedBytes: 1, bytesMax: 1, startedUs: 0)
    }

    /// Of each segment: its days, and per query who is read from it.
    private func shape(_ plan: QueryPlan) -> [String] {
        plan.segments.map { segment in
            let parts = segment.parts.map { part in
                let ids = part.targets.map { "\($0.repositoryId)" }.joined(separator: ",")
                return "\(part.stored?.id ?? "new"):\(ids)"
            }
            let days = segment.days.map(\.rawValue)
            return "\(days.first ?? 0)-\(days.last ?? 0) \(parts.joined(separator: " "))"
        }
    }

    @Test func `SRC-21 repositories that lack the same days share one query`() {
        let targets = (1...10).map { target($0, Int32($0)...20) }
        #expect(shape(QueryPlan(targets, stored: [])) == ["1-20 new:1,2,3,4,5,6,7,8,9,10"])
    }

    @Test func `days far apart are two queries`() {
        let plan = QueryPlan([target(1, 1...3), target(2, 9...12)], stored: [])
        #expect(shape(plan) == ["1-3 new:1", "9-12 new:2"])
    }

    @Test func `SRC-26 what was paid is used again, and only the rest is new`() {
        let old = stored("old", [1, 2], 1...5)
        #expect(shape(QueryPlan([target(1, 3...5)], stored: [old])) == ["3-5 old:1"])
        #expect(
            shape(QueryPlan([target(1, 3...8)], stored: [old])) == ["3-5 old:1", "6-8 new:1"])
        #expect(
            shape(QueryPlan([target(1, 3...5), target(9, 3...5)], stored: [old]))
                == ["3-5 new:9 old:1"])
    }

    @Test func `the newer of two paid queries is preferred`() {
        let plan = QueryPlan(
            [target(1, 1...4)], stored: [stored("new1", [1], 2...4), stored("old", [1], 1...4)])
        #expect(shape(plan) == ["1-1 old:1", "2-4 new1:1"])
    }

    @Test func `two queries that tell of one day make one day`() {
        let one = ScannedDay(
            day: CivilDay(rawValue: 1), hoursMissing: [1, 2], linesSkipped: 1,
            repositories: [RepositoryDay(repositoryId: 1)])
        let other = ScannedDay(
            day: CivilDay(rawValue: 1), hoursMissing: [2, 3], linesSkipped: 2,
            repositories: [RepositoryDay(repositoryId: 2)])
        let sum = one.merged(with: other)
        #expect(sum.hoursMissing == [2])
        #expect(sum.linesSkipped == 3)
        #expect(sum.repositories.map(\.repositoryId) == [1, 2])
    }
}

@Suite struct BigQueryRowsTests {
    private func rows(_ schema: String) throws -> BigQueryRows {
        try BigQueryRows(schema: JSONReader.read(schema))
    }

    private static let schema = """
        {"fields":[{"name":"s","type":"STRING"},{"name":"i","type":"INT64"},
        {"name":"f","type":"FLOAT"},{"name":"b","type":"BOOL"},{"name":"t","type":"TIMESTAMP"},
        {"name":"n","type":"NUMERIC"},{"name":"l","type":"INTEGER","mode":"REPEATED"},
        {"name":"r","type":"RECORD","fields":[{"name":"x","type":"STRING"}]}]}
        """

    @Test func `SRC-23 cells are read by the schema: text, numbers, times, lists, records`() throws
    {
        let row = try JSONReader.read(
            """
            {"f":[{"v":"5"},{"v":"9223372036854775807"},{"v":"1.5"},{"v":"true"},
            {"v":"1680307200123456"},{"v":"1.20"},{"v":[{"v":"1"},{"v":null}]},
            {"v":{"f":[{"v":"in"}]}}]}
            """)
        #expect(
            try rows(Self.schema).cells(row) == [
                .text("5"), .integer(.max), .number(1.5), .bool(true),
                .time(Timestamp(rawValue: 1_680_307_200_123_456)), .text("1.20"),
                .list([.integer(1), .null]), .record([.text("in")]),
            ])
    }

    @Test func `SRC-23 null is null whatever the type`() throws {
        let row = try JSONReader.read(
            "{\"f\":[" + Array(repeating: "{\"v\":null}", count: 6).joined(separator: ",")
                + ",{\"v\":[]},{\"v\":null}]}")
        #expect(
            try rows(Self.schema).cells(row)
                == Array(repeating: .null, count: 6) + [.list([]), .null])
    }

    @Test(arguments: [
        ("1680307200123456", Int64(1_680_307_200_123_456)),
        ("1.680307200123456E9", 1_680_307_200_123_456), ("1.7E9", 1_700_000_000_000_000),
        ("-1.5", -1_500_000), ("0.0", 0), ("x", nil), ("1E300", nil), ("nan", nil), ("inf", nil),
    ])
    func `SRC-23 times are microseconds, or seconds with a fraction`(text: String, us: Int64?) {
        #expect(BigQueryRows.time(text)?.rawValue == us)
    }

    @Test(arguments: [
        "{}", "[]", "{\"f\":[]}", "{\"f\":[{\"v\":\"a\"}]}", "{\"f\":[{\"v\":\"5\"},{}]}",
        "{\"f\":[{\"v\":\"5\"},{\"v\":5}]}", "{\"f\":[{\"v\":\"5\"},{\"v\":\"1.0\"}]}",
        "{\"f\":[{\"v\":\"5\"},{\"v\":\"9223372036854775808\"}]}",
    ])
    func `a row that does not fit its schema is refused`(text: String) throws {
        let rows = try rows(
            #"{"fields":[{"name":"s","type":"STRING"},{"name":"i","type":"INTEGER"}]}"#)
        let row = try JSONReader.read(text)
        #expect(throws: BigQueryRows.Fault.self) { _ = try rows.cells(row) }
    }

    @Test(arguments: ["{}", "{\"fields\":1}", "{\"fields\":[{\"name\":\"x\"}]}"])
    func `a schema that is none is refused`(text: String) throws {
        #expect(throws: BigQueryRows.Fault.self) { _ = try rows(text) }
    }

    @Test func `a column is found by name and type`() throws {
        let rows = try rows(Self.schema)
        #expect(try rows.index(of: "i", "INTEGER", "INT64") == 1)
        #expect(throws: BigQueryRows.Fault.self) { _ = try rows.index(of: "i", "STRING") }
        #expect(throws: BigQueryRows.Fault.self) { _ = try rows.index(of: "l", "INTEGER") }
        #expect(throws: BigQueryRows.Fault.self) { _ = try rows.index(of: "z", "STRING") }
    }
}
