import HTTPCore
import RPCCore
import ServiceKit
import TallyAPI

/// The leaderboards.
struct BoardRoutes: Sendable {
    let upstreams: Upstreams

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

    private static func filter(_ name: String) -> BotFilter {
        name == "include" ? .include : name == "only" ? .only : .exclude
    }

    /// The parameters that name a board.
    private static func request(
        _ parameters: inout Parameters, _ repository: RepositoryPath?
    ) throws(Problem) -> GetPageRequest {
        let window = try parameters.choice("window", of: self.windows, default: "all")
        let bots = try parameters.choice(
            "bots", of: ["exclude", "include", "only"], default: "exclude")
        let generation = try parameters.number("generation", default: 0, in: 0...Int.max)
        return GetPageRequest(
            repository: repository?.fullName ?? "", window: window, bots: self.filter(bots),
            generation: Int64(generation), query: parameters.search("q"))
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
            guard error.status == 404, let repository else { throw error.gone }
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
        (request.page, request.pageSize) = (1, UInt32(Self.pageSizeMax))
        let first = try await self.fetch(request, repository, exchange)
        // Every further page is cut from the same generation.
        request.generation = first.board?.generation ?? 0
        let pinned = request
        let type = form == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson"
        return HTTPResponse(
            200, fields: [HTTPField("Content-Type", type)],
            body: .stream { send in
                var (page, next) = (first, pinned)
                if form == .csv { try await send(Array((BoardCSV.header + "\r\n").utf8)) }
                while !page.entries.isEmpty {
                    try await send(Self.text(page.entries, form))
                    guard page.entries.count == Self.pageSizeMax else { return }
                    next.page += 1
                    page = try await self.upstreams.ranking.getPage(next)
                }
            })
    }

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
