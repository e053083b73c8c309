import Foundation
import JSON
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Ingest

/// Answers that GitHub gave, replayed where the recordings are at hand.
@Suite(.enabled(if: Recording.isThere)) struct RecordedGitHubTests {
    let clock = PushedClock()

    private func replaying(
        _ name: String
    ) throws -> (client: GitHubClient, server: ScriptedHTTPServer) {
        let server = try Recording(name).server()
        let address = try #require(GitHubAddress(server.url))
        return (GitHubClient(address: address, token: "t", clock: clock.clock), server)
    }

    @Test func `SRC-30 the recorded rename leads to the new name`() async throws {
        let (client, server) = try replaying("repo_renamed_301")
        defer { server.close() }
        let facts = try await client.look(for: "protoncoin/protoncoin")
        #expect(facts.id == 112_116_543)
        #expect(
            server.requests.map(\.path) == [
                "/repos/protoncoin/protoncoin", "/repositories/112116543",
            ])
    }

    @Test func `SRC-30 the recorded 404 is an unknown repository`() async throws {
        let (client, server) = try replaying("repo_not_found_404")
        defer { server.close() }
        let error = await #expect(throws: GitHubFault.self) {
            _ = try await client.look(for: "jacquev6/Xxx")
        }
        #expect(error?.kind == .unknown)
    }

    @Test func `SRC-34 the recorded 502s pass`() async throws {
        let (client, server) = try replaying("server_error_502_then_200")
        defer { server.close() }
        #expect(try await client.look(for: "PyGithub/PyGithub").name == "PyGithub/PyGithub")
        #expect(server.requests.count == 4)
    }

    @Test func `SRC-34 the recorded 202 is asked again`() async throws {
        let (client, server) = try replaying("stats_contributors_202_200")
        defer { server.close() }
        let reply = try await client.get(
            client.address.url("/repos/PyGithub/PyGithub/stats/contributors"),
            patience: .waits { _ in })
        #expect(reply.json.array?.isEmpty == false)
    }

    @Test func `SRC-32 the recorded 304 is an answer without a body`() async throws {
        let (client, server) = try replaying("repo_conditional_304")
        defer { server.close() }
        let reply = try await client.get(
            client.address.url("/repos/akfish/PyGithub"), etag: "\"x\"",
            patience: .waits { _ in })
        #expect(reply.status == 304)
        #expect(server.requests.first?.headers["if-none-match"] == "\"x\"")
    }

    @Test func `SRC-32 recorded pages of releases are read to their end by their links`()
        async throws
    {
        let (client, server) = try replaying("releases_paged")
        defer { server.close() }
        let since = try #require(CivilDay("2008-01-01"))
        let reader = GitHubPageReader(days: since...since.advanced(by: 10_000))
        var url: String? = client.address.url("/repos/PyGithub/PyGithub/releases?per_page=10")
        var items: [GitHubItem] = []
        while let next = url {
            let reply = try await client.get(next, patience: .waits { _ in })
            let page = try reader.read(.releases, rest: reply.json, next: reply.next)
            #expect(page.skipped == 0)
            items += page.items
            url = page.next
        }
        #expect(server.requests.count == 3)
        #expect(Set(items.map(\.id)).count == items.count)
        #expect(items.count > 20)
        #expect(items.allSatisfy { $0.person.id > 0 && !$0.person.login.isEmpty })
    }

    @Test func `SRC-35 recorded comments name their authors`() throws {
        let since = try #require(CivilDay("2008-01-01"))
        let reader = GitHubPageReader(days: since...since.advanced(by: 10_000))
        for exchange in try Recording("issue_comments_paged").exchanges {
            guard let body = exchange.body, body.array != nil else { continue }
            let page = try reader.read(.issueComments, rest: body, next: nil)
            #expect(page.skipped == 0)
            #expect(page.items.allSatisfy { $0.kind == .comment && $0.person.id > 0 })
        }
    }
}

/// A file of recorded exchanges.
struct Recording {
    struct Exchange: Sendable {
        var path: String
        var status: Int
        var headers: [(String, String)]
        var body: JSONValue?
        var text: String
    }

    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("../../../shared/data/github")

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder.path) }

    let exchanges: [Exchange]

    init(_ name: String) throws {
        let data = try Data(contentsOf: Self.folder.appendingPathComponent(name + ".json"))
        let json = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        exchanges = try (json?["exchanges"] as? [[String: Any]] ?? []).map { exchange in
            let response = exchange["response"] as? [String: Any] ?? [:]
            let headers = (response["headers"] as? [String: String] ?? [:]).map { ($0, $1) }
            var text = ""
            if let body = response["body"], !(body is NSNull) {
                let bytes = try JSONSerialization.data(
                    withJSONObject: body, options: [.fragmentsAllowed])
                text = String(decoding: bytes, as: UTF8.self)
            }
            let request = exchange["request"] as? [String: Any]
            return Exchange(
                path: request?["path"] as? String ?? "", status: response["status"] as? Int ?? 0,
                headers: headers,
                body: try? JSONReader.read(text), text: text)
        }
    }

    /// A server that gives each path its answers in their order; links lead to itself.
    func server() throws -> ScriptedHTTPServer {
        let exchanges = exchanges
        let given = Mutex<Set<Int>>([])
        return try ScriptedHTTPServer { request, _ in
            let next = given.withLock { given in
                exchanges.indices.first {
                    exchanges[$0].path == request.target && given.insert($0).inserted
                }
            }
            guard let exchange = next.map({ exchanges[$0] }) else { return .answer(501) }
            let host = "http://" + (request.headers["host"] ?? "")
            let kept = exchange.headers.filter { name, _ in
                !["content-length", "transfer-encoding", "content-encoding"]
                    .contains(name.lowercased())
            }
            return .answer(
                exchange.status,
                kept.map { ($0.0, $0.1.replacing("https://api.github.com", with: host)) },
                exchange.text)
        }
    }
}
