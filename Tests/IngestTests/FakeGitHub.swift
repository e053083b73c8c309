import Foundation
import HTTPClient
import JSON
import ServiceKit
import Synchronization
import TestKit

@testable import Ingest

/// A GitHub whose content the test writes: lists with cursors, links, ETags and limits.
final class FakeGitHub: Sendable {
    struct User: Sendable {
        var id: Int64
        var login: String
        var type = "User"
    }
    struct Commit: Sendable {
        var oid: String
        var at: String
        var by: User?
    }
    struct Review: Sendable {
        var id: Int64
        var at: String
        var by: User?
        var state = "APPROVED"
    }
    struct Pull: Sendable {
        var number: Int64
        var at: String
        var updated: String
        var by: User?
        var merged: String?
        var lines: (added: Int, deleted: Int) = (0, 0)
        var reviews: [Review] = []
    }
    struct Issue: Sendable {
        var number: Int64
        var at: String
        var by: User?
        /// When, and by whom.
        var closed: [(String, User?)] = []
    }
    struct Comment: Sendable {
        var id: Int64
        var at: String
        var by: User?
        var isDraft = false
    }

    /// What it holds; lists are kept in the order in which they are given out.
    struct Content: Sendable {
        var id: Int64 = 7
        var name = "owner/name"
        var commits: [Commit] = []
        var pulls: [Pull] = []
        var issues: [Issue] = []
        /// By the end of their path.
        var lists: [String: [Comment]] = [:]
        /// Elements of a REST page.
        var pageSize = 100
    }

    typealias Hook = @Sendable (ScriptedHTTPServer.Request, Int) -> ScriptedHTTPServer.Reply?

    private final class State: Sendable {
        let content: Mutex<Content>
        let hook = Mutex<Hook>({ _, _ in nil })
        let url = Mutex("")
        init(_ content: Content) { self.content = Mutex(content) }
    }

    let server: ScriptedHTTPServer
    private let state: State

    init(_ content: Content = Content()) throws {
        let state = State(content)
        self.state = state
        server = try ScriptedHTTPServer { request, number in
            if let reply = state.hook.withLock({ $0 })(request, number) { return reply }
            let url = state.url.withLock { $0 }
            return state.content.withLock { FakeGitHubAnswers($0, url: url).answer(request) }
        }
        let url = server.url
        state.url.withLock { $0 = url }
    }

    deinit { server.close() }

    /// Changes what it holds.
    func change(_ body: @Sendable (inout Content) -> Void) { state.content.withLock { body(&$0) } }

    /// Gives the test's own replies where it has some; gets how many requests came before.
    func reply(_ hook: @escaping Hook) { state.hook.withLock { $0 = hook } }

    /// A client of it; waits pass at once, and are kept by the clock.
    func client(token: String? = "secret", clock: PushedClock = PushedClock()) throws
        -> GitHubClient
    {
        struct NoAddress: Error {}
        guard let address = GitHubAddress(server.url) else { throw NoAddress() }
        return GitHubClient(address: address, token: token, clock: clock.clock)
    }
}

/// A clock that sleeping moves on at once.
final class PushedClock: Sendable {
    private let state: Mutex<(now: Timestamp, sleeps: [Duration])>

    init(_ now: String = "2024-03-10T12:00:00Z") {
        state = Mutex((Timestamp(now) ?? Timestamp(rawValue: 0), []))
    }

    var now: Timestamp { state.withLock { $0.now } }
    /// What was slept, in order.
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    var clock: GitHubClient.Clock {
        GitHubClient.Clock(
            now: { self.now },
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.now = state.now.advanced(by: duration)
                    state.sleeps.append(duration)
                }
            })
    }
}

/// Pages in memory.
final class MemoryShelf: PageShelf {
    private struct State {
        var pages: [String: [KeptPage]] = [:]
        var versions: [String: KeptVersion] = [:]
        var keepsLeft = Int.max
    }
    struct Killed: Error {}

    private let state = Mutex(State())

    /// The process dies when it wants to keep one page more than so many.
    func kill(afterPages count: Int) { state.withLock { $0.keepsLeft = count } }

    func pages(of scan: String) async throws -> [KeptPage] {
        state.withLock { $0.pages[scan] ?? [] }
    }
    func keep(_ page: KeptPage, of scan: String) async throws {
        try state.withLock { state in
            guard state.keepsLeft > 0 else { throw Killed() }
            state.keepsLeft -= 1
            state.pages[scan, default: []].append(page)
        }
    }
    func forget(_ scan: String) async throws { state.withLock { $0.pages[scan] = nil } }
    func version(of url: String) async throws -> KeptVersion? {
        state.withLock { $0.versions[url] }
    }
    func keep(_ version: KeptVersion, of url: String) async throws {
        state.withLock { $0.versions[url] = version }
    }
}
