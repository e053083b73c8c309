import Glibc
import RPC
import RPCCore
import ServiceHost
import ServiceKit
import TallyAPI

/// `probe scrape`: tracks a repository if need be, starts a scrape, and may wait for its end.
enum ScrapeVerb {
    /// Looking a name up may take as long as reading its hours.
    private static let lookUp: Duration = .seconds(120)

    static func run(_ context: ProbeContext) async throws -> Int32 {
        let (owner, name) = try context.repository(0)
        let since = try context.arguments.day("--since")?.rawValue ?? 0
        let until = try context.arguments.day("--until")?.rawValue ?? 0
        let source = context.arguments.value("--source") ?? ""
        var options = context.options
        if context.arguments.value("--max-time") == nil { options.timeout = lookUp }
        let added: AddRepositoryResponse = try await context.channel.unary(
            IngestMethods.addRepository,
            AddRepositoryRequest(
                owner: owner, name: name, sinceDay: since, untilDay: until, source: source),
            options: options)
        var job = added.job ?? Job()
        if !added.created {
            let submitted: SubmitScrapeResponse = try await context.channel.unary(
                IngestMethods.submitScrape,
                SubmitScrapeRequest(
                    owner: owner, name: name, sinceDay: since, untilDay: until, source: source,
                    force: context.arguments.has("--force")),
                options: options)
            job = submitted.job ?? Job()
            if submitted.alreadyQueued { context.note("a job of it is active already") }
        }
        if !added.renamedFrom.isEmpty {
            context.note("\(added.renamedFrom) is called \(added.repository?.name ?? "") now")
        }
        guard context.arguments.has("--follow") else {
            context.output(context.json ? JobText.json(job) : JobText.line(job))
            return 0
        }
        return try await JobFollower(context: context).follow(job.id)
    }
}

/// Shows a job's progress until it ends; the service may be restarted meanwhile.
struct JobFollower: Sendable {
    let context: ProbeContext

    private static let pause: Duration = .milliseconds(500)
    /// Time between two lines of one phase where lines pile up.
    private static let quiet: Duration = .seconds(10)
    /// Tries in a row, with nothing heard between: five minutes.
    private static let triesMax = 600

    /// - Returns: the exit code: 0 completed, 1 failed or cancelled.
    func follow(_ id: String) async throws -> Int32 {
        var (last, tries) = (Job(), 0)
        while !Self.hasEnded(last) {
            do {
                last = try await watch(id, from: last)
                tries = 0
            } catch let error as RPCError where error.code == .unavailable {
                tries += 1
                guard tries < Self.triesMax else { throw error }
                try await Task.sleep(for: Self.pause)
            }
        }
        endLine()
        context.output(context.json ? JobText.json(last) : JobText.line(last))
        if !last.errorText.isEmpty { context.note(Logger.visible(last.errorText)) }
        return last.status == .completed ? 0 : 1
    }

    private func watch(_ id: String, from start: Job) async throws -> Job {
        try await context.channel.serverStreaming(
            IngestMethods.watchJob, WatchJobRequest(id: id), options: CallOptions(timeout: nil)
        ) { (reader: RPCReader<Job>) in
            var (last, shown) = (start, ContinuousClock.now - Self.quiet)
            while let job = try await reader.next() {
                let isNews = JobText.state(job) != JobText.state(last)
                if isTerminal || isNews || ContinuousClock.now - shown >= Self.quiet {
                    show(JobText.progress(job))
                    shown = .now
                }
                last = job
            }
            return last
        }
    }

    private static func hasEnded(_ job: Job) -> Bool {
        job.status == .completed || job.status == .failed || job.status == .cancelled
    }

    private var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// One line rewritten on a terminal; elsewhere lines pile up, so there are fewer.
    private func show(_ text: String) {
        guard isTerminal else { return context.note(text) }
        write("\r\u{1b}[K" + text)
    }

    private func endLine() {
        if isTerminal { write("\r\u{1b}[K") }
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
