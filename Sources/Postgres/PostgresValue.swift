/// A parameter of a statement; values travel beside the SQL, never in it.
public enum PostgresValue: Sendable, Hashable {
    /// NULL of any type.
    case null
    /// bigint.
    case int64(Int64)
    /// integer.
    case int32(Int32)
    /// text; must not hold NUL.
    case string(String)
    /// bytea.
    case bytes([UInt8])
    /// boolean.
    case bool(Bool)
    /// double precision.
    case double(Double)
    /// bigint[].
    case int64Array([Int64])
    /// integer[].
    case int32Array([Int32])
    /// text[].
    case stringArray([String])
    /// bytea[].
    case bytesArray([[UInt8]])
    /// boolean[].
    case boolArray([Bool])

    /// The value in Postgres' text format, closed by NUL; nil for NULL.
    var text: [UInt8]? {
        switch self {
        case .null: nil
        case .int64(let value): Self.closed("\(value)")
        case .int32(let value): Self.closed("\(value)")
        case .string(let value): Array(value.utf8.prefix { $0 != 0 }) + [0]
        case .bytes(let value): Self.hex(value) + [0]
        case .bool(let value): Self.closed(value ? "t" : "f")
        case .double(let value): Self.closed("\(value)")
        case .int64Array(let values): Self.numbers(values)
        case .int32Array(let values): Self.numbers(values)
        case .stringArray(let values): Self.list(values) { Self.quoted($0) }
        case .bytesArray(let values): Self.list(values) { [34, 92] + Self.hex($0) + [34] }
        case .boolArray(let values): Self.list(values) { [$0 ? 116 : 102] }
        }
    }

    private static func closed(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

    private static func numbers(_ values: [some BinaryInteger]) -> [UInt8] {
        var out: [UInt8] = [123]
        out.reserveCapacity(values.count * 8 + 3)
        for (index, value) in values.enumerated() {
            if index > 0 { out.append(44) }
            DecimalText.append(Int64(value), to: &out)
        }
        out.append(125)
        out.append(0)
        return out
    }

    private static func list<Element>(
        _ values: [Element], _ convert: (Element) -> [UInt8]
    ) -> [UInt8] {
        var out: [UInt8] = [123]
        out.reserveCapacity(values.count * 8 + 3)
        for (index, value) in values.enumerated() {
            if index > 0 { out.append(44) }
            out.append(contentsOf: convert(value))
        }
        out.append(125)
        out.append(0)
        return out
    }

    /// An array element in quotes, with quotes and backslashes escaped.
    private static func quoted(_ text: String) -> [UInt8] {
        var out: [UInt8] = [34]
        for byte in text.utf8 where byte != 0 {
            if byte == 34 || byte == 92 { out.append(92) }
            out.append(byte)
        }
        out.append(34)
        return out
    }

    /// `\x` and two digits a byte.
    static func hex(_ bytes: [UInt8]) -> [UInt8] {
        let digits: [UInt8] = Array("0123456789abcdef".utf8)
        var out: [UInt8] = [92, 120]
        out.reserveCapacity(bytes.count * 2 + 3)
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return out
    }
}
