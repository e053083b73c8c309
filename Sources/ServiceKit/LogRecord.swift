/// How grave a line is.
public enum LogLevel: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Of use to developers alone.
    case debug
    /// What happened.
    case info
    /// What somebody should look at.
    case warning
    /// What went wrong.
    case error

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Less grave levels come first.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}

/// One line of a log.
public struct LogRecord: Sendable, Hashable {
    /// When; 0 = the writer's clock decides.
    public var time: Timestamp
    /// How grave.
    public var level: LogLevel
    /// One sentence.
    public var message: String
    /// The job it tells of, or nothing.
    public var job: String
    /// The repository it tells of, or nothing.
    public var repository: String
    /// Facts beside the sentence.
    public var fields: [String: String]

    /// Makes a line.
    public init(
        time: Timestamp = Timestamp(rawValue: 0), level: LogLevel, message: String,
        job: String = "", repository: String = "", fields: [String: String] = [:]
    ) {
        self.time = time
        self.level = level
        self.message = message
        self.job = job
        self.repository = repository
        self.fields = fields
    }

    /// The fields as one JSON object, keys sorted.
    public var fieldsJSON: String {
        var writer = JSONWriter()
        writer.object { object in
            for (key, value) in self.fields.sorted(by: { $0.key < $1.key }) {
                object.member(key, value)
            }
        }
        return writer.text
    }
}
