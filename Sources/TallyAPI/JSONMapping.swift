public import JSON
private import RPCCore
private import ServiceKit

/// Why a JSON text is no message.
public struct JSONMappingError: Error, Sendable, Hashable {
    /// One sentence with the place, such as `/sinceDay: a whole number is wanted`.
    public let message: String
}

/// Protobuf's JSON mapping, driven by the schema tables: for `probe call`, which knows no types.
///
/// https://protobuf.dev/programming-guides/json: 64-bit numbers are strings, bytes are base64,
/// enums are names, keys are lowerCamelCase (the .proto names are taken, too).
public struct JSONMapping: Sendable {
    private let table: SchemaTable

    /// A mapping for the messages of a table.
    public init(_ table: SchemaTable = .all) { self.table = table }

    // MARK: JSON to bytes

    /// The wire bytes of a message.
    ///
    /// - Throws: `JSONMappingError` naming the place.
    public func encode(_ json: JSONValue, as name: String) throws(JSONMappingError) -> [UInt8] {
        try self.encode(json, name, at: "")
    }

    private func encode(
        _ json: JSONValue, _ name: String, at place: String
    ) throws(JSONMappingError) -> [UInt8] {
        guard let schema = self.table.messages[name] else {
            throw JSONMappingError(message: "\(place): no message \(name)")
        }
        guard case .object(let members) = json else {
            throw JSONMappingError(message: "\(place.isEmpty ? "/" : place): an object is wanted")
        }
        var writer = WireWriter()
        for member in members {
            let here = "\(place)/\(member.key)"
            let field = schema.fields.first { $0.jsonName == member.key || $0.name == member.key }
            guard let field else {
                let known = schema.fields.map(\.jsonName).joined(separator: ", ")
                throw JSONMappingError(message: "\(here): no such field; there are \(known)")
            }
            if member.value == .null { continue }
            try self.append(field, member.value, here, to: &writer)
        }
        return writer.bytes
    }

    private func append(
        _ field: FieldSchema, _ value: JSONValue, _ place: String, to writer: inout WireWriter
    ) throws(JSONMappingError) {
        guard field.isRepeated else { return try self.appendOne(field, value, place, to: &writer) }
        guard case .array(let elements) = value else {
            throw JSONMappingError(message: "\(place): a list is wanted")
        }
        for (index, element) in elements.enumerated() {
            try self.appendOne(field, element, "\(place)/\(index)", to: &writer)
        }
    }

    private func appendOne(
        _ field: FieldSchema, _ value: JSONValue, _ place: String, to writer: inout WireWriter
    ) throws(JSONMappingError) {
        switch field.kind {
        case .int32, .int64, .uint32, .uint64, .bool, .enumeration:
            writer.varint(field.number << 3)
            writer.varint(try self.varint(field.kind, value, place))
        case .double:
            guard let bits = Self.double(value)?.bitPattern else {
                throw JSONMappingError(message: "\(place): a number is wanted")
            }
            writer.fixed64(field.number, bits)
        case .string:
            guard let text = value.string else {
                throw JSONMappingError(message: "\(place): text is wanted")
            }
            writer.block(field.number, Array(text.utf8))
        case .bytes:
            guard let bytes = value.string.flatMap(Base64.decode) else {
                throw JSONMappingError(message: "\(place): base64 text is wanted")
            }
            writer.block(field.number, bytes)
        case .message(let name):
            writer.block(field.number, try self.encode(value, name, at: place))
        }
    }

    private func varint(
        _ kind: FieldSchema.Kind, _ value: JSONValue, _ place: String
    ) throws(JSONMappingError) -> UInt64 {
        switch kind {
        case .bool:
            if let flag = value.bool { return flag ? 1 : 0 }
            throw JSONMappingError(message: "\(place): true or false is wanted")
        case .enumeration(let name):
            if let number = value.int { return UInt64(bitPattern: number) }
            let found = self.table.enums[name]?.values.first { $0.1 == value.string }
            if let found { return UInt64(bitPattern: Int64(found.0)) }
            let names = self.table.enums[name]?.values.map(\.1).joined(separator: ", ") ?? ""
            throw JSONMappingError(message: "\(place): one of \(names) is wanted")
        case .uint32, .uint64:
            let number = Self.unsigned(value)
            if let number, kind == .uint64 || number <= UInt32.max { return number }
        case .int32, .int64:
            let number = value.int ?? value.string.flatMap { Int64($0) }
            if let number, kind == .int64 || Int32(exactly: number) != nil {
                return UInt64(bitPattern: number)
            }
        case .double, .string, .bytes, .message: break
        }
        throw JSONMappingError(message: "\(place): a whole number in range is wanted")
    }

    private static func unsigned(_ value: JSONValue) -> UInt64? {
        switch value {
        case .int(let number): UInt64(exactly: number)
        case .uint(let number): number
        case .string(let text): UInt64(text)
        case .null, .bool, .double, .array, .object: nil
        }
    }

    private static func double(_ value: JSONValue) -> Double? {
        switch value {
        case .int(let number): Double(number)
        case .uint(let number): Double(number)
        case .double(let number): number
        case .string(let text): Double(text)
        case .null, .bool, .array, .object: nil
        }
    }

