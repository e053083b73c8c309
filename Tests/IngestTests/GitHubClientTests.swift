import Foundation
import JSON
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Ingest

@Suite struct GitHubClientTests {
    let clock = PushedClock()

    private func fault(_ body: () async throws -> Void) async -> GitHubFault? {
        do {
            try await body()
            return nil
        } catch { return error as? GitHubFault }
    }

    private func client(
        _ replies: [ScriptedHTTPServer.Reply], token: String? = "secret"
    ) throws -> (client: GitHubClient, server: ScriptedHTTPServer) {
        let server = try ScriptedHTTPServer(replies)
        let address = try #require(GitHubAddress(server.url))
        return (GitHubClient(address: address, token: token, clock: clock.clock), server)
    }

    private static let facts = "{\"id\":7,\"full_name\":\"Owner/Name\",\"archived\":true}"
    private let patient = GitHubClient.Patience.waits { _ in }

    // MARK: Looking a repository up

    @Test func `SRC-30 a repository is found in any letter case, archived or not`() async throws {
        let (client, server) = try client([.answer(200, [], Self.facts)])
        defer { server.close() }
        let facts = try await client.look(for: "owner/NAME")
        #expect(facts == RepositoryFacts(id: 7, name: "Owner/Name", isArchived: true))
        let asked = try #require(server.requests.first)
        #expect(asked.target == "/repos/owner/NAME")
        #expect(asked.headers["x-github-api-version"] == GitHubClient.apiVersion)
        #expect(asked.headers["authorization"] == "Bearer secret")
    }

    @Test(arguments: ["/repositories/7", "SELF/repositories/7"])
    func `SRC-30 a renamed repository is followed within the host`(location: String) async throws {
        let server = try ScriptedHTTPServer { request, _ in
            guard request.path == "/repos/old/name" else { return .answer(200, [], Self.facts) }
            let host = "http://" + (request.headers["host"] ?? "")
            return .answer(301, [("Location", location.replacing("SELF", with: host))], "{}")
        }
        defer { server.close() }
        let client = GitHubClient(
            address: try #require(GitHubAddress(server.url)), token: nil, clock: clock.clock)
        #expect(try await client.look(for: "old/name").name == "Owner/Name")
    }

    @Test func `SRC-30 a redirect to another host is not followed`() async throws {
        let (client, server) = try client([
            .answer(301, [("Location", "http://127.0.0.2:1/repositories/7")], "{}")
        ])
        defer { server.close() }
        #expect(await fault { _ = try await client.look(for: "a/b") }?.kind == .garbled)
        #expect(server.requests.count == 1)
    }

    @Test func `SRC-30 redirects without end are given up`() async throws {
        let (client, server) = try client([.answer(301, [("Location", "/repos/a/b")], "{}")])
        defer { server.close() }
        #expect(await fault { _ = try await client.look(for: "a/b") }?.kind == .garbled)
        #expect(server.requests.count == GitHubClient.redirectsMax + 1)
    }

    @Test(arguments: [(404, GitHubFault.Kind.unknown), (451, .blocked), (410, .unknown)])
    func `SRC-30 unknown, private and blocked repositories are told apart`(
        status: Int, kind: GitHubFault.Kind
    ) async throws {
        let (client, server) = try client([.answer(status, [], "{\"message\":\"Not Found\"}")])
        defer { server.close() }
        #expect(await fault { _ = try await client.look(for: "a/b") }?.kind == kind)
    }

    // MARK: Limits

    @Test func `SRC-31 a used-up hour is waited for, told, and gone on from by itself`()
        async throws
    {
        let reset = clock.now.rawValue / 1_000_000 + 600
        let (client, server) = try client([
            .answer(
                403,
                [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "\(reset)")],
                "{\"message\":\"API rate limit exceeded\"}"),
            .answer(200, [], "{}"),
        ])
        defer { server.close() }
        let told = Mutex<[GitHubLimits.Wait?]>([])
        _ = try await client.get(
            server.url, patience: .waits { wait in told.withLock { $0.append(wait) } })
        #expect(clock.sleeps == [.seconds(601)])
        #expect(server.requests.count == 2)
        #expect(told.withLock { $0.compactMap(\.?.cause) } == [.primary])
    }

    @Test func `SRC-31 while one waits nobody else asks either`() async throws {
        let (client, server) = try client([
            .answer(429, [("Retry-After", "90")], "{\"message\":\"secondary rate limit\"}"),
            .answer(200, [], "{}"),
        ])
        defer { server.close() }
        #expect(await fault { _ = try await client.look(for: "a/b") }?.kind == .limited)
        let second = await fault { _ = try await client.look(for: "c/d") }
        #expect(second?.retryAfter == .seconds(90))
        #expect(server.requests.count == 1)
    }

    @Test func `SRC-31 the recorded refusal of an hour that is used up is waited out`()
        async throws
    {
        let message = "{\"message\":\"API Rate Limit Exceeded for 192.0.2.1\"}"
        let (client, server) = try client([
            .answer(403, [("x-ratelimit-remaining", "0"), ("x-ratelimit-limit", "60")], message),
            .answer(200, [], "{}"),
        ])
        defer { server.close() }
        _ = try await client.get(server.url, patience: patient)
        #expect(clock.sleeps == [.seconds(60)])
    }

