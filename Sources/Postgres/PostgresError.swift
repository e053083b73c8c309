private import CPostgres

/// What the database, or the way to it, said.
public struct PostgresError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    public enum Code: Sendable, Hashable {
        /// No connection, or it was lost; SQLSTATE classes 08 and 57P.
        case unavailable
        /// The deadline passed, or the statement was cancelled (57014).
        case timeout
        /// Two transactions were in each other's way (40001, 40P01).
        case conflict
        /// A unique index holds the value already (23505).
        case uniqueViolation
        /// Another constraint refused the row (class 23).
        case constraint
        /// The server is out of something: disk, memory, connections (class 53).
        case resources
        /// The server takes no writes (25006).
        case readOnly
        /// The role may not do this (42501), or the password is wrong (class 28).
        case permission
        /// A table, column or function is missing, or the SQL is wrong (class 42).
        case schema
        /// A row does not hold what was asked of it.
        case decoding
        /// The migrations do not fit the schema.
        case migration
        /// Anything else.
        case other
    }

    /// What kind of failure it is.
    public let code: Code
    /// Words for logs; no SQL, no values.
    public let message: String
    /// The five letters of SQLSTATE, or nothing.
    public let sqlState: String

    /// Makes an error from its parts.
    public init(_ code: Code, _ message: String, sqlState: String = "") {
        self.code = code
        self.message = message
        self.sqlState = sqlState
    }

    /// Whether the same transaction may succeed at once.
    public var isRetryable: Bool { self.code == .conflict }
    /// Whether waiting may help: the database is away, full or busy.
    public var isUnavailable: Bool {
        switch self.code {
        case .unavailable, .timeout, .resources, .readOnly: true
        case .conflict, .uniqueViolation, .constraint, .permission, .schema, .decoding, .migration,
            .other:
            false
        }
    }

    /// The message with its SQLSTATE.
    public var description: String {
        self.sqlState.isEmpty ? self.message : "\(self.message) (\(self.sqlState))"
    }

    /// The error of a finished statement.
    init(result: OpaquePointer?) {
        let state = Self.field(result, 67)  // PG_DIAG_SQLSTATE, 'C'
        let text = Self.field(result, 77)  // PG_DIAG_MESSAGE_PRIMARY, 'M'
        self.init(
            Self.code(of: state), text.isEmpty ? "the database failed" : text, sqlState: state)
    }

    private static func field(_ result: OpaquePointer?, _ code: Int32) -> String {
        PQresultErrorField(result, code).map { String(cString: $0) } ?? ""
    }

    static func code(of state: String) -> Code {
        switch state {
        case "57014": .timeout
        case "40001", "40P01": .conflict
        case "23505": .uniqueViolation
        case "25006": .readOnly
        case "42501": .permission
        case _:
            switch state.prefix(2) {
            case "08", "57", "": .unavailable
            case "23": .constraint
            case "53": .resources
            case "28": .permission
            case "42", "3F": .schema
            case _: .other
            }
        }
    }
}
