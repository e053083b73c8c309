public import RPCCore

/// What one field of a message is, for the JSON mapping and `probe describe`.
public struct FieldSchema: Sendable {
    /// The types of fields that Tally's messages use.
    public enum Kind: Sendable, Hashable {
        /// Signed, 32 bits.
        case int32
        /// Signed, 64 bits; a string in JSON.
        case int64
        /// Unsigned, 32 bits.
        case uint32
        /// Unsigned, 64 bits; a string in JSON.
        case uint64
        /// A floating point number.
        case double
        /// True or false.
        case bool
        /// UTF-8 text.
        case string
        /// Any bytes; base64 in JSON.
        case bytes
        /// A message by its full name.
        case message(String)
        /// An enum by its full name; the name of the value in JSON.
        case enumeration(String)
    }

    /// The number on the wire.
    public let number: UInt64
    /// The name in the .proto file.
    public let name: String
    /// What it holds.
    public let kind: Kind
    /// Whether it is a list.
    public let isRepeated: Bool
    /// The oneof it belongs to.
    public let oneof: String?

    init(
        _ number: UInt64, _ name: String, _ kind: Kind, isRepeated: Bool = false,
        oneof: String? = nil
    ) {
        self.number = number
        self.name = name
        self.kind = kind
        self.isRepeated = isRepeated
        self.oneof = oneof
    }

    /// The name in JSON: lowerCamelCase.
    public var jsonName: String {
        var parts = self.name.split(separator: "_")
        let head = parts.removeFirst()
        return head + parts.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

/// A message and its fields, in the order of the .proto file.
public struct MessageSchema: Sendable {
    /// `tally.ingest.v1.Job`.
    public let name: String
    /// The fields.
    public let fields: [FieldSchema]
}

/// An enum and its values.
public struct EnumSchema: Sendable {
    /// `tally.ingest.v1.JobStatus`.
    public let name: String
    /// Numbers and names.
    public let values: [(Int32, String)]
}

/// A service and its methods.
public struct ServiceSchema: Sendable {
    /// `tally.ingest.v1.Ingest`.
    public let name: String
    /// The methods, in the order of the .proto file.
    public let methods: [MethodDescriptor]
}

/// Every message, enum and service that the .proto files declare.
public struct SchemaTable: Sendable {
    /// Messages by full name.
    public let messages: [String: MessageSchema]
    /// Enums by full name.
    public let enums: [String: EnumSchema]
    /// Services, sorted by name.
    public let services: [ServiceSchema]

    init(messages: [MessageSchema], enums: [EnumSchema], services: [ServiceSchema]) {
        self.messages = Dictionary(uniqueKeysWithValues: messages.map { ($0.name, $0) })
        self.enums = Dictionary(uniqueKeysWithValues: enums.map { ($0.name, $0) })
        self.services = services.sorted { $0.name < $1.name }
    }

    /// A method by its path, with or without the leading slash.
    public func method(_ path: String) -> MethodDescriptor? {
        let wanted = path.hasPrefix("/") ? path : "/" + path
        return self.services.lazy.flatMap(\.methods).first { $0.path == wanted }
    }
}
