/// Reads protobuf's wire format, field by field; unknown fields are skipped by the caller.
package struct WireReader {
    package enum Field {
        case varint(UInt64)
        case bytes(UnsafeRawBufferPointer)
        case fixed64(UInt64)
        case fixed32
    }

    package struct Malformed: Error {}

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next field's number and content; nil at the end.
    package mutating func next() throws(Malformed) -> (number: UInt64, field: Field)? {
        guard self.position < self.bytes.count else { return nil }
        let key = try self.varint()
        let number = key >> 3
        guard number > 0, number < 1 << 29 else { throw Malformed() }
        switch key & 7 {
        case 0: return (number, .varint(try self.varint()))
        case 1: return (number, .fixed64(try self.fixed64()))
        case 2: return (number, .bytes(try self.block()))
        case 5:
            try self.skip(4)
            return (number, .fixed32)
        case _: throw Malformed()
        }
    }

    /// The bytes of a field if it stands here; nil without a step otherwise. Fields up to 15.
    mutating func block(ofField number: UInt8) throws(Malformed) -> UnsafeRawBufferPointer? {
        guard self.stands(number << 3 | 2) else { return nil }
        return try self.block()
    }

    /// The number of a field if it stands here; nil without a step otherwise. Fields up to 15.
    mutating func number(ofField number: UInt8) throws(Malformed) -> UInt64? {
        self.stands(number << 3) ? try self.varint() : nil
    }

    /// Steps over a key if it is the next byte.
    private mutating func stands(_ key: UInt8) -> Bool {
        guard self.position < self.bytes.count, self.bytes[self.position] == key else {
            return false
        }
        self.position += 1
        return true
    }

    private mutating func block() throws(Malformed) -> UnsafeRawBufferPointer {
        let length = try self.varint()
        guard length <= UInt64(self.bytes.count - self.position) else { throw Malformed() }
        let start = self.bytes.baseAddress.map { $0 + self.position }
        self.position += Int(length)
        return UnsafeRawBufferPointer(start: start, count: Int(length))
    }

    private mutating func fixed64() throws(Malformed) -> UInt64 {
        let start = self.position
        try self.skip(8)
        return self.bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self).littleEndian
    }

    private mutating func skip(_ count: Int) throws(Malformed) {
        guard self.bytes.count - self.position >= count else { throw Malformed() }
        self.position += count
    }

    private mutating func varint() throws(Malformed) -> UInt64 {
        // Keys and most lengths are one byte.
        if self.position < self.bytes.count, self.bytes[self.position] < 0x80 {
            defer { self.position += 1 }
            return UInt64(self.bytes[self.position])
        }
        return try self.longVarint()
    }

    private mutating func longVarint() throws(Malformed) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while self.position < self.bytes.count, shift < 64 {
            let byte = self.bytes[self.position]
            self.position += 1
            if shift == 63 && byte > 1 { throw Malformed() }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw Malformed()
    }
}

extension WireReader.Field {
    /// The number; 0 for a field of another form, as an absent one.
    package var number: UInt64 {
        if case .varint(let value) = self { return value }
        return 0
    }

    package var uint32: UInt32 { UInt32(truncatingIfNeeded: self.number) }

    /// The text, which must be UTF-8.
    package func text() throws(WireReader.Malformed) -> String {
        guard case .bytes(let bytes) = self,
            let text = String(validating: bytes, as: UTF8.self)
        else { throw WireReader.Malformed() }
        return text
    }

    /// The bytes where they lie.
    package func raw() throws(WireReader.Malformed) -> UnsafeRawBufferPointer {
        guard case .bytes(let bytes) = self else { throw WireReader.Malformed() }
        return bytes
    }

    package func array() throws(WireReader.Malformed) -> [UInt8] { Array(try self.raw()) }
}
