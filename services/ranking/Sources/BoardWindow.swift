import RPCCore
import ServiceKit

/// The days that a board is asked for: those of a board that is kept ready, or any others.
struct BoardWindow: Hashable, Sendable {
    /// As it was asked for.
    let name: String
    /// Nil: the board of this name is kept ready.
    let days: ClosedRange<Int32>?

    /// Longest text that names a window: two days and the dots between.
    static let textMax = 22

    /// `all`, `730d` … `7d`, `2025`, `2025-Q3`, `2025-09`, or `2025-01-01..2025-06-30`.
    ///
    /// - Parameter asOf: the last day of a relative window; 0 = today, as the ready boards have it.
    /// - Throws: `RPCError` with `invalidArgument`.
    init(_ text: String, asOf: Int32 = 0) throws(RPCError) {
        let name = text.isEmpty ? "all" : text
        self.name = name
        guard asOf >= 0, asOf <= Self.lastDay else {
            throw RPCError(.invalidArgument, "as_of_day: a day up to 9999-12-31, or 0")
        }
        if let standard = BoardKey.windows.first(where: { $0.name == name }) {
            let first = standard.days.map { asOf - $0 + 1 } ?? .min
            self.days = asOf == 0 ? nil : first...asOf
            return
        }
        guard let days = Self.calendar(name) else {
            let names = BoardKey.windows.map(\.name).joined(separator: ", ")
            throw RPCError(
                .invalidArgument,
                "window: one of \(names), or written 2025, 2025-Q3, 2025-09, "
                    + "2025-01-01..2025-06-30")
        }
        guard asOf == 0 else {
            throw RPCError(.invalidArgument, "as_of_day: only with all and the relative windows")
        }
        self.days = days
    }

    private static let lastDay = CivilDay(year: 9999, month: 12, day: 31)?.rawValue ?? .max

    private static func calendar(_ text: String) -> ClosedRange<Int32>? {
        guard text.utf8.count <= Self.textMax else { return nil }
        if let dots = text.firstRange(of: "..") {
            guard let first = CivilDay(text[..<dots.lowerBound]),
                let last = CivilDay(text[dots.upperBound...]), first <= last
            else { return nil }
            return first.rawValue...last.rawValue
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count <= 2, let year = self.number(parts[0], digits: 4) else { return nil }
        if parts.count == 1 { return self.months(1, 12, of: year) }
        if parts[1].first == "Q" {
            guard let quarter = self.number(parts[1].dropFirst(), digits: 1),
                (1...4).contains(quarter)
            else { return nil }
            return self.months(3 * quarter - 2, 3 * quarter, of: year)
        }
        return self.number(parts[1], digits: 2).flatMap { self.months($0, $0, of: year) }
    }

    private static func number(_ text: Substring, digits: Int) -> Int? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(text)
    }

    private static func months(_ first: Int, _ last: Int, of year: Int) -> ClosedRange<Int32>? {
        let (nextYear, next) = last == 12 ? (year + 1, 1) : (year, last + 1)
        guard let start = CivilDay(year: year, month: first, day: 1) else { return nil }
        let end =
            nextYear > 9999
            ? CivilDay(year: 9999, month: 12, day: 31)
            : CivilDay(year: nextYear, month: next, day: 1)?.advanced(by: -1)
        return end.map { start.rawValue...$0.rawValue }
    }
}
