import ServiceKit

@testable import Ingest

/// Rows of `queries/activity.sql` as they travel.
extension BigQueryServer {
    private static let columns = [
        ("wanted", "BOOLEAN"), ("created_at", "TIMESTAMP"), ("type", "STRING"), ("id", "STRING"),
        ("repository_id", "INTEGER"), ("repository_name", "STRING"), ("actor_id", "INTEGER"),
        ("actor_login", "STRING"), ("action", "STRING"), ("size", "INTEGER"),
        ("distinct_size", "INTEGER"), ("number", "INTEGER"), ("merged", "STRING"),
        ("additions", "INTEGER"), ("deletions", "INTEGER"), ("author_id", "INTEGER"),
        ("author_login", "STRING"), ("author_type", "STRING"), ("events", "INTEGER"),
    ]

    static let schema = schema(without: "")

    static func schema(without left: String) -> String {
        let fields = columns.filter { $0.0 != left }.map { name, type in
            "{\"name\":\"\(name)\",\"type\":\"\(type)\",\"mode\":\"NULLABLE\"}"
        }
        return "{\"fields\":[\(fields.joined(separator: ","))]}"
    }

    /// A row by the columns that are not null.
    static func row(_ cells: [String: String]) -> String {
        let all = columns.map { name, _ in cells[name].map { "{\"v\":\"\($0)\"}" } ?? "{\"v\":null}"
        }
        return "{\"f\":[\(all.joined(separator: ","))]}"
    }

    /// A push of so many commits at an hour of a day.
    static func push(
        _ day: Int32, _ commits: Int, in repository: Int64 = 7, by actor: Int64 = 1, hour: Int = 3,
        id: String = "1"
    ) -> String {
        row([
            "wanted": "true", "created_at": "\(micros(day, hour) + 5)", "type": "PushEvent",
            "id": id, "repository_id": "\(repository)", "repository_name": "owner/name",
            "actor_id": "\(actor)", "actor_login": "user\(actor)", "distinct_size": "\(commits)",
            "size": "\(commits + 1)", "events": "1",
        ])
    }

    /// An hour in which others did something.
    static func hour(_ day: Int32, _ hour: Int) -> String {
        row(["wanted": "false", "created_at": "\(micros(day, hour))", "events": "9"])
    }

    /// All 24.
    static func hours(_ day: Int32) -> [String] { (0..<24).map { hour(day, $0) } }

    static func micros(_ day: Int32, _ hour: Int) -> Int64 {
        CivilDay(rawValue: day).startMicroseconds + Int64(hour) * 3_600_000_000
    }
}
