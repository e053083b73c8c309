import HTTPCore
import JSON
import ServiceKit

/// A JSON body, checked key by key (BAD-05).
struct RequestBody {
    let json: JSONValue

    init(_ request: HTTPRequest, keys: Set<String>) throws(Problem) {
        try Parameters(request).finish()
        if request.body.isEmpty {
            self.json = .object([])
            return
        }
        do throws(JSONError) {
            self.json = try JSONReader.read(request.body)
        } catch {
            throw Problem(400, "invalid_body", "The body is not taken: \(error.message).")
        }
        guard case .object = self.json else {
            throw Problem(400, "invalid_body", "The body is one JSON object.")
        }
        try Self.check(self.json, keys, "")
    }

    private static func check(
        _ json: JSONValue, _ keys: Set<String>, _ place: String
    ) throws(Problem) {
        for key in json.keys where !keys.contains(key) {
            throw Problem.invalid("\(place)/\(key.prefix(60)) is not known here.")
        }
    }

    private static func text(
        _ json: JSONValue, _ key: String, _ place: String
    ) throws(Problem) -> String? {
        guard let value = json[key], value != .null else { return nil }
        guard let text = value.string else {
            throw Problem.invalid("\(place)/\(key) is text.")
        }
        return text
    }

    /// `owner` and `name`, or `repository`.
    func repository() throws(Problem) -> RepositoryPath {
        let (owner, name) = (
            try Self.text(self.json, "owner", ""), try Self.text(self.json, "name", "")
        )
        if let whole = try Self.text(self.json, "repository", "") {
            guard owner == nil, name == nil else {
                throw Problem.invalid("/repository stands beside /owner or /name.")
            }
            return try RepositoryPath(text: whole)
        }
        guard let owner, let name else {
            throw Problem.invalid("Name a repository: {\"repository\": \"owner/name\"}.")
        }
        return try RepositoryPath(owner: owner, name: name)
    }

    /// Days and source of a scrape; 0 and nothing when they are not given.
    struct Range {
        var since: Int32 = 0
        var until: Int32 = 0
        var source = ""
    }

    /// What `scrape` says: an object, or false for none.
    func scrape() throws(Problem) -> Range? {
        guard let value = self.json["scrape"], value != .null else { return Range() }
        if value == .bool(false) { return nil }
        if value == .bool(true) { return Range() }
        guard case .object = value else {
            throw Problem.invalid("/scrape is an object with since and until, or false.")
        }
        try Self.check(value, ["since", "until", "source"], "/scrape")
        return try self.range(value, "/scrape")
    }

    func range(_ json: JSONValue, _ place: String) throws(Problem) -> Range {
        let range = Range(
            since: try Self.day(json, "since", place), until: try Self.day(json, "until", place),
            source: try Self.text(json, "source", place) ?? "")
        if range.since != 0, range.until != 0, range.since > range.until {
            throw Problem.invalid("\(place)/since is after \(place)/until.")
        }
        return range
    }

    private static func day(
        _ json: JSONValue, _ key: String, _ place: String
    ) throws(Problem) -> Int32 {
        guard let text = try self.text(json, key, place) else { return 0 }
        guard let day = CivilDay(text) else {
            throw Problem.invalid("\(place)/\(key) is a day, written YYYY-MM-DD.")
        }
        return day.rawValue
    }

    /// Text under a key of the body; nil when it is not there.
    func text(_ key: String) throws(Problem) -> String? { try Self.text(self.json, key, "") }

    func flag(_ key: String) throws(Problem) -> Bool {
        guard let value = self.json[key], value != .null else { return false }
        guard let flag = value.bool else { throw Problem.invalid("/\(key) is true or false.") }
        return flag
    }
}
