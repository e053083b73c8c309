import HTTPCore
import RPC
import ServiceKit
import TallyAPI

/// Jobs: list, show, their log, cancel, retry.
struct JobRoutes: Sendable {
    let upstreams: Upstreams

    private static let statuses: [(String, JobStatus)] = [
        ("queued", .queued), ("running", .running), ("completed", .completed),
        ("failed", .failed), ("cancelled", .cancelled),
    ]
    /// Lines of a job's log in one answer.
    private static let linesMax: UInt32 = 1000

    var routes: [Route] {
        [
            Route("GET", "/jobs", "jobs, newest first") { try await self.list($0) },
            Route("GET", "/jobs/{id}", "one job") { exchange in
                try Parameters(exchange.request).finish()
                return try await self.answer(exchange) {
                    try await self.upstreams.ingest.getJob(
                        GetJobRequest(id: exchange.captures[0]), options: exchange.options)
                }
            },
            Route("GET", "/jobs/{id}/logs", "its log lines") { try await self.logs($0) },
            Route("POST", "/jobs/{id}/cancel", "cancel it") { exchange in
                try await self.answer(exchange) {
                    try await self.upstreams.ingest.cancelJob(
                        CancelJobRequest(id: exchange.captures[0]), options: exchange.options)
                }
            },
            Route("POST", "/jobs/{id}/retry", "try it again") { exchange in
                try await self.answer(exchange) {
                    try await self.upstreams.ingest.retryJob(
                        RetryJobRequest(id: exchange.captures[0]), options: exchange.options)
                }
            },
        ]
    }

    private func answer(
        _ exchange: Exchange, _ body: () async throws -> Job
    ) async throws -> HTTPResponse {
        let job = try await Upstreams.ask("ingest", body)
        var writer = JSONWriter()
        writer.job(job)
        return .json(200, writer)
    }

    private func list(_ exchange: Exchange) async throws -> HTTPResponse {
        var parameters = try Parameters(exchange.request)
        let (page, size) = try parameters.page(sizeMax: 100)
        let name = try parameters.choice("status", of: Self.statuses.map(\.0), default: "")
        let repository = try parameters.text("repository")
        try parameters.finish()
        let path = try repository.map { try RepositoryPath(text: $0).fullName } ?? ""
        let status = Self.statuses.first { $0.0 == name }?.1 ?? JobStatus(rawValue: 0)
        let answer = try await Upstreams.ask("ingest") {
            try await self.upstreams.ingest.listJobs(
                ListJobsRequest(status: status, repository: path, page: page, pageSize: size),
                options: exchange.options)
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member("jobs", list: { list in for job in answer.jobs { list.job(job) } })
            object.member("total", answer.total)
            object.member("page", page)
            object.member("page_size", size)
        }
        var response = HTTPResponse.json(200, writer)
        response.fields.append(
            PageLinks.field(exchange.request, page: page, size: size, total: answer.total))
        return response
    }

    private func logs(_ exchange: Exchange) async throws -> HTTPResponse {
        try Parameters(exchange.request).finish()
        let id = exchange.captures[0]
        _ = try await Upstreams.ask("ingest") {
            try await self.upstreams.ingest.getJob(GetJobRequest(id: id), options: exchange.options)
        }
        guard let channel = self.upstreams.channels.first(where: { $0.name == "ingest" })?.channel
        else { throw Problem(503, "service_unavailable", "The ingest service is away.") }
        let request = TailRequest(start: .last(Self.linesMax), job: id)
        let lines = try await Upstreams.ask("ingest") {
            try await LogsClient(channel).tail(request, options: exchange.options) { reader in
                var lines: [LogLine] = []
                while let batch = try await reader.next() { lines += batch.lines }
                return lines
            }
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member(
                "lines",
                list: { list in
                    for line in lines { list.object { $0.logLine(line, service: "ingest") } }
                })
        }
        return .json(200, writer)
    }
}

extension JSONWriter {
    /// The members of a log line.
    mutating func logLine(_ line: LogLine, service: String) {
        self.member("service", service)
        self.member("seq", line.seq)
        self.member("level", line.level)
        self.member("message", line.message)
        self.member("timestamp", Timestamp(rawValue: line.timeUs).precise)
        self.member("job", line.job.isEmpty ? nil : line.job)
        self.member("repository", line.repository.isEmpty ? nil : line.repository)
        self.member("fields", json: line.fieldsJson.isEmpty ? "{}" : line.fieldsJson)
    }
}
