/// An instant, in microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Microseconds; 0 stands for "not yet" in messages.
    public let rawValue: Int64

    /// An instant by its microseconds.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// The day it falls in, UTC.
    public var day: CivilDay { CivilDay(microseconds: self.rawValue) }

    /// Earlier instants come first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.rawValue < right.rawValue
    }

    /// RFC 3339 in UTC, to the second: `2026-11-24T03:50:58Z`.
    public var description: String { self.text(fraction: false) }

    /// RFC 3339 with microseconds, for logs.
    public var precise: String { self.text(fraction: true) }

    private func text(fraction: Bool) -> String {
        let day = self.day
        let rest = self.rawValue - day.startMicroseconds
        let seconds = Int(rest / 1_000_000)
        let clock =
            [seconds / 3600, seconds / 60 % 60, seconds % 60]
            .map { padded($0, 2) }.joined(separator: ":")
        return "\(day)T\(clock)" + (fraction ? ".\(padded(Int(rest % 1_000_000), 6))" : "") + "Z"
    }

    /// Reads RFC 3339 in UTC (`Z`), with or without a fraction; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == 84, bytes.last == 90, bytes[13] == 58,
            bytes[16] == 58, let day = CivilDay(text.prefix(10)),
            let hour = Self.number(bytes[11..<13]), let minute = Self.number(bytes[14..<16]),
            let second = Self.number(bytes[17..<19]), hour < 24, minute < 60, second < 61
        else { return nil }
        var micros: Int64 = 0
        if bytes.count > 20 {
            let digits = bytes[20..<(bytes.count - 1)]
            guard bytes[19] == 46, !digits.isEmpty, digits.count <= 9 else { return nil }
            guard let value = Self.number(digits.prefix(6)), Self.number(digits) != nil else {
                return nil
            }
            micros = Int64(value)
            for _ in digits.prefix(6).count..<6 { micros *= 10 }
        }
        let seconds = Int64(hour * 3600 + minute * 60 + second)
        self.rawValue = day.startMicroseconds + seconds * 1_000_000 + micros
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for byte in digits {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte) - 48
        }
        return value
    }
}

/// Where the time of day comes from; a test gives its own.
public struct WallClock: Sendable {
    /// The present instant.
    public let now: @Sendable () -> Timestamp

    /// A clock that asks `now`.
    public init(now: @escaping @Sendable () -> Timestamp) { self.now = now }
}
