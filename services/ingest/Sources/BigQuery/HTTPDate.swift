import ServiceKit

/// Reads the `Date` of an answer (RFC 9110 section 5.6.7, its preferred form).
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Seconds since 1970 of `Thu, 26 Nov 2026 08:49:37 GMT`; nil for anything else.
    static func seconds(_ text: String?) -> Int64? {
        guard let parts = text?.split(separator: " "), parts.count == 6, parts[5] == "GMT",
            let day = Int(parts[1]), let year = Int(parts[3]),
            let month = months.firstIndex(where: { $0 == parts[2] }),
            let date = CivilDay(year: year, month: month + 1, day: day)
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]),
            (0...60).contains(clock[2])
        else { return nil }
        return Int64(date.rawValue) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }
}
