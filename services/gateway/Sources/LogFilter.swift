import HTTPCore
import ServiceKit

/// What a reader of the live log asks for.
struct LogFilter: Sendable, Hashable {
    static let services = ["ingest", "scoring", "ranking"]

    var cursor: LogCursor?
    var job = ""
    var repository = ""
    var services = Self.services
    var level = ""

    init(_ request: HTTPRequest) throws(Problem) {
        var parameters = try Parameters(request)
        if let text = try parameters.text("cursor") {
            guard let cursor = LogCursor(text) else {
                throw Problem.invalid("cursor is one that this interface gave out.")
            }
            self.cursor = cursor
        }
        self.job = try parameters.text("job") ?? ""
        if let text = try parameters.text("repository") {
            self.repository = try RepositoryPath(text: text).fullName
        }
        let service = try parameters.choice("service", of: Self.services, default: "")
        if !service.isEmpty { self.services = [service] }
        self.level = try parameters.choice(
            "level", of: LogLevel.allCases.map(\.rawValue), default: "")
        try parameters.finish()
    }
}

/// Where a reader stands: the last number of each service, as `ingest.812-scoring.40`.
struct LogCursor: Sendable, Hashable, CustomStringConvertible {
    private(set) var numbers: [String: Int64] = [:]

    init() {}

    /// Reads what `description` wrote; nil for anything else.
    init?(_ text: String) {
        for part in text.split(separator: "-", omittingEmptySubsequences: false) {
            let pair = part.split(separator: ".", omittingEmptySubsequences: false)
            guard pair.count == 2, LogFilter.services.contains(String(pair[0])),
                let number = Int64(pair[1]), number >= 0, self.numbers[String(pair[0])] == nil
            else { return nil }
            self.numbers[String(pair[0])] = number
        }
    }

    subscript(service: String) -> Int64? {
        get { self.numbers[service] }
        set { self.numbers[service] = newValue }
    }

    var description: String {
        self.numbers.sorted { $0.key < $1.key }.map { "\($0.key).\($0.value)" }
            .joined(separator: "-")
    }
}
