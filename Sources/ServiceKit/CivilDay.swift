/// A day of the calendar in UTC, counted from 1970-01-01.
public struct CivilDay: RawRepresentable, Sendable, Hashable, Comparable, Strideable,
    CustomStringConvertible
{
    /// Days since 1970-01-01; 0 stands for "not given" in messages.
    public let rawValue: Int32

    /// A day by its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The day in which an instant falls.
    ///
    /// - Parameter microseconds: since 1970-01-01T00:00:00Z; may be negative.
    public init(microseconds: Int64) {
        let perDay: Int64 = 86_400_000_000
        let floored = microseconds / perDay - (microseconds % perDay < 0 ? 1 : 0)
        self.rawValue = Int32(clamping: floored)
    }

    /// A day by year, month and day of month; nil when there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.length(of: month, in: year)
        else { return nil }
        // Years that begin in March put the leap day last (H. Hinnant, days_from_civil).
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.rawValue = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Reads `YYYY-MM-DD`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 45, bytes[7] == 45 else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte) - 48
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else {
            return nil
        }
        self.init(year: year, month: month, day: day)
    }

    /// Year, month and day of month.
    public var components: (year: Int, month: Int, day: Int) {
        let shifted = Int(self.rawValue) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func length(of month: Int, in year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Microseconds from 1970-01-01T00:00:00Z to the day's first instant.
    public var startMicroseconds: Int64 { Int64(self.rawValue) * 86_400_000_000 }

    /// `YYYY-MM-DD`.
    public var description: String {
        let (year, month, day) = self.components
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// Earlier days come first.
    public static func < (left: CivilDay, right: CivilDay) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Days between.
    public func distance(to other: CivilDay) -> Int { Int(other.rawValue) - Int(self.rawValue) }

    /// The day so many days later.
    public func advanced(by days: Int) -> CivilDay {
        CivilDay(rawValue: Int32(clamping: Int(self.rawValue) + days))
    }
}

/// A number with leading zeros.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
