import HTTPClient
import JSON
import ServiceKit

/// An answer of GitHub's that is neither a limit nor a passing failure.
struct GitHubReply: Sendable {
    var status: Int
    var json: JSONValue
    var etag: String?
    /// The next page, as `Link` gives it.
    var next: String?
    var location: String?

    /// What an answer says about limits.
    static func limits(
        _ response: HTTPClient.Response, _ json: JSONValue?
    ) -> GitHubLimits.Reply {
        func number(_ name: String) -> Int64? { response[name].flatMap { Int64($0) } }
        return GitHubLimits.Reply(
            status: response.status, retryAfter: response.retryAfter,
            remaining: number("x-ratelimit-remaining").map { Int(clamping: $0) },
            reset: number("x-ratelimit-reset").flatMap { seconds in
                (0...100_000_000_000).contains(seconds)
                    ? Timestamp(rawValue: seconds * 1_000_000) : nil
            },
            serverTime: response["date"].flatMap { HTTPDate.read($0) },
            resource: response["x-ratelimit-resource"].flatMap(GitHubLimits.Resource.init),
            speaksOfLimit: speaksOfLimit(response.status, json))
    }

    private static func speaksOfLimit(_ status: Int, _ json: JSONValue?) -> Bool {
        if status == 200 {
            return json?["errors"]?.array?.contains { error in
                error["type"]?.string == "RATE_LIMITED"
            } ?? false
        }
        guard let text = json?["message"]?.string?.lowercased() else { return true }
        return text.contains("rate limit") || text.contains("abuse")
    }

    /// What an answer says in words, for people.
    static func words(_ status: Int, _ json: JSONValue?) -> String {
        let text = json?["message"]?.string ?? json?["error"]?.string ?? ""
        let short = Logger.visible(String(text.prefix(200)))
        return "GitHub answers \(status)" + (short.isEmpty ? "" : ": \(short)")
    }
}

/// The one form of dates in HTTP that servers write: `Tue, 17 Sep 2024 11:00:11 GMT`.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// nil for anything else.
    static func read(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: "\(parts[2])"),
            let year = Int(parts[3]), let day = Int(parts[1]),
            let date = CivilDay(year: year, month: month + 1, day: day)
        else { return nil }
        return Timestamp("\(date)T\(parts[4])Z")
    }
}
