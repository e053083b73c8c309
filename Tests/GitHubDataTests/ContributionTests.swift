import GitHubData
import ServiceKit
import Testing

@Suite struct ContributionTests {
    @Test(arguments: [
        ("{\"distinct_size\":3,\"size\":4}", Contribution.commits(3)),
        ("{\"size\":4,\"shas\":[]}", .commits(4)),
        ("{\"distinct_size\":0,\"size\":4}", .commits(0)),
        ("{\"push_id\":1,\"head\":\"a\",\"before\":\"b\"}", .unsizedPush),
    ])
    func `SRC-02 a push counts what is new, or says that it does not know`(
        payload: String, expected: Contribution
    ) throws {
        #expect(try contribution("PushEvent", payload) == expected)
    }

    @Test(
        arguments: [
            ("IssuesEvent", "{\"action\":\"opened\"}", Contribution.issueOpened),
            ("IssuesEvent", "{\"action\":\"closed\"}", .issueClosed),
            ("IssuesEvent", "{\"action\":\"reopened\"}", nil),
            ("IssuesEvent", "{}", nil),
            ("IssueCommentEvent", "{\"action\":\"created\"}", .comment),
            ("IssueCommentEvent", "{\"action\":\"edited\"}", nil),
            ("CommitCommentEvent", "{}", .comment),
            ("PullRequestReviewCommentEvent", "{\"action\":\"created\"}", .comment),
            ("ReleaseEvent", "{\"action\":\"published\"}", .release),
            ("ReleaseEvent", "{\"action\":\"edited\"}", nil),
            ("ReleaseEvent", "{}", .release),
            ("WatchEvent", "{\"action\":\"started\"}", nil),
            ("NewKindOfEvent", "{\"action\":\"created\"}", nil),
        ] as [(String, String, Contribution?)])
    func `SRC-02 each kind of event counts as the rules say`(
        type: String, payload: String, expected: Contribution?
    ) throws {
        #expect(try contribution(type, payload) == expected)
    }

    @Test(arguments: ["opened", "reopened", "labeled", "assigned"])
    func `only the opening of a pull request opens it`(action: String) throws {
        let payload = "{\"action\":\"\(action)\",\"number\":9,\"pull_request\":{\"number\":9}}"
        let expected: Contribution? = action == "opened" ? .pullOpened(number: 9) : nil
        #expect(try contribution("PullRequestEvent", payload) == expected)
    }

    @Test func `SRC-02 a closing that merged says whose it was and how many lines`() throws {
        let payload = """
            {"action":"closed","number":9,"pull_request":{"number":9,"merged":true,\
            "user":{"id":8,"login":"eight","type":"User"},"additions":40,"deletions":2}}
            """
        guard case .pullMerged(let merge)? = try contribution("PullRequestEvent", payload) else {
            Issue.record("no merge")
            return
        }
        #expect(merge.isClosing)
        #expect(merge.author?.id == 8)
        #expect(merge.linesAdded == 40)
        #expect(merge.linesDeleted == 2)
    }

    @Test(arguments: ["false", "null"])
    func `a closing that did not merge counts nothing`(merged: String) throws {
        let payload = "{\"action\":\"closed\",\"pull_request\":{\"number\":9,\"merged\":\(merged)}}"
        #expect(try contribution("PullRequestEvent", payload) == nil)
    }

    @Test func `SRC-02 the merge of a trimmed payload says neither author nor lines`() throws {
        let payload = "{\"action\":\"merged\",\"number\":9,\"pull_request\":{\"number\":9}}"
        guard case .pullMerged(let merge)? = try contribution("PullRequestEvent", payload) else {
            Issue.record("no merge")
            return
        }
        #expect(!merge.isClosing)
        #expect(merge.number == 9)
        #expect(merge.author == nil)
        #expect(merge.linesAdded == nil)
    }

    @Test(arguments: ["created", "submitted", "edited", "dismissed"])
    func `a review counts when it is made`(action: String) throws {
        let payload = "{\"action\":\"\(action)\",\"pull_request\":{\"number\":9}}"
        let expected: Contribution? =
            action == "created" || action == "submitted"
            ? .pullReviewed(number: 9, author: nil) : nil
        #expect(try contribution("PullRequestReviewEvent", payload) == expected)
    }
}

@Suite struct GitHubUserTests {
    @Test func `a number counts, whatever the login`() {
        #expect(GitHubUser(id: 5, login: "five")?.id == 5)
        #expect(GitHubUser(id: 5, login: nil)?.id == 5)
    }

    @Test func `somebody known by login only has a number below zero, in any letter case`() {
        // SHA-256 of "octocat" begins with 5f f5 7d e3 9a 03 72 15; the highest bit is set.
        #expect(GitHubUser.number(of: "OctoCat") == GitHubUser.number(of: "octocat"))
        #expect(GitHubUser(id: nil, login: "octocat")?.id ?? 0 < 0)
        #expect(GitHubUser(id: 0, login: "octocat")?.id == GitHubUser.number(of: "octocat"))
    }

    @Test func `nobody is nobody`() {
        #expect(GitHubUser(id: nil, login: "") == nil)
        #expect(GitHubUser(id: nil, login: nil) == nil)
    }

    @Test(
        arguments: [
            ("deps[bot]", nil, BotRule.Reason.suffix), ("deps", "Bot", .type),
            ("web-flow", "User", .list), ("robot", "User", nil), ("bot", nil, nil),
            ("[bot]ter", nil, nil),
        ] as [(String, String?, BotRule.Reason?)])
    func `a bot is what GitHub calls one, never part of a name`(
        login: String, type: String?, reason: BotRule.Reason?
    ) {
        #expect(BotRule.reason(login: login, type: type) == reason)
    }
}

@Suite struct ArchiveHourTests {
    @Test func `SRC-01 hours are named without a leading zero`() throws {
        let day = try #require(CivilDay("2023-04-07"))
        #expect(ArchiveHour(day, 5).fileName == "2023-04-07-5.json.gz")
        #expect(ArchiveHour(day, 23).fileName == "2023-04-07-23.json.gz")
    }

    @Test func `SRC-03 a day needs its own hours and six of the next`() throws {
        let day = try #require(CivilDay("2023-12-31"))
        let hours = ArchiveHour.covering([day])
        #expect(hours.count == 30)
        #expect(hours.last?.fileName == "2024-01-01-5.json.gz")
    }

    @Test func `SRC-11 neighbouring days share their hours`() throws {
        let day = try #require(CivilDay("2023-04-07"))
        #expect(ArchiveHour.covering([day, day.advanced(by: 1)]).count == 54)
    }
}
