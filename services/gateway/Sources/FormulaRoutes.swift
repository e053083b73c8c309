import HTTPCore
import JSON
import RPC
import ServiceKit
import TallyAPI

/// The formula: its versions, a new one, and what one would change.
struct FormulaRoutes: Sendable {
    let upstreams: Upstreams

    var routes: [Route] {
        [
            Route("GET", "/config/scoring", "the formula versions") { try await self.list($0) },
            Route("PUT", "/config/scoring", "store a formula and make it the active one") {
                try await self.put($0)
            },
            Route("POST", "/config/scoring/preview", "ranks that a formula would change") {
                try await self.preview($0)
            },
        ]
    }

    /// Time for a preview: scoring reads every score once.
    private static let previewLimit = Duration.seconds(30)

    private func list(_ exchange: Exchange) async throws -> HTTPResponse {
        try Parameters(exchange.request).finish()
        let answer = try await Upstreams.ask("scoring") {
            try await self.upstreams.scoring.listFormulas(
                ListFormulasRequest(), options: exchange.options)
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member(
                "formulas",
                list: { list in for formula in answer.formulas { list.formula(formula) } })
        }
        return .json(200, writer)
    }

    /// The body as it is: scoring reads it with the rules that its probe has, too.
    private static func document(_ request: HTTPRequest) throws(Problem) -> String {
        guard let text = String(validating: request.body, as: UTF8.self) else {
            throw Problem(400, "invalid_body", "The body is not UTF-8.")
        }
        guard !text.isEmpty else {
            throw Problem(
                400, "invalid_body",
                "The body is a formula: {\"name\", \"version\", \"weights\", \"cap\"}.")
        }
        return text
    }

    private func put(_ exchange: Exchange) async throws -> HTTPResponse {
        try Parameters(exchange.request).finish()
        let request = PutFormulaRequest(
            document: try Self.document(exchange.request), author: DecisionRoutes.usualAuthor)
        let answer = try await Upstreams.ask("scoring") {
            try await self.upstreams.scoring.putFormula(request, options: exchange.options)
        }
        let formula = answer.formula ?? Formula()
        var writer = JSONWriter()
        writer.object { object in
            object.member("formula", json: JSONWriter.text { $0.formula(formula) })
            object.member("changed", answer.changed)
        }
        // Accepted: boards show it when every score is there.
        return .json(formula.active ? 200 : 202, writer)
    }

    private func preview(_ exchange: Exchange) async throws -> HTTPResponse {
        var parameters = try Parameters(exchange.request)
        let window = try parameters.choice("window", of: BoardRoutes.windows, default: "all")
        let repository = try parameters.text("repository")
        let limit = try parameters.number("limit", default: 100, in: 1...1000)
        try parameters.finish()
        let request = PreviewFormulaRequest(
            document: try Self.document(exchange.request),
            repository: try repository.map { (name) throws(Problem) in
                try RepositoryPath(text: name).fullName
            } ?? "", window: window, limit: UInt32(limit))
        var options = exchange.options
        options.timeout = Self.previewLimit
        let patient = options
        let answer = try await Upstreams.ask("scoring") {
            try await self.upstreams.scoring.previewFormula(request, options: patient)
        }
        var writer = JSONWriter()
        writer.preview(answer, window: window)
        return .json(200, writer)
    }
}

extension JSONWriter {
    mutating func formula(_ formula: Formula) {
        self.object { entry in
            entry.member("name", formula.name)
            entry.member("version", formula.version)
            entry.member("active", formula.active)
            entry.member("state", formula.state)
            entry.object("weights") { weights in
                for weight in formula.weights {
                    weights.member(weight.counter, thousandths: weight.thousandths)
                }
            }
            entry.member("cap", thousandths: formula.lineBonusCap)
            entry.member("line_bonus_cap", thousandths: formula.lineBonusCap)
            entry.time("created_at", formula.createdAtUs)
        }
    }

    fileprivate mutating func preview(_ answer: PreviewFormulaResponse, window: String) {
        self.object { object in
            object.member("window", window)
            object.member("changed", answer.changed)
            object.member("total", answer.total)
            object.member(
                "changes",
                list: { list in
                    for change in answer.changes {
                        list.object { entry in
                            entry.user(
                                "user", id: change.contributorId, login: change.login,
                                isBot: false)
                            entry.member("rank", change.rank)
                            entry.member("new_rank", change.newRank)
                            entry.member("total_score", thousandths: change.score)
                            entry.member("new_total_score", thousandths: change.newScore)
                        }
                    }
                })
        }
    }
}
