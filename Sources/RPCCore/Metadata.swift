/// Key and value pairs beside a message: order and repeats are kept.
public struct Metadata: Sendable, Hashable {
    /// Text, or bytes that never travel as base64.
    public enum Value: Sendable, Hashable {
        /// UTF-8 text.
        case text(String)
        /// Any bytes.
        case binary([UInt8])
    }

    /// One pair.
    public struct Entry: Sendable, Hashable {
        /// `[a-z0-9_.-]`, 1...64 bytes.
        public let key: String
        /// Text or bytes.
        public let value: Value

        /// Makes a pair; the key is checked when it is received.
        public init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// Most pairs of one block (rpc.md 1.4).
    public static let entriesMax = 128
    /// Longest key in bytes.
    public static let keyBytesMax = 64

    /// All pairs, in order.
    public var entries: [Entry]

    /// Makes metadata from its pairs.
    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// Appends a text.
    public mutating func add(_ key: String, _ text: String) {
        self.entries.append(Entry(key: key, value: .text(text)))
    }

    /// Appends bytes.
    public mutating func add(_ key: String, binary: [UInt8]) {
        self.entries.append(Entry(key: key, value: .binary(binary)))
    }

    /// The first text under the key.
    public subscript(key: String) -> String? {
        for entry in self.entries where entry.key == key {
            if case .text(let text) = entry.value { return text }
        }
        return nil
    }

    /// What is wrong with metadata from a peer, in words; nil when nothing is.
    var fault: String? {
        if self.entries.count > Self.entriesMax {
            return "\(self.entries.count) metadata entries; at most \(Self.entriesMax)"
        }
        for entry in self.entries {
            if let fault = Self.fault(ofKey: entry.key) { return fault }
        }
        return nil
    }

    private static func fault(ofKey key: String) -> String? {
        let bytes = key.utf8
        if bytes.isEmpty || bytes.count > Self.keyBytesMax {
            return "a metadata key has 1 to \(Self.keyBytesMax) bytes, not \(bytes.count)"
        }
        let isPlain = bytes.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte)
                || byte == 95 || byte == 46 || byte == 45
        }
        if !isPlain { return "a metadata key is made of a-z 0-9 _ . -" }
        if key.hasPrefix("tally-") || key.hasPrefix("grpc-") {
            return "metadata keys that begin with tally- and grpc- are reserved"
        }
        return nil
    }
}
