import HTTPClient
import JSON
import ServiceKit
import Synchronization
import TestKit

@testable import Ingest

/// BigQuery and Google's token service on a loopback socket. It does as the real ones do, unless
/// the test says for a call what to answer instead.
final class BigQueryServer: Sendable {
    /// The calls of the interface.
    enum Call: Hashable, Sendable {
        case token, dryRun, insert, results, job, cancel, unknown
    }

    typealias Reply = ScriptedHTTPServer.Reply

    /// An answer of the test's own, to the next call of a kind.
    struct Script: Sendable {
        var call: Call
        var reply: Reply
        /// The call does what it does; only its answer is another.
        var takesEffect = false
    }

    struct Job: Sendable {
        var state = "DONE"
        /// `{"reason": …}`, when it failed.
        var error: String?
        var bytesMax: Int64
        var bytesBilled: Int64
    }

    private struct State {
        var scripts: [Script] = []
        var calls: [(call: Call, request: ScriptedHTTPServer.Request)] = []
        var jobs: [String: Job] = [:]
        var nextJob: [Job] = []
        var bytes: Int64 = 1 << 30
        var schema = BigQueryServer.schema
        var rows: [String] = []
        var rowsOfPage = 1000
        var tokens = 0
        var lifetime = 3600
    }

    private let state: Mutex<State>
    private let server: ScriptedHTTPServer
    /// Each call as it comes.
    let news = AsyncStream.makeStream(of: Call.self)

    init() throws {
        let state = Mutex(State())
        self.state = state
        let box = Box()
        server = try ScriptedHTTPServer { request, _ in box.server?.answer(request) ?? .stall }
        box.server = self
    }

    /// The listening socket is there before its owner is.
    private final class Box: Sendable {
        private let value = Mutex<BigQueryServer?>(nil)
        var server: BigQueryServer? {
            get { value.withLock { $0 } }
            set { value.withLock { $0 = newValue } }
        }
    }

    var url: String { server.url }
    var calls: [Call] { state.withLock { $0.calls.map(\.call) } }
    /// Ids of the jobs that were started.
    var started: Set<String> { state.withLock { Set($0.jobs.keys) } }

    func requests(_ call: Call) -> [ScriptedHTTPServer.Request] {
        state.withLock { state in state.calls.filter { $0.call == call }.map(\.request) }
    }

    /// The body of a call, read.
    func body(_ call: Call, _ index: Int = 0) throws -> JSONValue {
        try JSONReader.read(requests(call)[index].body)
    }

    func script(_ call: Call, _ reply: Reply, takesEffect: Bool = false) {
        state.withLock {
            $0.scripts.append(Script(call: call, reply: reply, takesEffect: takesEffect))
        }
    }

    /// What a dry run says, and what is billed.
    func price(_ bytes: Int64) { state.withLock { $0.bytes = bytes } }
    func rows(_ rows: [String], ofPage count: Int = 1000) {
        state.withLock { ($0.rows, $0.rowsOfPage) = (rows, count) }
    }
    func schema(_ schema: String) { state.withLock { $0.schema = schema } }
    func tokenLifetime(_ seconds: Int) { state.withLock { $0.lifetime = seconds } }
    /// The next job that is started ends so.
    func nextJob(state word: String = "DONE", error: String? = nil, billed: Int64 = 0) {
        state.withLock {
            $0.nextJob.append(
                Job(state: word, error: error, bytesMax: 0, bytesBilled: billed))
        }
    }
    /// All jobs are done.
    func finishJobs() {
        state.withLock { state in for id in state.jobs.keys { state.jobs[id]?.state = "DONE" } }
    }
    func state(of id: String) -> String? { state.withLock { $0.jobs[id]?.state } }

    private func answer(_ request: ScriptedHTTPServer.Request) -> Reply {
        let call = Self.call(request)
        let reply = state.withLock { state -> Reply in
            state.calls.append((call, request))
            let index = state.scripts.firstIndex { $0.call == call }
            let script = index.map { state.scripts.remove(at: $0) }
            if let script, !script.takesEffect { return script.reply }
            let usual = Self.usual(call, request, &state)
            return script?.reply ?? usual
        }
        news.continuation.yield(call)
        return reply
    }

