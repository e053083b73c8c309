import HTTPCore
import ServiceKit
import TallyAPI

/// Decisions about people: who is on no board, and which accounts are one person. The body may say
/// who decides and why: `{"author", "reason"}`.
struct DecisionRoutes: Sendable {
    let upstreams: Upstreams

    /// Who decided, when a request does not say.
    static let usualAuthor = "administrator"

    var routes: [Route] {
        let (out, link) = ("/contributors/{username}/opt-out", "/contributors/{username}/links")
        return [
            Route("PUT", out, "take a person off every board") { try await self.optOut($0) },
            Route("DELETE", out, "and back") { try await self.optIn($0) },
            Route("PUT", link + "/{other}", "two accounts are one person") {
                try await self.link($0)
            },
            Route("DELETE", link + "/{other}", "they are not") { try await self.unlink($0) },
        ]
    }

    private struct Decision {
        let author: String
        let reason: String

        init(_ exchange: Exchange) throws(Problem) {
            let body = try RequestBody(exchange.request, keys: ["author", "reason"])
            self.author = try body.text("author") ?? DecisionRoutes.usualAuthor
            self.reason = try body.text("reason") ?? ""
        }
    }

    private func optOut(_ exchange: Exchange) async throws -> HTTPResponse {
        let decision = try Decision(exchange)
        _ = try await Upstreams.ask("scoring") {
            try await self.upstreams.scoring.optOut(
                OptOutRequest(
                    login: exchange.captures[0], author: decision.author, reason: decision.reason),
                options: exchange.options)
        }
        return HTTPResponse(204)
    }

    private func optIn(_ exchange: Exchange) async throws -> HTTPResponse {
        let decision = try Decision(exchange)
        _ = try await Upstreams.ask("scoring") {
            try await self.upstreams.scoring.optIn(
                OptInRequest(
                    login: exchange.captures[0], author: decision.author, reason: decision.reason),
                options: exchange.options)
        }
        return HTTPResponse(204)
    }

    private func link(_ exchange: Exchange) async throws -> HTTPResponse {
        let decision = try Decision(exchange)
        let answer = try await Upstreams.ask("scoring") {
            try await self.upstreams.scoring.linkIdentity(
                LinkIdentityRequest(
                    login: exchange.captures[0], other: exchange.captures[1],
                    author: decision.author, reason: decision.reason),
                options: exchange.options)
        }
        return Self.answer(answer)
    }

    private func unlink(_ exchange: Exchange) async throws -> HTTPResponse {
        let decision = try Decision(exchange)
        let answer = try await Upstreams.ask("scoring") {
            try await self.upstreams.scoring.unlinkIdentity(
                UnlinkIdentityRequest(
                    login: exchange.captures[0], other: exchange.captures[1],
                    author: decision.author, reason: decision.reason),
                options: exchange.options)
        }
        return Self.answer(answer)
    }

    private static func answer(_ answer: IdentityResponse) -> HTTPResponse {
        let person = answer.person ?? Person()
        var writer = JSONWriter()
        writer.object { object in
            object.user(
                "user", id: person.contributorId, login: person.login, isBot: person.bot)
            object.member(
                "linked_usernames",
                list: { list in for login in person.linkedLogins { list.value(login) } })
            object.member("changed", answer.changed)
        }
        return .json(200, writer)
    }
}
