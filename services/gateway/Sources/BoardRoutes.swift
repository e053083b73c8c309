import HTTPCore
import RPC
import RPCCore
import ServiceKit
import TallyAPI

/// The leaderboards.
struct BoardRoutes: Sendable {
    let upstreams: Upstreams

    /// The windows that are kept ready; boards take calendar ones and ranges of days, too.
    static let windows = ["all", "730d", "365d", "90d", "30d", "7d"]
    /// Entries of one page (http.md section 1).
    static let pageSizeMax = 1000

    var routes: [Route] {
        let (global, named) = ("/leaderboard/global", "/leaderboard/{owner}/{name}")
        return [
            Route("GET", global, "the global board") { try await self.page($0, nil) },
            Route("GET", named, "a repository's board") {
                try await self.page($0, try $0.repository())
            },
            Route("GET", "/leaderboard/compare", "boards side by side") {
                try await self.compare($0)
            },
            Route("GET", global + ".csv", "the whole global board") {
                try await self.export($0, nil, .csv)
            },
            Route("GET", global + ".jsonl", "the whole global board") {
                try await self.export($0, nil, .jsonl)
            },
            Route("GET", named + ".csv", "a repository's whole board") {
                try await self.export($0, try $0.repository(), .csv)
            },
            Route("GET", named + ".jsonl", "a repository's whole board") {
                try await self.export($0, try $0.repository(), .jsonl)
            },
        ]
    }

    static func filter(_ name: String) -> BotFilter {
        name == "include" ? .include : name == "only" ? .only : .exclude
    }

    /// The parameters that name a board.
    private static func request(
        _ parameters: inout Parameters, _ repository: RepositoryPath?
    ) throws(Problem) -> GetPageRequest {
        let window = try parameters.text("window") ?? "all"
        let bots = try self.bots(&parameters)
        let generation = try parameters.number("generation", default: 0, in: 0...Int.max)
        return GetPageRequest(
            repository: repository?.fullName ?? "", window: window, bots: self.filter(bots),
            generation: Int64(generation), query: parameters.search("q"),
            asOfDay: try parameters.day("as_of"), formula: try parameters.text("formula") ?? "")
    }

    /// Whether bots stand aside, among the others, or alone.
    static func bots(_ parameters: inout Parameters) throws(Problem) -> String {
        try parameters.choice("bots", of: ["exclude", "include", "only"], default: "exclude")
    }

    private func page(
        _ exchange: Exchange, _ repository: RepositoryPath?
    ) async throws -> HTTPResponse {
        var parameters = try Parameters(exchange.request)
        var request = try Self.request(&parameters, repository)
        (request.page, request.pageSize) = try parameters.page(sizeMax: Self.pageSizeMax)
        try parameters.finish()
        let page = try await self.fetch(request, repository, exchange)
        var writer = JSONWriter()
        writer.object { object in
            object.board(page.board ?? Board(), request)
            object.member(
                "entries",
                list: { list in
                    for entry in page.entries { list.entry(entry) }
                })
            object.member("total", page.total)
            object.member("page", request.page)
            object.member("page_size", request.pageSize)
        }
        var response = HTTPResponse.json(200, writer)
        response.fields.append(
            PageLinks.field(
                exchange.request, page: request.page, size: request.pageSize, total: page.total))
        return response
    }

    /// A tracked repository without data has an empty board; an unknown one is 404.
    private func fetch(
        _ request: GetPageRequest, _ repository: RepositoryPath?, _ exchange: Exchange
    ) async throws -> Page {
        do throws(Problem) {
            return try await Upstreams.ask("ranking") {
                try await self.upstreams.ranking.getPage(request, options: exchange.options)
            }
        } catch {
            guard error.code == "repository_not_found", let repository else { throw error.gone }
            let known = try await Upstreams.ask("ingest") {
                try await self.upstreams.ingest.getRepository(
                    GetRepositoryRequest(owner: repository.owner, name: repository.name),
                    options: exchange.options)
            }
            if known.name.lowercased() != repository.fullName.lowercased() {
                var renamed = request
                renamed.repository = known.name
                return try await Upstreams.ask("ranking") {
                    try await self.upstreams.ranking.getPage(renamed, options: exchange.options)
                }
            }
            return Page(
                board: Board(
                    scope: "repository", repositoryId: known.id, repository: known.name,
                    window: request.window, demonstration: known.demonstration))
        }
    }

    // MARK: Side by side

    /// Repositories of one comparison.
    private static let comparedMax = 10

    private func compare(_ exchange: Exchange) async throws -> HTTPResponse {
        var parameters = try Parameters(exchange.request)
        let list = try parameters.text("repositories") ?? ""
        let names = list.split(separator: ",", omittingEmptySubsequences: false)
        guard (2...Self.comparedMax).contains(names.count) else {
            throw Problem.invalid("repositories names 2 to \(Self.comparedMax), commas between.")
        }
        let window = try parameters.choice("window", of: Self.windows, default: "all")
        let bots = try Self.bots(&parameters)
        let limit = try parameters.number("limit", default: 10, in: 1...100)
        try parameters.finish()
        let request = CompareRequest(
            repositories: try names.map { (name) throws(Problem) in
                try RepositoryPath(text: String(name)).fullName
            }, window: window, bots: Self.filter(bots), limit: UInt32(limit))
        let answer = try await Upstreams.ask("ranking") {
            try await self.upstreams.ranking.compare(request, options: exchange.options)
        }
        var writer = JSONWriter()
        writer.comparison(answer, request)
        return .json(200, writer)
    }

    // MARK: Whole boards

    private enum Form: Sendable {
        case csv
        case jsonl
    }

    private func export(
        _ exchange: Exchange, _ repository: RepositoryPath?, _ form: Form
    ) async throws -> HTTPResponse {
        var parameters = try Parameters(exchange.request)
        var request = try Self.request(&parameters, repository)
        try parameters.finish()
        (request.page, request.pageSize) = (1, 1)
        // Whether there is such a board must be known before the answer begins.
        let first = try await self.fetch(request, repository, exchange)
        let export = ExportRequest(
            repository: first.board?.repository ?? "", window: request.window, bots: request.bots,
            generation: first.board?.generation ?? 0, query: request.query,
            asOfDay: request.asOfDay, formula: request.formula)
        let type = form == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson"
        let isEmpty = (first.board?.generation ?? 0) == 0
        return HTTPResponse(
            200, fields: [HTTPField("Content-Type", type)],
            body: .stream { send in
                if form == .csv { try await send(Array((BoardCSV.header + "\r\n").utf8)) }
                if isEmpty { return }
                let options = CallOptions(timeout: Self.exportLimit)
                try await self.upstreams.ranking.export(export, options: options) { reader in
                    while let page = try await reader.next() {
                        if !page.entries.isEmpty {
                            try await send(Self.text(page.entries, form))
                        }
                    }
                }
            })
    }

    /// Time for a whole board to a slow reader.
    private static let exportLimit = Duration.seconds(600)

    private static func text(_ entries: [BoardEntry], _ form: Form) -> [UInt8] {
        let lines = entries.map { entry in
            form == .csv
                ? BoardCSV.line(entry) + "\r\n" : JSONWriter.text { $0.entry(entry) } + "\n"
        }
        return Array(lines.joined().utf8)
    }
}

extension Problem {
    /// A generation that is no longer kept is gone, whatever the service calls it.
    fileprivate var gone: Problem {
        self.code == "generation_gone" ? Problem(410, self.code, self.detail) : self
    }
}
