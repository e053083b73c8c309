import HTTPCore
import RPC
import ServiceKit
import TallyAPI

/// One person: totals, ranks, shares, series, and why.
struct ContributorRoutes: Sendable {
    let upstreams: Upstreams

    var routes: [Route] {
        let one = "/contributors/{username}"
        return [
            Route("GET", one, "one person") { try await self.show($0) },
            Route("GET", one + "/repositories", "their share per repository") {
                try await self.repositories($0)
            },
            Route("GET", one + "/activity", "their activity over time") {
                try await self.activity($0)
            },
            Route("GET", one + "/explain", "every term of the score") {
                try await self.explain($0)
            },
        ]
    }

    private func window(_ exchange: Exchange) throws(Problem) -> String {
        var parameters = try Parameters(exchange.request)
        let window = try parameters.choice("window", of: BoardRoutes.windows, default: "all")
        try parameters.finish()
        return window
    }

    private func contributor(
        _ exchange: Exchange, _ window: String
    ) async throws -> Contributor {
        try await Upstreams.ask("scoring") {
            try await self.upstreams.scoring.getContributor(
                GetContributorRequest(login: exchange.captures[0], window: window),
                options: exchange.options)
        }
    }

    private func show(_ exchange: Exchange) async throws -> HTTPResponse {
        let window = try self.window(exchange)
        let contributor = try await self.contributor(exchange, window)
        let person = contributor.person ?? Person()
        let ranks = try await self.ranks(exchange, person, window)
        var writer = JSONWriter()
        writer.object { object in
            object.user(
                "user", id: person.contributorId, login: person.login, isBot: person.bot)
            object.member(
                "former_usernames",
                list: { list in
                    for login in person.formerLogins { list.value(login) }
                })
            object.member(
                "linked_usernames",
                list: { list in
                    for login in person.linkedLogins { list.value(login) }
                })
            object.member("bot_reason", person.bot ? person.botReason : nil)
            object.member("window", window)
            object.member("total_score", thousandths: contributor.score)
            object.counts("counts", contributor.counters)
            object.shares(contributor.repositories)
            object.member("ranks", list: { list in for rank in ranks { list.rank(rank) } })
        }
        return .json(200, writer)
    }

    /// Bots have ranks among everybody; people among people.
    private func ranks(
        _ exchange: Exchange, _ person: Person, _ window: String
    ) async throws -> [RankEntry] {
        let request = GetRankRequest(
            login: person.login, window: window, bots: person.bot ? .include : .exclude)
        do throws(Problem) {
            return try await Upstreams.ask("ranking") {
                try await self.upstreams.ranking.getRank(request, options: exchange.options).boards
            }
        } catch {
            // Known to scoring, on no board yet.
            if error.status == 404 { return [] }
            throw error
        }
    }

    private func repositories(_ exchange: Exchange) async throws -> HTTPResponse {
        let contributor = try await self.contributor(exchange, try self.window(exchange))
        var writer = JSONWriter()
        writer.object { $0.shares(contributor.repositories) }
        return .json(200, writer)
    }

    private func activity(_ exchange: Exchange) async throws -> HTTPResponse {
        var parameters = try Parameters(exchange.request)
        let group = try parameters.choice("group", of: ["day", "week", "month"], default: "day")
        let request = ActivitySeriesRequest(
            login: exchange.captures[0], repository: try parameters.text("repository") ?? "",
            sinceDay: try parameters.day("since"), untilDay: try parameters.day("until"))
        try parameters.finish()
        let points = try await Upstreams.ask("scoring") {
            try await self.upstreams.scoring.activitySeries(request, options: exchange.options) {
                reader in
                var points: [ActivityPoint] = []
                while let batch = try await reader.next() { points += batch.points }
                return points
            }
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member("user", exchange.captures[0])
            object.day("since", request.sinceDay)
            object.day("until", request.untilDay)
            object.member("group", group)
            object.member(
                "points",
                list: { list in
                    for point in ActivityGroups.grouped(points, by: group) {
                        list.object { entry in
                            entry.day("day", point.day)
                            entry.counts("counts", point.counters)
                        }
                    }
                })
        }
        return .json(200, writer)
    }

    private func explain(_ exchange: Exchange) async throws -> HTTPResponse {
        var parameters = try Parameters(exchange.request)
        let window = try parameters.choice("window", of: BoardRoutes.windows, default: "all")
        let repository = try parameters.text("repository")
        try parameters.finish()
        let path = try repository.map { try RepositoryPath(text: $0).fullName } ?? ""
        let answer = try await Upstreams.ask("scoring") {
            try await self.upstreams.scoring.explain(
                ExplainRequest(repository: path, login: exchange.captures[0], window: window),
                options: exchange.options)
        }
        var writer = JSONWriter()
        writer.explanation(answer)
        return .json(200, writer)
    }
}

/// Days put together into weeks or months.
enum ActivityGroups {
    static func grouped(_ points: [ActivityPoint], by group: String) -> [ActivityPoint] {
        var sums: [Int32: [UInt64]] = [:]
        for point in points {
            let start = self.start(CivilDay(rawValue: point.day), group).rawValue
            let values = (point.counters ?? Counters()).listed
            sums[start] = zip(sums[start] ?? values.map { _ in 0 }, values).map { $0 &+ $1 }
        }
        return sums.sorted { $0.key < $1.key }.map {
            ActivityPoint(day: $0.key, counters: Counters(listed: $0.value))
        }
    }

    /// The first day of the group: Monday, or the first of the month.
    private static func start(_ day: CivilDay, _ group: String) -> CivilDay {
        switch group {
        case "week":
            // 1970-01-01 was a Thursday.
            let weekday = ((Int(day.rawValue) + 3) % 7 + 7) % 7
            return day.advanced(by: -weekday)
        case "month": return day.advanced(by: 1 - day.components.day)
        case _: return day
        }
    }
}

extension Counters {
    /// The values in the order of the fields.
    fileprivate var listed: [UInt64] {
        [
            self.commits, self.prsOpened, self.prsMerged, self.prsReviewed, self.issuesOpened,
            self.issuesClosed, self.comments, self.releases, self.linesAdded, self.linesDeleted,
        ]
    }

    fileprivate init(listed v: [UInt64]) {
        self.init(
            commits: v[0], prsOpened: v[1], prsMerged: v[2], prsReviewed: v[3], issuesOpened: v[4],
            issuesClosed: v[5], comments: v[6], releases: v[7], linesAdded: v[8], linesDeleted: v[9]
        )
    }
}
