import Foundation
import ServiceKit
import Testing

@Suite struct CivilDayTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("1970-01-02", 1), ("1969-12-31", -1), ("2000-02-29", 11016),
        ("2000-03-01", 11017), ("2011-02-12", 15017), ("2024-02-29", 19782), ("2026-11-24", 20781),
    ])
    func `a written day has its number and back`(text: String, number: Int32) {
        #expect(CivilDay(text)?.rawValue == number)
        #expect(CivilDay(rawValue: number).description == text)
    }

    @Test(arguments: [
        "", "2026", "2026-1-1", "2026-13-01", "2026-00-10", "2026-02-30", "2100-02-29",
        "2026-04-31", "2026-11-24 ", "2026/11/24", "+026-11-24", "２０２６-11-24", "0000-01-01",
        "2026-11-0a", "2026-11-00",
    ])
    func `BAD-06 what is no day is no day`(text: String) {
        #expect(CivilDay(text) == nil)
    }

    @Test func `every day of four centuries is what the calendar of the system says`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for number in stride(from: -25_000, to: 121_097, by: 61) {
            let date = Date(timeIntervalSince1970: Double(number) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let day = CivilDay(rawValue: Int32(number))
            #expect(day.components.year == parts.year)
            #expect(day.components.month == parts.month)
            #expect(day.components.day == parts.day)
            #expect(CivilDay(day.description) == day)
        }
    }

    @Test(
        arguments: [
            (0, 0), (1, 0), (86_399_999_999, 0), (86_400_000_000, 1), (-1, -1),
            (-86_400_000_000, -1), (-86_400_000_001, -2),
        ] as [(Int64, Int32)])
    func `FLT-29 an instant falls into the day in which it lies in UTC`(
        microseconds: Int64, day: Int32
    ) {
        #expect(CivilDay(microseconds: microseconds).rawValue == day)
    }

    @Test func `days can be counted, stepped and compared`() throws {
        let start = try #require(CivilDay("2023-12-30"))
        let end = try #require(CivilDay("2024-03-01"))
        #expect(start.distance(to: end) == 62)
        #expect(start.advanced(by: 62) == end)
        #expect(start < end)
        #expect((start...end).count == 63)
    }

    @Test func `a day of another planet does not overflow`() {
        #expect(CivilDay(microseconds: .max).rawValue > 0)
        #expect(CivilDay(microseconds: .min).rawValue < 0)
        #expect(CivilDay(rawValue: .max).advanced(by: .max / 2).rawValue == .max)
    }
}
