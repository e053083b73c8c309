/// A JSON text as a tree, for request bodies and API answers.
public enum JSONValue: Sendable, Hashable {
    /// null.
    case null
    /// true or false.
    case bool(Bool)
    /// A whole number that fits.
    case int(Int64)
    /// A whole number above `Int64.max`.
    case uint(UInt64)
    /// Any other number.
    case double(Double)
    /// Text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Members in the order written; no key stands twice.
    case object([Member])

    /// One member of an object.
    public struct Member: Sendable, Hashable {
        /// The name.
        public let key: String
        /// What it holds.
        public let value: JSONValue
    }

    /// The member of an object under a key; nil when there is none.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The keys of an object, in order.
    public var keys: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.key)
    }

    /// The text, when it is one.
    public var string: String? {
        if case .string(let value) = self { return value }
        return nil
    }

    /// The whole number, when it is one that fits.
    public var int: Int64? {
        if case .int(let value) = self { return value }
        return nil
    }

    /// True or false, when it is either.
    public var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    /// The elements, when it is a list.
    public var array: [JSONValue]? {
        if case .array(let value) = self { return value }
        return nil
    }
}

/// Why a text is not taken.
public struct JSONError: Error, Sendable, Hashable {
    /// The kinds of refusal.
    public enum Code: Sendable, Hashable {
        /// It is not JSON.
        case malformed
        /// It nests deeper than allowed.
        case tooDeep
        /// A key stands twice in one object.
        case duplicateKey
        /// There is no memory for it.
        case noMemory
    }

    /// What kind of refusal it is.
    public let code: Code

    /// One sentence for the sender.
    public var message: String {
        switch self.code {
        case .malformed: "the text is not JSON"
        case .tooDeep: "the text nests deeper than \(JSONReader.depthMax) levels"
        case .duplicateKey: "a key stands twice in one object"
        case .noMemory: "the text is too large"
        }
    }
}
