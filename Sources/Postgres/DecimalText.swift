/// Whole numbers in decimal digits, as Postgres writes and reads them. An answer of a thousand rows
/// has ten thousands of them: they are read where they lie, without a string for each.
enum DecimalText {
    /// The number; nil for anything but digits with a sign in front, and for one out of range.
    static func number<Number: FixedWidthInteger>(_ text: ArraySlice<UInt8>) -> Number? {
        let isNegative = text.first == 45
        let digits = isNegative ? text.dropFirst() : text
        guard !digits.isEmpty else { return nil }
        var number: Number = 0
        for byte in digits {
            guard byte >= 48, byte <= 57 else { return nil }
            let (tens, isTooLong) = number.multipliedReportingOverflow(by: 10)
            let digit = Number(truncatingIfNeeded: byte - 48)
            let (next, isTooLarge) =
                isNegative
                ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !isTooLong, !isTooLarge else { return nil }
            number = next
        }
        return number
    }

    /// Appends the digits of a number, a sign in front when it is below 0.
    static func append(_ number: Int64, to text: inout [UInt8]) {
        if number < 0 { text.append(45) }
        var rest = number.magnitude
        let start = text.count
        repeat {
            text.append(48 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        text[start...].reverse()
    }
}
