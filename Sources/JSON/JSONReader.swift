private import CSimdjson

/// Reads JSON texts with simdjson.
public enum JSONReader {
    /// Deepest nesting that is taken; no body of ours needs ten.
    public static let depthMax = 64

    /// Reads one text.
    ///
    /// - Throws: `JSONError`.
    public static func read(_ text: [UInt8]) throws(JSONError) -> JSONValue {
        guard let parser = tally_parser_create() else { throw JSONError(code: .noMemory) }
        defer { tally_parser_destroy(parser) }
        var tape: UnsafePointer<UInt8>?
        var length = 0
        let status = text.withUnsafeBufferPointer { buffer in
            tally_json_tape(
                parser, buffer.baseAddress, buffer.count, Int32(Self.depthMax), &tape, &length)
        }
        switch status {
        case 0: break
        case -2: throw JSONError(code: .tooDeep)
        case -3: throw JSONError(code: .duplicateKey)
        case -4: throw JSONError(code: .noMemory)
        case _: throw JSONError(code: .malformed)
        }
        var reader = JSONTape(UnsafeRawBufferPointer(start: tape, count: length))
        return reader.value()
    }

    /// Reads one text.
    public static func read(_ text: String) throws(JSONError) -> JSONValue {
        try self.read(Array(text.utf8))
    }
}

/// The flat form that the shim writes: a letter, then its content in the machine's byte order.
///
/// `n` `t` `f`; `i` `u` `d` and eight bytes; `s`, four bytes of length, the text; `[`, four bytes
/// of count, the elements; `{`, four bytes of count, then length, key and value of each member.
private struct JSONTape {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func value() -> JSONValue {
        let letter = self.bytes[self.position]
        self.position += 1
        switch letter {
        case 116: return .bool(true)
        case 102: return .bool(false)
        case 105: return .int(self.load(Int64.self))
        case 117: return .uint(self.load(UInt64.self))
        case 100: return .double(self.load(Double.self))
        case 115: return .string(self.text())
        case 91:
            let count = self.load(UInt32.self)
            return .array((0..<count).map { _ in self.value() })
        case 123:
            let count = self.load(UInt32.self)
            return .object(
                (0..<count).map { _ in
                    let key = self.text()
                    return JSONValue.Member(key: key, value: self.value())
                })
        case _: return .null
        }
    }

    private mutating func load<Number>(_ type: Number.Type) -> Number {
        defer { self.position += MemoryLayout<Number>.size }
        return self.bytes.loadUnaligned(fromByteOffset: self.position, as: type)
    }

    private mutating func text() -> String {
        let count = Int(self.load(UInt32.self))
        defer { self.position += count }
        let slice = self.bytes[self.position..<self.position + count]
        return String(decoding: slice, as: UTF8.self)
    }
}
