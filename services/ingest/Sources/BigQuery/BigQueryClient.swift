import JSON
import ServiceKit

/// Jobs of BigQuery: priced, started, waited for, read, cancelled (sources.md section 3).
///
/// A job is started by `jobs.insert` under an id that we chose and stored before: a lost answer, a
/// retry or a restart meets the same job, never a second one, however much later.
struct BigQueryClient: Sendable {
    /// Rows of a page: some megabytes of JSON.
    static let pageRows = 5000
    /// Google answers a wait for a job after so long.
    private static let waitMilliseconds = 10_000
    /// From the start of a job to its end, as Google's own client has it.
    static let jobLimit: Duration = .seconds(2400)
    /// Between two looks at a job when Google does not hold the answer back.
    private static let pollPause: Duration = .seconds(1)
    /// A cancel must not hold up whoever asked for it.
    private static let cancelLimit: Duration = .seconds(15)

    let web: BigQueryWeb
    let project: String
    /// Where the data is; GH Archive's is in `US`.
    let location: String

    private var projectPath: String { "/bigquery/v2/projects/\(BigQueryWeb.escaped(project))" }

    /// The bytes that a query would process; nothing is started, nothing is billed.
    ///
    /// - Parameter limit: of the call with its retries.
    func dryRun(
        _ query: BigQueryQuery, within limit: Duration = BigQueryWeb.callLimit
    ) async throws -> Int64 {
        let json = try await web.call(
            projectPath + "/jobs", post: body(query, id: nil, bytesMax: nil), within: limit)
        let job = try BigQueryReply.job(json)
        if let fault = job.fault { throw fault }
        return job.bytesProcessed
    }

    /// Starts a query under an id; one that has started already is left as it is.
    func insert(_ query: BigQueryQuery, id: String, bytesMax: Int64) async throws {
        do {
            _ = try await web.call(
                projectPath + "/jobs", post: body(query, id: id, bytesMax: bytesMax))
        } catch let fault as BigQueryFault where fault.status == 409 {
            // A retry after a lost answer: the first request did arrive.
        }
    }

    private func body(_ query: BigQueryQuery, id: String?, bytesMax: Int64?) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.object("jobReference") { reference in
                reference.member("projectId", project)
                if let id { reference.member("jobId", id) }
                reference.member("location", location)
            }
            object.object("configuration") { configuration in
                if id == nil { configuration.member("dryRun", true) }
                configuration.object("labels") { labels in
                    labels.member("application", "tally")
                    labels.member("purpose", query.purpose)
                }
                if id != nil {
                    let (seconds, _) = Self.jobLimit.components
                    configuration.member("jobTimeoutMs", "\(seconds * 1000)")
                }
                query.write(bytesMax: bytesMax, into: &configuration)
            }
        }
        return writer.bytes
    }

    /// A job by its id; nil when Google does not know it.
    func job(_ id: String) async throws -> BigQueryReply.Job? {
        do {
            return try BigQueryReply.job(
                await web.call(
                    projectPath + "/jobs/\(BigQueryWeb.escaped(id))", [("location", location)]))
        } catch let fault as BigQueryFault where fault.status == 404 { return nil }
    }

    /// The first page of a job's rows, as soon as it is done.
    func firstPage(of id: String) async throws -> BigQueryReply.Page {
        let end = web.timing.now() + Self.jobLimit
        var pause = BigQueryWeb.firstPause
        while web.timing.now() < end {
            let asked = web.timing.now()
            do {
                let page = try await page(of: id, after: nil, isRetried: false)
                if page.isComplete { return page }
                pause = BigQueryWeb.firstPause
                // Google held the answer back; who does not is asked once a second at most.
                if asked.duration(to: web.timing.now()) < Self.pollPause {
                    try await web.timing.sleep(Self.pollPause)
                }
            } catch let fault as BigQueryFault where fault.isRetried {
                // A job that failed answers so for ever: what it says of itself decides.
                if let job = try await job(id), job.isDone, let end = job.fault { throw end }
                try await web.pauseForRetry(max(pause, fault.retryAfter ?? .zero))
                pause = min(pause * 2, BigQueryWeb.longestPause)
            }
        }
        throw Self.tooSlow
    }

    /// A job and its rows take no longer than `jobLimit` each.
    static let tooSlow = BigQueryFault(
        reason: "tooSlow", message: "the query was not done within 40 minutes")

    /// A page of a job's rows.
    func page(
        of id: String, after token: String?, isRetried: Bool = true
    ) async throws -> BigQueryReply.Page {
        var parameters = [
            ("location", location), ("maxResults", "\(Self.pageRows)"),
            ("timeoutMs", "\(Self.waitMilliseconds)"),
            ("formatOptions.useInt64Timestamp", "true"),
        ]
        if let token { parameters.append(("pageToken", token)) }
        return try BigQueryReply.page(
            await web.call(
                projectPath + "/queries/\(BigQueryWeb.escaped(id))", parameters,
                isRetried: isRetried))
    }

    /// Asks Google to stop a job; what it had read by then may be billed.
    func cancel(_ id: String) async throws {
        _ = try await web.call(
            projectPath + "/jobs/\(BigQueryWeb.escaped(id))/cancel", [("location", location)],
            post: [], within: Self.cancelLimit)
    }
}
