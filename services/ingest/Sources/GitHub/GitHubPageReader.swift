import JSON
import ServiceKit

/// Reads pages of GitHub's lists: answers in, items out. Pure.
struct GitHubPageReader: Sendable {
    /// Days wanted; what lies outside of them is left out.
    var days: ClosedRange<CivilDay>

    /// A nested list that did not fit into its page.
    struct Deeper: Hashable, Sendable {
        var number: Int64
        var cursor: String
    }

    /// A page of a GraphQL list.
    /// - Parameter stopBefore: a list in the order of updates, newest first, ends there.
    func read(
        _ family: GitHubFamily, _ data: JSONValue, stopBefore: Timestamp? = nil
    ) throws(GitHubFault) -> (page: GitHubPage, deeper: [Deeper]) {
        guard let repository = data["repository"], repository != .null else {
            throw GitHubFault(.unknown, "GitHub no longer shows the repository")
        }
        var deeper: [Deeper] = []
        guard let list = Self.list(family, in: repository) else { return (GitHubPage(), []) }
        guard let nodes = list["nodes"]?.array, let info = list["pageInfo"] else {
            throw .garbled("a list without nodes")
        }
        var page = GitHubPage(next: Self.cursor(info))
        for node in nodes {
            guard let items = items(family, node, &deeper, &page.skipped) else {
                page.skipped += 1
                continue
            }
            page.items += items.filter { days.contains($0.day) }
        }
        if isBehind(family, nodes.last, stopBefore) { page.next = nil }
        return (page, deeper)
    }

    /// nil = there is nothing: a repository without commits has no default branch.
    private static func list(_ family: GitHubFamily, in repository: JSONValue) -> JSONValue? {
        switch family {
        case .commits: repository["defaultBranchRef"]?["target"]?["history"]
        case .issues: repository["issues"]
        case _: repository["pullRequests"]
        }
    }

    private static func cursor(_ info: JSONValue) -> String? {
        info["hasNextPage"]?.bool == true ? info["endCursor"]?.string : nil
    }

    /// Nothing of use comes behind this element.
    private func isBehind(
        _ family: GitHubFamily, _ last: JSONValue?, _ stopBefore: Timestamp?
    ) -> Bool {
        switch family {
        case .pulls, .pullsAgain:
            guard let stopBefore, let updated = Self.time(last?["updatedAt"]) else { return false }
            return updated < stopBefore
        case .issues:
            return Self.time(last?["createdAt"]).map { $0.day > days.upperBound } ?? false
        case _: return false
        }
    }

    private func items(
        _ family: GitHubFamily, _ node: JSONValue, _ deeper: inout [Deeper], _ skipped: inout Int
    ) -> [GitHubItem]? {
        switch family {
        case .commits: commit(node).map { [$0] }
        case .issues: issue(node, &deeper, &skipped)
        case _: pull(node, &deeper, &skipped)
        }
    }

    private func commit(_ node: JSONValue) -> GitHubItem? {
        guard let oid = node["oid"]?.string, let time = Self.time(node["committedDate"]) else {
            return nil
        }
        return GitHubItem(
            kind: .commit, id: oid, atUs: time.rawValue,
            person: .init(graphQL: node["author"]?["user"]))
    }

    private func pull(
        _ node: JSONValue, _ deeper: inout [Deeper], _ skipped: inout Int
    ) -> [GitHubItem]? {
        guard let number = node["number"]?.int, let opened = Self.time(node["createdAt"]) else {
            return nil
        }
        let author = GitHubItem.Person(graphQL: node["author"])
        var items = [
            GitHubItem(
                kind: .pullOpened, id: "\(number)", atUs: opened.rawValue, person: author,
                number: number)
        ]
        if let merged = Self.time(node["mergedAt"]) {
            items.append(
                GitHubItem(
                    kind: .pullMerged, id: "\(number)", atUs: merged.rawValue, person: author,
                    number: number, linesAdded: node["additions"]?.int ?? 0,
                    linesDeleted: node["deletions"]?.int ?? 0))
        }
        let reviews = node["reviews"]
        items += Self.reviews(reviews, of: number, by: author, &skipped)
        if let cursor = reviews?["pageInfo"].flatMap(Self.cursor) {
            deeper.append(Deeper(number: number, cursor: cursor))
        }
        return items
    }