    private static func call(_ request: ScriptedHTTPServer.Request) -> Call {
        let path = request.path
        if path == "/token" { return .token }
        if path.hasSuffix("/cancel") { return .cancel }
        if path.contains("/queries/") { return .results }
        if path.hasSuffix("/jobs") { return request.body.contains("dryRun") ? .dryRun : .insert }
        return path.contains("/jobs/") ? .job : .unknown
    }

    private static func usual(
        _ call: Call, _ request: ScriptedHTTPServer.Request, _ state: inout State
    ) -> Reply {
        let id = String(
            request.path.split(separator: "/").last { $0 != "cancel" } ?? "")
        switch call {
        case .token:
            state.tokens += 1
            return .answer(
                200, [],
                """
                {"access_token":"secret-token-\(state.tokens)","expires_in":\(state.lifetime),\
                "token_type":"Bearer"}
                """)
        case .dryRun:
            return .answer(
                200, [],
                """
                {"status":{"state":"DONE"},"statistics":{"totalBytesProcessed":"\(state.bytes)"}}
                """)
        case .insert: return insert(request, &state)
        case .results: return results(of: id, request, state)
        case .job: return .answer(state.jobs[id] == nil ? 404 : 200, [], text(of: id, state))
        case .cancel:
            if state.jobs[id]?.state == "RUNNING" {
                state.jobs[id]?.state = "DONE"
                state.jobs[id]?.error = #"{"reason":"stopped","message":"it was cancelled"}"#
            }
            return .answer(200, [], #"{"kind":"bigquery#jobCancelResponse"}"#)
        case .unknown: return .answer(404)
        }
    }

    private static func insert(
        _ request: ScriptedHTTPServer.Request, _ state: inout State
    ) -> Reply {
        guard let json = try? JSONReader.read(request.body),
            let id = json["jobReference"]?["jobId"]?.string,
            let limit = json["configuration"]?["query"]?["maximumBytesBilled"]?.string
        else { return .answer(400, [], fault("invalid")) }
        guard state.jobs[id] == nil else { return .answer(409, [], fault("duplicate")) }
        var job = Job(bytesMax: Int64(limit) ?? 0, bytesBilled: state.bytes)
        if !state.nextJob.isEmpty {
            let next = state.nextJob.removeFirst()
            (job.state, job.error) = (next.state, next.error)
            if next.error != nil { job.bytesBilled = next.bytesBilled }
        }
        state.jobs[id] = job
        return .answer(200, [], text(of: id, state))
    }

    private static func text(of id: String, _ state: State) -> String {
        guard let job = state.jobs[id] else { return fault("notFound") }
        let error = job.error.map { ",\"errorResult\":\($0)" } ?? ""
        let bill = job.state == "DONE" ? ",\"totalBytesBilled\":\"\(job.bytesBilled)\"" : ""
        return """
            {"jobReference":{"jobId":"\(id)"},"status":{"state":"\(job.state)"\(error)},\
            "statistics":{"query":{"totalBytesProcessed":"\(state.bytes)"\(bill)}}}
            """
    }

    private static func results(
        of id: String, _ request: ScriptedHTTPServer.Request, _ state: State
    ) -> Reply {
        guard let job = state.jobs[id] else { return .answer(404, [], fault("notFound")) }
        guard job.state == "DONE" else { return .answer(200, [], #"{"jobComplete":false}"#) }
        if let error = job.error {
            let word = (try? JSONReader.read(error))?["reason"]?.string ?? "unknown"
            return .answer(400, [], fault(word))
        }
        let start = request.target.firstMatch(of: /pageToken=(\d+)/).flatMap { Int($0.1) } ?? 0
        let end = min(start + state.rowsOfPage, state.rows.count)
        let next = end < state.rows.count ? ",\"pageToken\":\"\(end)\"" : ""
        return .answer(
            200, [],
            """
            {"jobComplete":true,"totalRows":"\(state.rows.count)","schema":\(state.schema),\
            "rows":[\(state.rows[start..<end].joined(separator: ","))]\(next)}
            """)
    }

    /// The body of an error, as Google writes it.
    static func fault(_ reason: String, _ message: String = "words of Google's") -> String {
        """
        {"error":{"code":400,"message":"\(message)","errors":[{"reason":"\(reason)",\
        "message":"\(message)"}]}}
        """
    }
}
