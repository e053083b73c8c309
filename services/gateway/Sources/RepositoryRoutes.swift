import HTTPCore
import JSON
import RPC
import ServiceKit
import TallyAPI

/// Tracked repositories: add, list, show, remove, scrape.
struct RepositoryRoutes: Sendable {
    let upstreams: Upstreams

    private static let pageSizeMax = 100

    var routes: [Route] {
        let one = "/repositories/{owner}/{name}"
        return [
            Route("POST", "/repositories", "track a repository and scrape it") {
                try await self.add($0)
            },
            Route("GET", "/repositories", "tracked repositories") { try await self.list($0) },
            Route("GET", one, "one of them") { try await self.show($0) },
            Route("DELETE", one, "forget one") { try await self.remove($0) },
            Route("POST", one + "/scrape", "scrape one again") { try await self.scrape($0) },
        ]
    }

    private func add(_ exchange: Exchange) async throws -> HTTPResponse {
        let body = try RequestBody(
            exchange.request, keys: ["owner", "name", "repository", "scrape"])
        let path = try body.repository()
        let scrape = try body.scrape()
        let request = AddRepositoryRequest(
            owner: path.owner, name: path.name, noScrape: scrape == nil,
            sinceDay: scrape?.since ?? 0, untilDay: scrape?.until ?? 0,
            source: scrape?.source ?? "")
        // Looking a name up may mean reading an archive.
        var options = exchange.options
        options.timeout = .seconds(120)
        let slow = options
        let added = try await Upstreams.ask("ingest") {
            try await self.upstreams.ingest.addRepository(request, options: slow)
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member(
                "repository",
                json: JSONWriter.text { $0.repository(added.repository ?? Repository()) })
            object.member(
                "job", json: added.job.map { job in JSONWriter.text { $0.job(job) } } ?? "null")
            if !added.renamedFrom.isEmpty { object.member("renamed_from", added.renamedFrom) }
        }
        return .json(added.created ? 201 : 200, writer)
    }

    private func list(_ exchange: Exchange) async throws -> HTTPResponse {
        var parameters = try Parameters(exchange.request)
        let (page, size) = try parameters.page(sizeMax: Self.pageSizeMax)
        let sort = try parameters.choice("sort", of: ["name", "updated"], default: "name")
        let query = parameters.search("q")
        try parameters.finish()
        let answer = try await Upstreams.ask("ingest") {
            try await self.upstreams.ingest.listRepositories(
                ListRepositoriesRequest(query: query, sort: sort, page: page, pageSize: size),
                options: exchange.options)
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member(
                "repositories",
                list: { list in
                    for repository in answer.repositories { list.repository(repository) }
                })
            object.member("total", answer.total)
            object.member("page", page)
            object.member("page_size", size)
        }
        var response = HTTPResponse.json(200, writer)
        response.fields.append(
            PageLinks.field(exchange.request, page: page, size: size, total: answer.total))
        return response
    }

    private func show(_ exchange: Exchange) async throws -> HTTPResponse {
        let path = try exchange.repository()
        try Parameters(exchange.request).finish()
        let repository = try await self.find(path, exchange)
        guard repository.name.lowercased() == path.fullName.lowercased() else {
            let now = try RepositoryPath(text: repository.name)
            return HTTPResponse(
                301, fields: [HTTPField("Location", "/api/v1/repositories/\(now.encoded)")])
        }
        var writer = JSONWriter()
        writer.repository(repository)
        return .json(200, writer)
    }

    private func find(_ path: RepositoryPath, _ exchange: Exchange) async throws -> Repository {
        try await Upstreams.ask("ingest") {
            try await self.upstreams.ingest.getRepository(
                GetRepositoryRequest(owner: path.owner, name: path.name),
                options: exchange.options)
        }
    }

    private func remove(_ exchange: Exchange) async throws -> HTTPResponse {
        let path = try exchange.repository()
        try Parameters(exchange.request).finish()
        _ = try await Upstreams.ask("ingest") {
            try await self.upstreams.ingest.removeRepository(
                RemoveRepositoryRequest(owner: path.owner, name: path.name),
                options: exchange.options)
        }
        return HTTPResponse(204)
    }

    private func scrape(_ exchange: Exchange) async throws -> HTTPResponse {
        let path = try exchange.repository()
        let body = try RequestBody(exchange.request, keys: ["since", "until", "source", "force"])
        let range = try body.range(body.json, "")
        let request = SubmitScrapeRequest(
            owner: path.owner, name: path.name, sinceDay: range.since, untilDay: range.until,
            source: range.source, force: try body.flag("force"))
        let answer = try await Upstreams.ask("ingest") {
            try await self.upstreams.ingest.submitScrape(request, options: exchange.options)
        }
        let job = answer.job ?? Job()
        var writer = JSONWriter()
        writer.object { object in
            object.member("task_id", job.id)
            object.member(
                "status", answer.alreadyQueued ? "already_queued" : JSONWriter.name(job.status))
            object.member("job", json: JSONWriter.text { $0.job(job) })
        }
        return .json(answer.alreadyQueued ? 200 : 202, writer)
    }
}