    /// Reviews that were sent; pending ones are drafts, dismissed ones no longer stand, and nobody
    /// reviews a pull request of their own.
    private static func reviews(
        _ list: JSONValue?, of number: Int64, by author: GitHubItem.Person, _ skipped: inout Int
    ) -> [GitHubItem] {
        var items: [GitHubItem] = []
        for node in list?["nodes"]?.array ?? [] {
            guard let id = node["databaseId"]?.int, let state = node["state"]?.string else {
                skipped += 1
                continue
            }
            guard state != "PENDING", state != "DISMISSED", let time = time(node["submittedAt"])
            else { continue }
            let reviewer = GitHubItem.Person(graphQL: node["author"])
            if reviewer.id != 0, reviewer.id == author.id { continue }
            items.append(
                GitHubItem(
                    kind: .review, id: "\(id)", atUs: time.rawValue, person: reviewer,
                    number: number))
        }
        return items
    }

    private func issue(
        _ node: JSONValue, _ deeper: inout [Deeper], _ skipped: inout Int
    ) -> [GitHubItem]? {
        guard let number = node["number"]?.int, let opened = Self.time(node["createdAt"]) else {
            return nil
        }
        let closings = node["timelineItems"]
        if let cursor = closings?["pageInfo"].flatMap(Self.cursor) {
            deeper.append(Deeper(number: number, cursor: cursor))
        }
        let opening = GitHubItem(
            kind: .issueOpened, id: "\(number)", atUs: opened.rawValue,
            person: .init(graphQL: node["author"]))
        return [opening] + Self.closings(closings, &skipped)
    }

    private static func closings(_ list: JSONValue?, _ skipped: inout Int) -> [GitHubItem] {
        (list?["nodes"]?.array ?? []).compactMap { node in
            guard let id = node["id"]?.string, let time = time(node["createdAt"]) else {
                skipped += 1
                return nil
            }
            return GitHubItem(
                kind: .issueClosed, id: id, atUs: time.rawValue,
                person: .init(graphQL: node["actor"]))
        }
    }

    /// The rest of a nested list.
    func readMore(
        _ family: GitHubFamily, of number: Int64, _ data: JSONValue
    ) -> GitHubPage {
        var skipped = 0
        let isIssue = family == .issues
        let parent = data["repository"]?[isIssue ? "issue" : "pullRequest"]
        let list = parent?[isIssue ? "timelineItems" : "reviews"]
        let items =
            isIssue
            ? Self.closings(list, &skipped)
            : Self.reviews(
                list, of: number, by: .init(graphQL: parent?["author"]), &skipped)
        return GitHubPage(
            items: items.filter { days.contains($0.day) },
            next: list?["pageInfo"].flatMap(Self.cursor), skipped: skipped)
    }

    /// A page of a REST list.
    func read(
        _ family: GitHubFamily, rest json: JSONValue, next: String?
    ) throws(GitHubFault) -> GitHubPage {
        guard let list = json.array else { throw .garbled("a list that is none") }
        var page = GitHubPage(next: next)
        for element in list {
            if family == .releases, element["draft"]?.bool == true { continue }
            let time = Self.time(element[family == .releases ? "published_at" : "created_at"])
            guard let id = element["id"]?.int, let time else {
                page.skipped += 1
                continue
            }
            guard days.contains(time.day) else { continue }
            page.items.append(
                GitHubItem(
                    kind: family == .releases ? .release : .comment,
                    id: "\(family.rawValue) \(id)", atUs: time.rawValue,
                    person: .init(rest: element[family == .releases ? "author" : "user"])))
        }
        if isInOrder(family), let last = Self.time(list.last?["created_at"]),
            last.day > days.upperBound
        {
            page.next = nil
        }
        return page
    }

    /// Commit comments and the sorted lists come oldest first.
    private func isInOrder(_ family: GitHubFamily) -> Bool { family != .releases }

    private static func time(_ value: JSONValue?) -> Timestamp? {
        value?.string.flatMap { Timestamp($0) }
    }
}
