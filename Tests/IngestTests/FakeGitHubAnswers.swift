import Foundation
import JSON
import ServiceKit
import TestKit

/// What a GitHub with some content answers.
struct FakeGitHubAnswers {
    typealias Reply = ScriptedHTTPServer.Reply

    let content: FakeGitHub.Content
    let url: String

    init(_ content: FakeGitHub.Content, url: String) {
        self.content = content
        self.url = url
    }

    func answer(_ request: ScriptedHTTPServer.Request) -> Reply {
        if request.path == "/graphql" { return graphQL(request) }
        let known = ["/repos/\(content.name)", "/repositories/\(content.id)"]
        if let prefix = known.first(where: { request.path.lowercased() == $0.lowercased() }) {
            return prefix.isEmpty ? .answer(404) : versioned(request, facts, [])
        }
        guard let prefix = known.first(where: { request.path.hasPrefix($0 + "/") }) else {
            return .answer(404, [], "{\"message\":\"Not Found\"}")
        }
        return list(request, String(request.path.dropFirst(prefix.count)))
    }

    private var facts: String {
        "{\"id\":\(content.id),\"full_name\":\"\(content.name)\",\"private\":false,\"fork\":false}"
    }

    /// 304 when the caller has this version.
    private func versioned(
        _ request: ScriptedHTTPServer.Request, _ body: String, _ more: [(String, String)]
    ) -> Reply {
        let sum = body.utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }
        let etag = "W/\"\(sum)\""
        let headers = [("ETag", etag), ("X-RateLimit-Remaining", "4000")] + more
        return request.headers["if-none-match"] == etag
            ? .answer(304, headers) : .answer(200, headers, body)
    }

    private func list(_ request: ScriptedHTTPServer.Request, _ path: String) -> Reply {
        let all = content.lists[path] ?? []
        let page = request.target.firstMatch(of: /[?&]page=(\d+)/).flatMap { Int($0.1) } ?? 1
        let start = (page - 1) * content.pageSize
        let rows = all.dropFirst(start).prefix(content.pageSize).map { row(path, $0) }
        var more: [(String, String)] = []
        if start + content.pageSize < all.count {
            let query = request.target.drop { $0 != "?" }.replacing(/&page=\d+/, with: "")
            let next = "\(url)/repositories/\(content.id)\(path)\(query)&page=\(page + 1)"
            more.append(("Link", "<\(next)>; rel=\"next\""))
        }
        return versioned(request, "[" + rows.joined(separator: ",") + "]", more)
    }

    private func row(_ path: String, _ comment: FakeGitHub.Comment) -> String {
        let user = comment.by.map {
            "{\"id\":\($0.id),\"login\":\"\($0.login)\",\"type\":\"\($0.type)\"}"
        }
        return path == "/releases"
            ? """
            {"id":\(comment.id),"draft":\(comment.isDraft),"created_at":"2001-01-01T00:00:00Z",
             "published_at":\(comment.isDraft ? "null" : "\"\(comment.at)\""),
             "author":\(user ?? "null")}
            """
            : """
            {"id":\(comment.id),"created_at":"\(comment.at)","user":\(user ?? "null")}
            """
    }

    // MARK: GraphQL

    private func graphQL(_ request: ScriptedHTTPServer.Request) -> Reply {
        guard let json = try? JSONReader.read(request.body), let query = json["query"]?.string,
            let variables = json["variables"]
        else { return .answer(400, [], "{\"message\":\"Problems parsing JSON\"}") }
        let data = repository(query, variables)
        return .answer(
            200, [("X-RateLimit-Resource", "graphql"), ("X-RateLimit-Remaining", "4500")],
            "{\"data\":{\"rateLimit\":{\"cost\":1},\"repository\":\(data)}}")
    }

    private func repository(_ query: String, _ variables: JSONValue) -> String {
        if query.contains("totalCount") {
            return """
                {"defaultBranchRef":{"target":{"history":{"totalCount":\(content.commits.count)}}},
                 "pullRequests":{"totalCount":\(content.pulls.count)},
                 "issues":{"totalCount":\(content.issues.count)},
                 "releases":{"totalCount":\(content.lists["/releases"]?.count ?? 0)}}
                """
        }
        if query.contains("history(") {
            guard !content.commits.isEmpty else { return "{\"defaultBranchRef\":null}" }
            let history = page(content.commits.map(commit), variables)
            return "{\"defaultBranchRef\":{\"target\":{\"history\":\(history)}}}"
        }
        if query.contains("pullRequests(") {
            return "{\"pullRequests\":\(page(content.pulls.map(pull), variables))}"
        }
        if query.contains("pullRequest(") {
            let pull = content.pulls.first { $0.number == variables["number"]?.int }
            let reviews = page((pull?.reviews ?? []).map(review), variables, size: 100)
            return "{\"pullRequest\":{\"author\":\(actor(pull?.by)),\"reviews\":\(reviews)}}"
        }
        if query.contains("issue(") {
            let issue = content.issues.first { $0.number == variables["number"]?.int }
            let closings = page(closings(issue), variables, size: 100)
            return "{\"issue\":{\"timelineItems\":\(closings)}}"
        }
        return "{\"issues\":\(page(content.issues.map(issue), variables))}"
    }

    /// A page of nodes; cursors are places.
    private func page(_ nodes: [String], _ variables: JSONValue, size: Int? = nil) -> String {
        let first = size ?? Int(variables["first"]?.int ?? 50)
        let after = variables["after"]?.string.flatMap { Int($0.dropFirst()) } ?? 0
        return page(nodes, after: after, first: first)
    }

    private func page(_ nodes: [String], after: Int, first: Int) -> String {
        let end = min(nodes.count, after + first)
        let rows = nodes[min(after, end)..<end].joined(separator: ",")
        return """
            {"pageInfo":{"hasNextPage":\(end < nodes.count),"endCursor":"c\(end)"},
             "nodes":[\(rows)]}
            """
    }

    private func actor(_ user: FakeGitHub.User?) -> String {
        user.map {
            "{\"__typename\":\"\($0.type)\",\"login\":\"\($0.login)\",\"databaseId\":\($0.id)}"
        } ?? "null"
    }

    private func commit(_ commit: FakeGitHub.Commit) -> String {
        """
        {"oid":"\(commit.oid)","committedDate":"\(commit.at)","author":{"user":\(actor(commit.by))}}
        """
    }

    private func review(_ review: FakeGitHub.Review) -> String {
        """
        {"databaseId":\(review.id),"state":"\(review.state)","submittedAt":"\(review.at)",
         "author":\(actor(review.by))}
        """
    }

    private func pull(_ pull: FakeGitHub.Pull) -> String {
        """
        {"number":\(pull.number),"createdAt":"\(pull.at)","updatedAt":"\(pull.updated)",
         "mergedAt":\(pull.merged.map { "\"\($0)\"" } ?? "null"),
         "additions":\(pull.lines.added),"deletions":\(pull.lines.deleted),
         "author":\(actor(pull.by)),
         "reviews":\(page(pull.reviews.map(review), after: 0, first: 50))}
        """
    }

    private func closings(_ issue: FakeGitHub.Issue?) -> [String] {
        (issue?.closed ?? []).enumerated().map { place, closing in
            """
            {"id":"CE_\(issue?.number ?? 0)_\(place)","createdAt":"\(closing.0)",
             "actor":\(actor(closing.1))}
            """
        }
    }

    private func issue(_ issue: FakeGitHub.Issue) -> String {
        """
        {"number":\(issue.number),"createdAt":"\(issue.at)","author":\(actor(issue.by)),
         "timelineItems":\(page(closings(issue), after: 0, first: 50))}
        """
    }
}
