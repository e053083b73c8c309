import RPC
import RPCCore
import ServiceHost
import ServiceKit
import TallyAPI

/// What operators ask of this service most, as commands of its probe.
enum IngestVerbs {
    static let all = [
        ProbeVerb(
            "scrape", "OWNER/NAME [--since DAY] [--until DAY] [--source NAME] [--force] [--follow]",
            words: 1, options: ["--since", "--until", "--source"],
            switches: ["--force", "--follow"]
        ) { try await ScrapeVerb.run($0) },
        ProbeVerb("repositories", "[TEXT] the tracked repositories", words: 1) {
            try await repositories($0)
        },
        ProbeVerb("remove", "OWNER/NAME forgets a repository", words: 1) {
            try await remove($0)
        },
        ProbeVerb(
            "coverage", "OWNER/NAME [--since DAY] [--until DAY] what is missing, day by day",
            words: 1, options: ["--since", "--until"]
        ) { try await CoverageVerb.run($0) },
        ProbeVerb("jobs", "[OWNER/NAME] jobs, newest first", words: 1) { try await jobs($0) },
        ProbeVerb("job", "ID [--follow] one job", words: 1, switches: ["--follow"]) {
            try await job($0)
        },
        ProbeVerb("cancel", "ID cancels a job", words: 1) { context in
            let request = CancelJobRequest(id: try context.word(0, "ID"))
            return try await answer(context, IngestMethods.cancelJob, request)
        },
        ProbeVerb("retry", "ID queues a failed or cancelled job again", words: 1) { context in
            let request = RetryJobRequest(id: try context.word(0, "ID"))
            return try await answer(context, IngestMethods.retryJob, request)
        },
        ProbeVerb("stats", "totals") { try await stats($0) },
        ProbeVerify.verb { context, options in
            try await context.channel.unary(
                IngestMethods.verify, VerifyRequest(), options: options)
        },
    ]

    /// Makes a call that answers a job, and prints it.
    private static func answer(
        _ context: ProbeContext, _ method: MethodDescriptor, _ request: some RPCMessage
    ) async throws -> Int32 {
        let job: Job = try await context.channel.unary(method, request, options: context.options)
        context.output(context.json ? JobText.json(job) : JobText.line(job))
        return 0
    }

    private static func job(_ context: ProbeContext) async throws -> Int32 {
        let id = try context.word(0, "ID")
        guard context.arguments.has("--follow") else {
            return try await answer(context, IngestMethods.getJob, GetJobRequest(id: id))
        }
        return try await JobFollower(context: context).follow(id)
    }

    private static func jobs(_ context: ProbeContext) async throws -> Int32 {
        let request = ListJobsRequest(repository: context.arguments.words.first ?? "")
        let list: ListJobsResponse = try await context.channel.unary(
            IngestMethods.listJobs, request, options: context.options)
        if context.json {
            for job in list.jobs { context.output(JobText.json(job)) }
        } else {
            context.table(JobText.header, list.jobs.map(JobText.row))
        }
        return 0
    }

    private static func repositories(_ context: ProbeContext) async throws -> Int32 {
        let request = ListRepositoriesRequest(
            query: context.arguments.words.first ?? "", pageSize: RequestRules.pageSizeMax)
        let list: ListRepositoriesResponse = try await context.channel.unary(
            IngestMethods.listRepositories, request, options: context.options)
        let rows = list.repositories.map { repository in
            [
                "\(repository.id)", repository.name, repository.coverage?.status ?? "",
                "\(repository.coverage?.percent ?? 0)",
                repository.lastJob.map { JobText.name($0.status) } ?? "",
            ]
        }
        if context.json {
            for row in rows { context.output(coverageJSON(row)) }
        } else {
            context.table(["id", "name", "coverage", "percent", "last job"], rows)
        }
        return 0
    }

    private static func coverageJSON(_ row: [String]) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("id", Int64(row[0]) ?? 0)
            object.member("name", row[1])
            object.member("coverage", row[2])
            object.member("last_job", row[4])
        }
        return writer.text
    }

    private static func remove(_ context: ProbeContext) async throws -> Int32 {
        let (owner, name) = try context.repository(0)
        let _: RemoveRepositoryResponse = try await context.channel.unary(
            IngestMethods.removeRepository, RemoveRepositoryRequest(owner: owner, name: name),
            options: context.options)
        return 0
    }

    private static func stats(_ context: ProbeContext) async throws -> Int32 {
        let stats: IngestStats = try await context.channel.unary(
            IngestMethods.getStats, IngestStatsRequest(), options: context.options)
        var rows = [
            ["repositories", "\(stats.repositories)"], ["events", "\(stats.events)"],
            ["bytes", "\(stats.bytes)"],
        ]
        rows += stats.jobs.map { ["jobs \(JobText.name($0.status))", "\($0.count)"] }
        context.table(["what", "count"], rows)
        return 0
    }
}