    // MARK: Failures that pass, and those that do not

    @Test func `SRC-34 what is still computed is asked for again`() async throws {
        let (client, server) = try client([
            .answer(202, [], "{}"), .answer(202), .answer(200, [], "[1]"),
        ])
        defer { server.close() }
        #expect(try await client.get(server.url, patience: patient).json == .array([.int(1)]))
        #expect(clock.sleeps == [.seconds(1), .seconds(2)])
    }

    @Test func `SRC-34 three times 502, then good`() async throws {
        let bad = ScriptedHTTPServer.Reply.answer(502, [], "{\"error\":\"Server Error\"}")
        let (client, server) = try client([bad, bad, bad, .answer(200, [], Self.facts)])
        defer { server.close() }
        #expect(try await client.look(for: "a/b").id == 7)
    }

    @Test func `SRC-34 500 for ever fails with the last answer in words`() async throws {
        let (client, server) = try client([
            .answer(500, [], "{\"message\":\"Something \\u001b[31mbroke\"}")
        ])
        defer { server.close() }
        let fault = await fault { _ = try await client.get(server.url, patience: patient) }
        #expect(fault?.message.hasPrefix("GitHub answers 500: Something") == true)
        #expect(fault?.message.contains("\u{1b}") == false)
        #expect(fault?.failure.canPass == true)
        #expect(server.requests.count == GitHubClient.triesMax)
    }

    @Test(arguments: ["{\"id\":7,", "<html>", "[1,2"])
    func `SRC-34 an answer that is cut or no JSON is asked for again`(body: String) async throws {
        let (client, server) = try client([.answer(200, [], body), .answer(200, [], Self.facts)])
        defer { server.close() }
        #expect(try await client.look(for: "a/b").id == 7)
    }

    @Test func `what is asked of GitHub is counted, and what is left of the hour`() async throws {
        let bad = ScriptedHTTPServer.Reply.answer(502, [], "{}")
        let (_, server) = try client([
            bad, .answer(200, [("X-RateLimit-Remaining", "4321")], Self.facts),
        ])
        defer { server.close() }
        let metrics = MetricsRegistry()
        let counted = GitHubClient(
            address: try #require(GitHubAddress(server.url)), token: "t", clock: clock.clock,
            metrics: metrics)
        _ = try await counted.get(server.url, patience: patient)
        func value(_ name: String) -> Double? {
            metrics.samples.first { $0.name == name }?.value
        }
        #expect(value("ingest_source_requests_total") == 2)
        #expect(value("ingest_source_retries_total") == 1)
        #expect(value("ingest_source_bytes_total") == Double(2 + Self.facts.utf8.count))
        #expect(value("ingest_github_requests_left") == 4321)
    }

    // MARK: Tokens

    @Test func `SRC-36 a token that is refused is named, and closes no open door`() async throws {
        let server = try ScriptedHTTPServer { request, _ in
            request.headers["authorization"] == nil
                ? .answer(200, [], Self.facts)
                : .answer(401, [], "{\"message\":\"Bad credentials\"}")
        }
        defer { server.close() }
        let client = GitHubClient(
            address: try #require(GitHubAddress(server.url)), token: "old", clock: clock.clock)
        #expect(try await client.look(for: "a/b").id == 7)
        let fault = await fault { _ = try await client.query("{}", [], patience: patient) }
        #expect(fault?.kind == .tokenRefused)
        #expect(fault?.message.contains("TALLY_GITHUB_TOKEN_FILE") == true)
        #expect(fault?.message.contains("old;") == false)
    }

    @Test func `SRC-36 a right that is missing is named, not waited for`() async throws {
        let (client, server) = try client([
            .answer(
                403, [("X-RateLimit-Remaining", "4999")],
                "{\"message\":\"Resource not accessible by personal access token\"}")
        ])
        defer { server.close() }
        let fault = await fault { _ = try await client.get(server.url, patience: patient) }
        #expect(fault?.kind == .forbidden)
        #expect(fault?.message.contains("not accessible") == true)
        #expect(clock.sleeps.isEmpty)
    }

    @Test func `SRC-45 without a token a repository is looked up, and counting says what it needs`()
        async throws
    {
        let (client, server) = try client([.answer(200, [], Self.facts)], token: nil)
        defer { server.close() }
        #expect(try await client.look(for: "a/b").id == 7)
        #expect(server.requests.first?.headers["authorization"] == nil)
        let fault = await fault { _ = try await client.query("{}", [], patience: patient) }
        #expect(fault?.kind == .tokenMissing)
        #expect(fault?.message.contains("TALLY_GITHUB_TOKEN_FILE") == true)
        #expect(server.requests.count == 1)
    }

    @Test func `SRC-45 without a network it says so, without the address`() async throws {
        let client = GitHubClient(
            address: try #require(GitHubAddress("http://127.0.0.1:1")), token: nil,
            clock: clock.clock)
        let fault = await fault { _ = try await client.look(for: "a/b") }
        #expect(fault?.kind == .unreachable)
        #expect(fault?.message.contains("127.0.0.1") == false)
        #expect(fault?.retryAfter != nil)
    }
}
