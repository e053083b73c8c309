/// The methods of a server by the bytes of their paths; one table for all of its connections.
///
/// A call finds its method without making a string of what stands on the wire.
public final class MethodTable: Sendable {
    private struct Entry {
        let path: String
        let bytes: [UInt8]
    }

    private let entries: [Entry]
    private let kinds: [CallKind]
    /// Numbers of entries by hash, with free places between; -1 = free.
    private let slots: [Int32]

    /// Makes the table; the methods are numbered in the order of their paths.
    public init(_ methods: [String: CallKind]) {
        let methods = methods.sorted { $0.key < $1.key }
        let entries = methods.map { Entry(path: $0.key, bytes: Array($0.key.utf8)) }
        var size = 8
        while size < entries.count * 2 { size *= 2 }
        var slots = [Int32](repeating: -1, count: size)
        for (number, entry) in entries.enumerated() {
            var slot = entry.bytes.withUnsafeBytes { Self.hash($0) } & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(number)
        }
        self.entries = entries
        self.kinds = methods.map(\.value)
        self.slots = slots
    }

    /// Paths in the order of their numbers.
    public var paths: [String] { self.entries.map(\.path) }

    /// A method's path by its number.
    package func path(of number: Int) -> String { self.entries[number].path }

    /// How many messages go either way in a call of a method.
    func kind(of number: Int) -> CallKind { self.kinds[number] }

    /// The number of a method; nil when there is no such method.
    func number(of path: UnsafeRawBufferPointer) -> Int? {
        let mask = self.slots.count - 1
        var slot = Self.hash(path) & mask
        while self.slots[slot] >= 0 {
            let number = Int(self.slots[slot])
            if Self.isSame(self.entries[number].bytes, path) { return number }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// Paths differ at their ends; the table is fixed, so that nobody can choose its collisions.
    private static func hash(_ path: UnsafeRawBufferPointer) -> Int {
        guard path.count >= 8 else { return path.count }
        let end = path.loadUnaligned(fromByteOffset: path.count - 8, as: UInt64.self)
        let spread = (end &+ UInt64(path.count)) &* 0x9E37_79B9_7F4A_7C15
        return Int(spread >> 40)
    }

    /// Eight bytes at a time: every call asks this once.
    private static func isSame(_ bytes: [UInt8], _ path: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count == path.count else { return false }
        return bytes.withUnsafeBytes { own in
            var position = 0
            while path.count - position >= 8 {
                let one = own.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                let other = path.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                if one != other { return false }
                position += 8
            }
            while position < path.count {
                if own[position] != path[position] { return false }
                position += 1
            }
            return true
        }
    }
}
