import TallyAPI

extension Counters {
    /// The names of the counters, as coverage calls its items, in the order of the message.
    static let items = [
        "commits", "prs_opened", "prs_merged", "prs_reviewed", "issues_opened", "issues_closed",
        "comments", "releases", "lines_added", "lines_deleted",
    ]

    private static let fields: [any WritableKeyPath<Counters, UInt64> & Sendable] = [
        \.commits, \.prsOpened, \.prsMerged, \.prsReviewed, \.issuesOpened, \.issuesClosed,
        \.comments, \.releases, \.linesAdded, \.linesDeleted,
    ]

    /// In the order of `items`.
    var values: [UInt64] { Self.fields.map { self[keyPath: $0] } }

    /// What one merge or review counts.
    init(_ fact: PullFact) {
        self.init()
        switch fact.kind {
        case .closed, .merged:
            prsMerged = UInt64(fact.count)
            linesAdded = UInt64(fact.linesAdded)
            linesDeleted = UInt64(fact.linesDeleted)
        case .review:
            prsReviewed = UInt64(fact.count)
        }
    }

    /// The counter at a place in `items`.
    subscript(place: Int) -> UInt64 {
        get { self[keyPath: Self.fields[place]] }
        set { self[keyPath: Self.fields[place]] = newValue }
    }

    /// Adds; a sum beyond 64 bits stays at the largest value.
    mutating func add(_ other: Counters) {
        for field in Self.fields {
            let (sum, overflow) = self[keyPath: field]
                .addingReportingOverflow(other[keyPath: field])
            self[keyPath: field] = overflow ? .max : sum
        }
    }

    /// Nil when more is taken than is there.
    func subtracting(_ other: Counters) -> Counters? {
        var result = self
        for field in Self.fields {
            let (rest, overflow) = self[keyPath: field]
                .subtractingReportingOverflow(other[keyPath: field])
            if overflow { return nil }
            result[keyPath: field] = rest
        }
        return result
    }
}
