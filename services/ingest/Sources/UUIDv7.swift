import ServiceKit

/// Makes UUIDs of version 7 (RFC 9562): sorted by the time of their making.
enum UUIDv7 {
    /// - Parameters:
    ///   - time: its milliseconds are the first 48 bits.
    ///   - random: where the other 74 free bits come from.
    static func make(
        at time: Timestamp, random: inout some RandomNumberGenerator
    ) -> String {
        let milliseconds = UInt64(max(0, time.rawValue / 1000)) & 0xffff_ffff_ffff
        let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xfff, using: &random)
        let low = 1 << 63 | UInt64.random(in: 0...0x3fff_ffff_ffff_ffff, using: &random)
        let digits = hex(high) + hex(low)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    /// A UUID as the database prints it, from any letter case; nil when the text is none.
    static func canonical(_ text: String) -> String? {
        let lower = text.lowercased()
        guard lower.utf8.count == 36 else { return nil }
        for (index, byte) in lower.utf8.enumerated() {
            let isDash = [8, 13, 18, 23].contains(index)
            let isHex = (48...57).contains(byte) || (97...102).contains(byte)
            guard isDash ? byte == UInt8(ascii: "-") : isHex else { return nil }
        }
        return lower
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
