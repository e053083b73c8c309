import ServiceKit

/// The lists that a scrape reads, in this order; together they hold every counter.
enum GitHubFamily: String, CaseIterable, Hashable, Sendable {
    case commits
    case pulls
    /// The list of pull requests is in the order of their updates: those updated while it was read
    /// moved to its front, past the reader. Here they are.
    case pullsAgain = "pulls_again"
    case issues
    case issueComments = "issue_comments"
    case pullComments = "pull_comments"
    case commitComments = "commit_comments"
    case releases

    /// Elements of a GraphQL page; nested lists make pages of pull requests and issues expensive.
    var first: Int {
        switch self {
        case .commits: 100
        case _: 50
        }
    }

    /// The query, for lists that GraphQL has; nil = REST has it.
    var query: String? {
        switch self {
        case .commits: GitHubQueries.commits
        case .pulls, .pullsAgain: GitHubQueries.pulls
        case .issues: GitHubQueries.issues
        case .issueComments, .pullComments, .commitComments, .releases: nil
        }
    }

    /// The first page of a REST list. In the order of creation where that can be had: what is
    /// edited meanwhile stays where it is.
    func target(_ name: String, since: CivilDay) -> String {
        let created = "?sort=created&direction=asc&since=\(since)T00:00:00Z&per_page=100"
        return switch self {
        case .issueComments: "/repos/\(name)/issues/comments" + created
        case .pullComments: "/repos/\(name)/pulls/comments" + created
        case .commitComments: "/repos/\(name)/comments?per_page=100"
        case _: "/repos/\(name)/releases?per_page=100"
        }
    }
}

/// The queries. Each asks what it cost.
enum GitHubQueries {
    private static let head = "rateLimit { cost remaining resetAt }"
    private static let actor = """
        __typename login ... on User { databaseId } ... on Bot { databaseId } \
        ... on Mannequin { databaseId } ... on Organization { databaseId }
        """
    private static let review = "databaseId state submittedAt author { \(actor) }"
    private static let closing = """
        pageInfo { hasNextPage endCursor } \
        nodes { ... on ClosedEvent { id createdAt actor { \(actor) } } }
        """

    static let commits = """
        query($owner: String!, $name: String!, $first: Int!, $after: String, \
        $since: GitTimestamp, $until: GitTimestamp) { \(head) \
        repository(owner: $owner, name: $name) { defaultBranchRef { target { ... on Commit { \
        history(first: $first, after: $after, since: $since, until: $until) { \
        pageInfo { hasNextPage endCursor } \
        nodes { oid committedDate author { user { databaseId login __typename } } } } } } } } }
        """

    static let pulls = """
        query($owner: String!, $name: String!, $first: Int!, $after: String) { \(head) \
        repository(owner: $owner, name: $name) { pullRequests(first: $first, after: $after, \
        orderBy: {field: UPDATED_AT, direction: DESC}) { pageInfo { hasNextPage endCursor } \
        nodes { number createdAt updatedAt mergedAt additions deletions author { \(actor) } \
        reviews(first: 50) { pageInfo { hasNextPage endCursor } nodes { \(review) } } } } } }
        """

    static let issues = """
        query($owner: String!, $name: String!, $first: Int!, $after: String, \
        $since: DateTime) { \(head) repository(owner: $owner, name: $name) { \
        issues(first: $first, after: $after, filterBy: {since: $since}, \
        orderBy: {field: CREATED_AT, direction: ASC}) { pageInfo { hasNextPage endCursor } \
        nodes { number createdAt author { \(actor) } \
        timelineItems(first: 50, itemTypes: [CLOSED_EVENT]) { \(closing) } } } } }
        """

    /// What did not fit into the page of its pull request.
    static let moreReviews = """
        query($owner: String!, $name: String!, $number: Int!, $after: String) { \(head) \
        repository(owner: $owner, name: $name) { pullRequest(number: $number) { \
        author { \(actor) } reviews(first: 100, after: $after) { \
        pageInfo { hasNextPage endCursor } nodes { \(review) } } } } }
        """

    /// What did not fit into the page of its issue.
    static let moreClosings = """
        query($owner: String!, $name: String!, $number: Int!, $after: String) { \(head) \
        repository(owner: $owner, name: $name) { issue(number: $number) { \
        timelineItems(first: 100, after: $after, itemTypes: [CLOSED_EVENT]) { \(closing) } } } }
        """

    /// How much there is to read.
    static let sizes = """
        query($owner: String!, $name: String!, $since: GitTimestamp, $from: DateTime) { \(head) \
        repository(owner: $owner, name: $name) { defaultBranchRef { target { ... on Commit { \
        history(since: $since) { totalCount } } } } pullRequests { totalCount } \
        issues(filterBy: {since: $from}) { totalCount } releases { totalCount } } }
        """
}
