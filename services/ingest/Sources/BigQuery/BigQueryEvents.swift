import GitHubData
import JSON
import ServiceKit

/// The columns of `queries/activity.sql`, by their places in an answer's rows.
struct BigQueryEvents: Hashable, Sendable {
    /// What a row says.
    enum Row: Hashable, Sendable {
        /// An event of a wanted repository.
        case event(EventFields, at: Timestamp)
        /// The hour that begins then has events of others.
        case hour(Timestamp)
    }

    private let rows: BigQueryRows
    private let (wanted, time): (Int, Int)
    private let texts: [Int]
    private let integers: [Int]

    private static let textNames = [
        "type", "id", "repository_name", "actor_login", "action", "merged", "author_login",
        "author_type",
    ]
    private static let integerNames = [
        "repository_id", "actor_id", "size", "distinct_size", "number", "additions", "deletions",
        "author_id",
    ]

    /// - Throws: `BigQueryRows.Fault` for a schema that is not the query's.
    init(_ rows: BigQueryRows) throws(BigQueryRows.Fault) {
        self.rows = rows
        wanted = try rows.index(of: "wanted", "BOOLEAN", "BOOL")
        time = try rows.index(of: "created_at", "TIMESTAMP")
        var (texts, integers): ([Int], [Int]) = ([], [])
        for name in Self.textNames { texts.append(try rows.index(of: name, "STRING")) }
        for name in Self.integerNames {
            integers.append(try rows.index(of: name, "INTEGER", "INT64"))
        }
        (self.texts, self.integers) = (texts, integers)
    }

    /// Reads a row.
    func row(_ json: JSONValue) throws(BigQueryRows.Fault) -> Row {
        let cells = try rows.cells(json)
        guard let time = cells[time].time else {
            throw BigQueryRows.Fault(message: "a row has no time")
        }
        guard cells[wanted].bool == true else { return .hour(time) }
        let texts = texts.map { cells[$0].text }
        // As in the archive's files, a number below zero is none.
        let integers = integers.map { cells[$0].integer.flatMap { $0 < 0 ? nil : $0 } }
        var fields = EventFields()
        fields.createdAt = time.precise
        (fields.type, fields.id) = (texts[0] ?? "", texts[1] ?? "")
        (fields.repository, fields.login) = (texts[2] ?? "", texts[3] ?? "")
        (fields.action, fields.isMerged) = (texts[4], texts[5].flatMap { Bool($0) })
        (fields.authorLogin, fields.authorType) = (texts[6], texts[7])
        (fields.repositoryID, fields.actorID) = (integers[0], integers[1])
        (fields.size, fields.distinctSize) = (integers[2], integers[3])
        (fields.number, fields.additions) = (integers[4], integers[5])
        (fields.deletions, fields.authorID) = (integers[6], integers[7])
        return .event(fields, at: time)
    }
}
