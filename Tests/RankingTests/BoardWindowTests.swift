import RPCCore
import ServiceKit
import Testing

@testable import Ranking

/// Windows of http.md section 3.
@Suite struct BoardWindowTests {
    private static func days(_ first: String, _ last: String) -> ClosedRange<Int32>? {
        guard let first = CivilDay(first), let last = CivilDay(last) else { return nil }
        return first.rawValue...last.rawValue
    }

    @Test(arguments: ["", "all", "730d", "365d", "90d", "30d", "7d"])
    func `a standard window is the one that is kept ready`(name: String) throws {
        #expect(try BoardWindow(name).days == nil)
    }

    @Test(arguments: [
        ("2025", "2025-01-01", "2025-12-31"), ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2025-Q3", "2025-07-01", "2025-09-30"), ("2025-Q4", "2025-10-01", "2025-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"), ("2025-02", "2025-02-01", "2025-02-28"),
        ("2025-12", "2025-12-01", "2025-12-31"), ("9999", "9999-01-01", "9999-12-31"),
        ("2025-01-01..2025-06-30", "2025-01-01", "2025-06-30"),
        ("2024-02-29..2024-02-29", "2024-02-29", "2024-02-29"),
    ])
    func `FLT-29 a calendar window has the days of the calendar`(
        text: String, first: String, last: String
    ) throws {
        #expect(try BoardWindow(text).days == Self.days(first, last))
    }

    @Test(arguments: [
        "2025-Q0", "2025-Q5", "2025-13", "2025-00", "25", "20255", "2025-1", "2025-Q", "8d", "-7d",
        "2025-02-29..2025-03-01", "2025-02-02..2025-02-01", "2025-01-01..", "..2025-01-01", "..",
        "2025-01-01..2025-01-02..2025-01-03", "ALL", "2025-Q12", "٢٠٢٥", "2025\u{0}",
    ])
    func `BAD-02 BAD-06 a window that is none is refused by name`(text: String) {
        #expect(throws: RPCError.self) { try BoardWindow(text) }
        do { _ = try BoardWindow(text) } catch { #expect(error.message.hasPrefix("window: ")) }
    }

    @Test func `a relative window ends with the day asked for`() throws {
        let day = try #require(CivilDay("2024-03-01")).rawValue
        #expect(try BoardWindow("7d", asOf: day).days == Self.days("2024-02-24", "2024-03-01"))
        #expect(try BoardWindow("all", asOf: day).days == Int32.min...day)
        #expect(throws: RPCError.self) { try BoardWindow("2024", asOf: day) }
    }

    @Test(arguments: [Int32(-1), .min, .max, 2_932_897])
    func `BAD-02 a day beyond the calendar is refused`(day: Int32) {
        #expect(throws: RPCError.self) { try BoardWindow("7d", asOf: day) }
    }

    @Test func `the last day of the calendar is taken`() throws {
        #expect(try BoardWindow("7d", asOf: 2_932_896).days?.upperBound == 2_932_896)
    }
}
