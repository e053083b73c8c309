/// How a call ended; the numbers and meanings are gRPC's.
public enum StatusCode: Int32, Sendable, Hashable, CaseIterable {
    /// The call did what was asked.
    case ok = 0
    /// The caller gave up.
    case cancelled = 1
    /// An error that says nothing about its kind, or a number that is no code.
    case unknown = 2
    /// The request is wrong whatever the state of the system.
    case invalidArgument = 3
    /// The time ran out before the call ended.
    case deadlineExceeded = 4
    /// What was asked for does not exist.
    case notFound = 5
    /// What was to be made exists already.
    case alreadyExists = 6
    /// The caller may not do this.
    case permissionDenied = 7
    /// A limit or quota is spent.
    case resourceExhausted = 8
    /// The system must be in another state first; trying again does not help.
    case failedPrecondition = 9
    /// A conflict with another call; the whole operation may be tried again.
    case aborted = 10
    /// Past the valid range, which may grow.
    case outOfRange = 11
    /// No such method, or not in this form.
    case unimplemented = 12
    /// An invariant is broken, or bytes did not parse.
    case internalError = 13
    /// Not reachable now; trying again may help.
    case unavailable = 14
    /// Data is lost beyond repair.
    case dataLoss = 15
    /// The caller did not say who it is.
    case unauthenticated = 16

    /// The name in gRPC's spelling, such as `NOT_FOUND`.
    public var name: String { Self.names[Int(self.rawValue)] }

    private static let names = [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
        "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
        "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
        "UNAUTHENTICATED",
    ]
}
