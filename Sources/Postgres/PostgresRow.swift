/// One row of an answer, read by column name.
///
/// Every accessor throws `PostgresError` with `decoding` when the column is absent, NULL or of
/// another type; the `optional` ones answer nil for NULL.
public struct PostgresRow: Sendable {
    /// What the rows of one answer share: the fields one behind another, and where each is.
    final class Answer: Sendable {
        let positions: [String: Int]
        let bytes: [UInt8]
        /// Row by row; nil for NULL.
        let fields: [Range<Int>?]

        init(_ names: [String], _ bytes: [UInt8], _ fields: [Range<Int>?]) {
            self.positions = Dictionary(
                names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            self.bytes = bytes
            self.fields = fields
        }
    }

    let answer: Answer
    /// Where the row's fields begin.
    let start: Int

    private func value(_ column: String) throws(PostgresError) -> ArraySlice<UInt8>? {
        guard let position = self.answer.positions[column] else {
            throw PostgresError(.decoding, "the answer has no column \(column)")
        }
        return self.answer.fields[self.start + position].map { self.answer.bytes[$0] }
    }

    private func present(_ column: String) throws(PostgresError) -> ArraySlice<UInt8> {
        guard let value = try self.value(column) else {
            throw PostgresError(.decoding, "\(column) is null")
        }
        return value
    }

    private func number<Number: FixedWidthInteger>(
        _ text: ArraySlice<UInt8>, _ column: String
    ) throws(PostgresError) -> Number {
        guard let number: Number = DecimalText.number(text) else {
            throw PostgresError(.decoding, "\(column) is not a number in range")
        }
        return number
    }

    /// Whether the column is NULL.
    public func isNull(_ column: String) throws(PostgresError) -> Bool {
        try self.value(column) == nil
    }

    /// bigint, integer or smallint.
    public func int64(_ column: String) throws(PostgresError) -> Int64 {
        try self.number(self.present(column), column)
    }

    /// integer or smallint.
    public func int32(_ column: String) throws(PostgresError) -> Int32 {
        try self.number(self.present(column), column)
    }

    /// text, uuid, or any type in its text form.
    public func string(_ column: String) throws(PostgresError) -> String {
        String(decoding: try self.present(column), as: UTF8.self)
    }

    /// boolean.
    public func bool(_ column: String) throws(PostgresError) -> Bool {
        try self.present(column).elementsEqual([116])
    }

    /// double precision or numeric.
    public func double(_ column: String) throws(PostgresError) -> Double {
        guard let number = Double(try self.string(column)) else {
            throw PostgresError(.decoding, "\(column) is not a number")
        }
        return number
    }

    /// bytea.
    public func bytes(_ column: String) throws(PostgresError) -> [UInt8] {
        try Self.unhex(Array(self.present(column)), column)
    }

    /// bigint or nil.
    public func optionalInt64(_ column: String) throws(PostgresError) -> Int64? {
        guard let value = try self.value(column) else { return nil }
        return try self.number(value, column)
    }

    /// integer or nil.
    public func optionalInt32(_ column: String) throws(PostgresError) -> Int32? {
        guard let value = try self.value(column) else { return nil }
        return try self.number(value, column)
    }

    /// text or nil.
    public func optionalString(_ column: String) throws(PostgresError) -> String? {
        try self.value(column).map { String(decoding: $0, as: UTF8.self) }
    }

    /// bytea or nil.
    public func optionalBytes(_ column: String) throws(PostgresError) -> [UInt8]? {
        guard let value = try self.value(column) else { return nil }
        return try Self.unhex(Array(value), column)
    }

    /// text[].
    public func stringArray(_ column: String) throws(PostgresError) -> [String] {
        try ArrayLiteral.elements(of: Array(self.present(column)), column)
    }

    /// bigint[] or integer[].
    public func int64Array(_ column: String) throws(PostgresError) -> [Int64] {
        var numbers: [Int64] = []
        for text in try self.stringArray(column) {
            numbers.append(try self.number(Array(text.utf8)[...], column))
        }
        return numbers
    }

    /// integer[].
    public func int32Array(_ column: String) throws(PostgresError) -> [Int32] {
        var numbers: [Int32] = []
        for text in try self.stringArray(column) {
            numbers.append(try self.number(Array(text.utf8)[...], column))
        }
        return numbers
    }

    private static func unhex(
        _ text: [UInt8], _ column: String
    ) throws(PostgresError) -> [UInt8] {
        guard text.count >= 2, text[0] == 92, text[1] == 120, text.count.isMultiple(of: 2) else {
            throw PostgresError(.decoding, "\(column) is not bytea")
        }
        return [UInt8](unsafeUninitializedCapacity: text.count / 2 - 1) { buffer, count in
            for position in 0..<(text.count / 2 - 1) {
                let (high, low) = (text[2 * position + 2], text[2 * position + 3])
                buffer[position] = self.digit(high) << 4 | self.digit(low)
            }
            count = text.count / 2 - 1
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8 { byte < 97 ? byte &- 48 : byte &- 87 }
}

/// Postgres' text form of a one-dimensional array: `{a,"b c",NULL}`.
enum ArrayLiteral {
    static func elements(of text: [UInt8], _ column: String) throws(PostgresError) -> [String] {
        guard text.first == 123, text.last == 125 else {
            throw PostgresError(.decoding, "\(column) is not an array")
        }
        var elements: [String] = []
        var current: [UInt8] = []
        var (isQuoted, hasElement, position) = (false, false, 1)
        while position < text.count - 1 {
            let byte = text[position]
            if byte == 92 {
                position += 1
                current.append(text[position])
            } else if byte == 34 {
                isQuoted.toggle()
                hasElement = true
            } else if byte == 44 && !isQuoted {
                elements.append(String(decoding: current, as: UTF8.self))
                current = []
            } else {
                current.append(byte)
                hasElement = true
            }
            position += 1
        }
        if hasElement || !elements.isEmpty {
            elements.append(String(decoding: current, as: UTF8.self))
        }
        return elements
    }
}
