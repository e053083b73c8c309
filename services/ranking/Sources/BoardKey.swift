/// Which board: a repository's or, with 0, the global one, for one window.
struct BoardKey: Hashable, Sendable {
    let repositoryID: Int64
    let window: String

    static let globalID: Int64 = 0

    /// Windows that are kept ready, with their days; nil for `all`.
    static let windows: [(name: String, days: Int32?)] = [
        ("all", nil), ("730d", 730), ("365d", 365), ("90d", 90), ("30d", 30), ("7d", 7),
    ]

    /// First and last day that a window covers; for `all` those of the data.
    static func days(
        of window: String, asOf day: Int32, data: ClosedRange<Int32>
    ) -> ClosedRange<Int32> {
        guard let days = self.windows.first(where: { $0.name == window })?.days, day > 0 else {
            return data
        }
        return (day - days + 1)...day
    }
}
