/// What goes wrong inside the ingest service, before it becomes a status for a caller.
struct IngestError: Error, Hashable, Sendable {
    enum Code: String, Hashable, Sendable {
        /// Another worker has the job now, or it was cancelled.
        case leaseLost
        /// Somebody else changed the same rows too often.
        case busy
        /// The database is away, refuses, or was too slow.
        case unavailable

        /// Whether waiting may help.
        var canPass: Bool {
            switch self {
            case .busy, .unavailable: true
            case .leaseLost, .corrupt: false
            }
        }
        /// Stored bytes or facts contradict each other.
        case corrupt
    }

    var code: Code
    var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
