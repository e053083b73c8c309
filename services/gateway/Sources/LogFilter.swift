import HTTPCore
import JSON
import ServiceKit
import TallyAPI

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

    /// A client's message: `{"type":"filter"}` with `service`, `job`, `repository`, `level`, all
    /// optional. It takes the place of the filter that was there.
    init(message text: String) throws(Problem) {
        guard let json = try? JSONReader.read(Array(text.utf8)), json["type"]?.string == "filter"
        else {
            throw Problem.invalid("Only {\"type\":\"filter\", …} is taken here.")
        }
        for key in json.keys
        where !["type", "service", "job", "repository", "level"].contains(key) {
            throw Problem.invalid("/\(key.prefix(40)) is not known here.")
        }
        func member(_ key: String) throws(Problem) -> String {
            guard let value = json[key], value != .null else { return "" }
            guard let text = value.string else { throw Problem.invalid("/\(key) is text.") }
            return text
        }
        self.job = try member("job")
        let repository = try member("repository")
        if !repository.isEmpty { self.repository = try RepositoryPath(text: repository).fullName }
        let service = try member("service")
        if !service.isEmpty {
            guard Self.services.contains(service) else {
                throw Problem.invalid(
                    "/service is one of \(Self.services.joined(separator: ", ")).")
            }
            self.services = [service]
        }
        self.level = try member("level")
        guard self.level.isEmpty || LogLevel(rawValue: self.level) != nil else {
            throw Problem.invalid("/level is debug, info, warning or error.")
        }
    }

    /// Whether a message of the relay is for this reader.
    func wants(_ entry: LogEntry) -> Bool {
        guard self.services.contains(entry.service) else { return false }
        guard let line = entry.line else { return true }
        let least = LogLevel(rawValue: self.level) ?? .debug
        return (self.job.isEmpty || line.job == self.job)
            && (self.repository.isEmpty || line.repository == self.repository)
            && LogLevel(rawValue: line.level) ?? .error >= least
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
