/// The sources by name, and which of them is believed (design.md section 3).
enum SourceRank {
    static let github = "github"
    static let archive = "archive"
    static let bigquery = "bigquery"

    /// Every source that Tally knows of, the best first.
    static let best = [github, archive, bigquery]

    /// The lower, the better.
    static func place(_ source: String) -> Int {
        best.firstIndex(of: source) ?? best.count
    }
}
