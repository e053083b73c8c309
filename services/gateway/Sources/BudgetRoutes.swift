import HTTPCore
import ServiceKit
import TallyAPI

/// What a scrape would take, and what was spent.
struct BudgetRoutes: Sendable {
    let upstreams: Upstreams

    var routes: [Route] {
        [
            Route("GET", "/budget", "what BigQuery was paid, and what it may be paid") {
                try await self.budget($0)
            },
            Route("GET", "/repositories/{owner}/{name}/estimate", "what a scrape would take") {
                try await self.estimate($0)
            },
        ]
    }

    private func budget(_ exchange: Exchange) async throws -> HTTPResponse {
        try Parameters(exchange.request).finish()
        let budget = try await Upstreams.ask("ingest") {
            try await self.upstreams.ingest.getBudget(
                GetBudgetRequest(), options: exchange.options)
        }
        var writer = JSONWriter()
        writer.budget(budget)
        return .json(200, writer)
    }

    private func estimate(_ exchange: Exchange) async throws -> HTTPResponse {
        let path = try exchange.repository()
        var parameters = try Parameters(exchange.request)
        let (since, until) = (try parameters.day("since"), try parameters.day("until"))
        let source = try parameters.text("source") ?? ""
        try parameters.finish()
        let plan = try await Upstreams.ask("ingest") {
            try await self.upstreams.ingest.estimate(
                EstimateRequest(
                    owner: path.owner, name: path.name, sinceDay: since, untilDay: until,
                    source: source), options: exchange.options)
        }
        var writer = JSONWriter()
        writer.estimate(plan)
        return .json(200, writer)
    }
}
