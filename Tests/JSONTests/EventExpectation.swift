#if canImport(JSON)
    import JSON
#endif

/// What an event's line must be taken for, from the tree that `JSONReader` makes of it: simdjson's
/// own parser and plain look-ups, nothing of the scanner's walk.
struct EventExpectation {
    /// nil = the line is no event.
    let fields: EventFields?

    /// - Parameter line: of which no object has a key twice.
    init(_ line: JSONValue) {
        guard let repository = line["repo"], case .object = repository,
            let payload = line["payload"], case .object = payload,
            let type = line["type"]?.string, let createdAt = line["created_at"]?.string
        else {
            self.fields = nil
            return
        }
        var fields = EventFields()
        (fields.type, fields.createdAt) = (type, createdAt)
        fields.id = line["id"]?.string ?? ""
        fields.repository = repository["name"]?.string ?? ""
        fields.repositoryID = Self.number(repository["id"])
        fields.login = line["actor"]?["login"]?.string ?? ""
        fields.actorID = Self.number(line["actor"]?["id"])
        if type == "PushEvent" {
            fields.size = Self.number(payload["size"])
            fields.distinctSize = Self.number(payload["distinct_size"])
        } else {
            fields.action = payload["action"]?.string
        }
        if type == "PullRequestEvent" || type == "PullRequestReviewEvent" {
            Self.take(payload, into: &fields)
        }
        self.fields = fields
    }

    private static func take(_ payload: JSONValue, into fields: inout EventFields) {
        let pull = payload["pull_request"]
        fields.number = self.number(pull?["number"]) ?? self.number(payload["number"])
        fields.isMerged = pull?["merged"]?.bool
        fields.additions = self.number(pull?["additions"])
        fields.deletions = self.number(pull?["deletions"])
        fields.authorID = self.number(pull?["user"]?["id"])
        fields.authorLogin = pull?["user"]?["login"]?.string
        fields.authorType = pull?["user"]?["type"]?.string
    }

    private static func number(_ value: JSONValue?) -> Int64? {
        value?.int.flatMap { $0 < 0 ? nil : $0 }
    }
}
