import TallyAPI

/// The ten counters, in the order of the messages: names of columns, JSON keys and fields alike.
enum CounterColumns {
    static let names = [
        "commits", "prs_opened", "prs_merged", "prs_reviewed", "issues_opened", "issues_closed",
        "comments", "releases", "lines_added", "lines_deleted",
    ]

    /// The names with commas between.
    static let list = names.joined(separator: ", ")

    /// A list with each name put into a pattern in place of `*`.
    static func mapped(_ pattern: String) -> String {
        self.names.map { pattern.replacing("*", with: $0) }.joined(separator: ", ")
    }
}

extension Counters {
    /// The values in the order of `CounterColumns.names`.
    var values: [UInt64] {
        [
            self.commits, self.prsOpened, self.prsMerged, self.prsReviewed, self.issuesOpened,
            self.issuesClosed, self.comments, self.releases, self.linesAdded, self.linesDeleted,
        ]
    }

    /// Counters from values in that order; negative ones, which no schema holds, count as 0.
    init(values: [Int64]) {
        let counts = values.map { UInt64(max(0, $0)) }
        self.init(
            commits: counts[0], prsOpened: counts[1], prsMerged: counts[2], prsReviewed: counts[3],
            issuesOpened: counts[4], issuesClosed: counts[5], comments: counts[6],
            releases: counts[7], linesAdded: counts[8], linesDeleted: counts[9])
    }

    /// Whether nothing was counted.
    var isEmpty: Bool { self.values.allSatisfy { $0 == 0 } }
}