    // MARK: Bytes to JSON

    /// A message as one JSON object; unknown fields are left out.
    ///
    /// - Parameter emitsDefaults: also writes fields that hold their default.
    /// - Throws: `JSONMappingError` for bytes that do not parse.
    public func decode(
        _ bytes: [UInt8], as name: String, emitsDefaults: Bool = false
    ) throws(JSONMappingError) -> String {
        guard let schema = self.table.messages[name] else {
            throw JSONMappingError(message: "no message \(name)")
        }
        let fields = try self.fields(bytes, name)
        var parts: [(String, String)] = []
        for field in schema.fields {
            let values = fields[field.number] ?? []
            if let text = try self.text(field, values, emitsDefaults) {
                parts.append((field.jsonName, text))
            }
        }
        var writer = JSONWriter()
        writer.object { object in
            for (key, text) in parts { object.member(key, json: text) }
        }
        return writer.text
    }

    private enum Raw {
        case varint(UInt64)
        case fixed(UInt64)
        case bytes([UInt8])
    }

    private func fields(_ bytes: [UInt8], _ name: String) throws(JSONMappingError) -> [UInt64:
        [Raw]]
    {
        let result = bytes.withUnsafeBytes { raw -> [UInt64: [Raw]]? in
            var reader = WireReader(raw)
            var found: [UInt64: [Raw]] = [:]
            do throws(WireReader.Malformed) {
                while let (number, field) = try reader.next() {
                    switch field {
                    case .varint(let value): found[number, default: []].append(.varint(value))
                    case .bytes(let slice): found[number, default: []].append(.bytes(Array(slice)))
                    case .fixed64(let bits): found[number, default: []].append(.fixed(bits))
                    case .fixed32: break
                    }
                }
                return found
            } catch { return nil }
        }
        guard let result else { throw JSONMappingError(message: "\(name) does not parse") }
        return result
    }

    private func text(
        _ field: FieldSchema, _ values: [Raw], _ emitsDefaults: Bool
    ) throws(JSONMappingError) -> String? {
        if field.isRepeated {
            if values.isEmpty && !emitsDefaults { return nil }
            var texts: [String] = []
            for value in values { texts.append(try self.one(field, value, emitsDefaults)) }
            return "[" + texts.joined(separator: ",") + "]"
        }
        if let value = values.last { return try self.one(field, value, emitsDefaults) }
        guard emitsDefaults, field.oneof == nil else { return nil }
        switch field.kind {
        case .message: return "null"
        case .string, .bytes: return "\"\""
        case .int32, .int64, .uint32, .uint64, .bool, .enumeration:
            return try self.one(field, .varint(0), true)
        case .double: return "0"
        }
    }

    private func one(
        _ field: FieldSchema, _ value: Raw, _ emitsDefaults: Bool
    ) throws(JSONMappingError) -> String {
        switch (field.kind, value) {
        case (.int32, .varint(let bits)): return "\(Int32(truncatingIfNeeded: bits))"
        case (.uint32, .varint(let bits)): return "\(UInt32(truncatingIfNeeded: bits))"
        case (.int64, .varint(let bits)): return "\"\(Int64(bitPattern: bits))\""
        case (.uint64, .varint(let bits)): return "\"\(bits)\""
        case (.bool, .varint(let bits)): return bits == 0 ? "false" : "true"
        case (.enumeration(let name), .varint(let bits)):
            let number = Int32(truncatingIfNeeded: bits)
            let known = self.table.enums[name]?.values.first { $0.0 == number }
            return known.map { "\"\($0.1)\"" } ?? "\(number)"
        case (.double, .fixed(let bits)):
            var writer = JSONWriter()
            writer.value(Double(bitPattern: bits))
            return writer.text
        case (.string, .bytes(let bytes)):
            var writer = JSONWriter()
            writer.value(String(decoding: bytes, as: UTF8.self))
            return writer.text
        case (.bytes, .bytes(let bytes)): return "\"\(Base64.encode(bytes))\""
        case (.message(let name), .bytes(let bytes)):
            return try self.decode(bytes, as: name, emitsDefaults: emitsDefaults)
        case _: throw JSONMappingError(message: "\(field.name) has another wire type")
        }
    }
}

/// Base64 with padding (RFC 4648 section 4).
enum Base64 {
    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    static func encode(_ bytes: [UInt8]) -> String {
        var out = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let piece = bytes[start..<min(start + 3, bytes.count)]
            let word = piece.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - piece.count))
            for index in 0..<4 {
                out.append(index <= piece.count ? Self.letters[word >> (18 - 6 * index) & 63] : "=")
            }
        }
        return out
    }

    static func decode(_ text: String) -> [UInt8]? {
        let digits = text.prefix { $0 != "=" }
        guard text.count.isMultiple(of: 4), text.count - digits.count <= 2 else { return nil }
        var (bits, word, out) = (0, 0, [UInt8]())
        for letter in digits {
            guard let digit = Self.letters.firstIndex(of: letter) else { return nil }
            word = (word << 6 | digit) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(word >> bits & 255))
            }
        }
        return text.dropFirst(digits.count).allSatisfy { $0 == "=" } ? out : nil
    }
}
