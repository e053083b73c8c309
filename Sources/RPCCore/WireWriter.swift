/// Appends protobuf's wire format; fields at their default are left out.
package struct WireWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// A writer that goes on behind other bytes, in their memory; they are gone until it gives them
    /// back.
    package init(behind bytes: inout [UInt8]) { swap(&self.bytes, &bytes) }

    package mutating func varint(_ value: UInt64) {
        if value <= 0x7F { return self.bytes.append(UInt8(value)) }
        var rest = value
        while rest > 0x7F {
            self.bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    package mutating func number(_ field: UInt64, _ value: UInt64) {
        guard value != 0 else { return }
        self.varint(field << 3)
        self.varint(value)
    }

    package mutating func number(_ field: UInt64, _ value: UInt32) {
        self.number(field, UInt64(value))
    }

    package mutating func text(_ field: UInt64, _ value: String) {
        guard !value.isEmpty else { return }
        self.varint(field << 3 | 2)
        self.varint(UInt64(value.utf8.count))
        // In one piece where it lies in one, as nearly all text does.
        var value = value
        value.withUTF8 { self.bytes.append(contentsOf: $0) }
    }

    package mutating func bytes(_ field: UInt64, _ value: [UInt8]) {
        guard !value.isEmpty else { return }
        self.block(field, value)
    }

    /// A length-delimited field, written even when empty: members of a list and of a oneof.
    package mutating func block(_ field: UInt64, _ value: [UInt8]) {
        self.varint(field << 3 | 2)
        self.varint(UInt64(value.count))
        self.bytes.append(contentsOf: value)
    }

    package mutating func fixed64(_ field: UInt64, _ value: UInt64) {
        self.varint(field << 3 | 1)
        withUnsafeBytes(of: value.littleEndian) { self.bytes.append(contentsOf: $0) }
    }
}
