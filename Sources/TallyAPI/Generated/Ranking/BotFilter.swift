// Made by proto/generate.sh from tally/ranking/v1/ranking.proto; not to be edited.

/// Bot filter; other numbers are kept.
public struct BotFilter: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: Int32
    /// A value by its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }
    /// `BOT_FILTER_EXCLUDE`.
    public static let exclude = BotFilter(rawValue: 0)
    /// `BOT_FILTER_INCLUDE`.
    public static let include = BotFilter(rawValue: 1)
    /// `BOT_FILTER_ONLY`.
    public static let only = BotFilter(rawValue: 2)
}
