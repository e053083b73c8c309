/// A range of days that boards are kept for (design.md section 4).
struct ScoreWindow: Hashable, Sendable {
    /// Such as `90d`.
    let name: String
    /// Days; nil for `all`.
    let length: Int32?

    static let all = ScoreWindow(name: "all", length: nil)
    /// The windows that are kept ready.
    static let standard =
        [all]
        + [Int32(730), 365, 90, 30, 7].map { (days: Int32) in
            ScoreWindow(name: "\(days)d", length: days)
        }

    /// The standard window of a name; "" is `all`.
    static func named(_ name: String) -> ScoreWindow? {
        self.standard.first { $0.name == (name.isEmpty ? "all" : name) }
    }

    /// The first day of the window that ends on a day; `Int32.min` for `all`.
    func firstDay(asOf day: Int32) -> Int32 { self.length.map { day - $0 + 1 } ?? .min }

    /// The last day: relative windows end with it, `all` has no end.
    func lastDay(asOf day: Int32) -> Int32 { self.length == nil ? .max : day }
}
