import ServiceKit
import Testing

@testable import Ingest

/// The machine that says when GitHub may be asked; its clock is pushed.
@Suite struct GitHubLimitsTests {
    private static let noon = Timestamp(rawValue: 1_700_000_000_000_000)

    private func later(_ seconds: Int64) -> Timestamp {
        Timestamp(rawValue: Self.noon.rawValue + seconds * 1_000_000)
    }

    private func reply(
        _ status: Int, remaining: Int? = nil, resetIn seconds: Int64? = nil,
        retryAfter: Int? = nil, of resource: GitHubLimits.Resource? = .core,
        speaks: Bool = false, serverAhead: Int64 = 0
    ) -> GitHubLimits.Reply {
        GitHubLimits.Reply(
            status: status, retryAfter: retryAfter.map { .seconds($0) }, remaining: remaining,
            reset: seconds.map { later($0 + serverAhead) }, serverTime: later(serverAhead),
            resource: resource, speaksOfLimit: speaks)
    }

    @Test func `without any answer the first request may go`() {
        #expect(GitHubLimits().wait(for: .core, at: Self.noon) == nil)
    }

    @Test(arguments: [403, 429])
    func `SRC-31 a used-up hour waits until its reset, and not a second longer`(status: Int) {
        var limits = GitHubLimits()
        let wait = limits.received(
            reply(status, remaining: 0, resetIn: 600), for: .core, at: Self.noon)
        #expect(wait == GitHubLimits.Wait(until: later(601), cause: .primary))
        #expect(limits.wait(for: .core, at: later(600)) == wait)
        #expect(limits.wait(for: .core, at: later(601)) == nil)
    }

    @Test func `SRC-31 the last request of the hour is answered; the next one waits`() {
        var limits = GitHubLimits()
        let wait = limits.received(
            reply(200, remaining: 0, resetIn: 600), for: .core, at: Self.noon)
        #expect(wait == nil)
        #expect(limits.wait(for: .core, at: Self.noon)?.until == later(601))
    }

    @Test func `SRC-31 a reset is read by GitHub's clock, not by ours`() {
        var limits = GitHubLimits()
        // Our clock is an hour behind; the reset is ten minutes away all the same.
        _ = limits.received(
            reply(403, remaining: 0, resetIn: 600, serverAhead: 3600), for: .core, at: Self.noon)
        #expect(limits.wait(for: .core, at: Self.noon)?.until == later(601))
    }

    @Test func `SRC-31 limits that GitHub counts apart are waited for apart`() {
        var limits = GitHubLimits()
        _ = limits.received(
            reply(403, remaining: 0, resetIn: 600, of: .graphql), for: .graphql, at: Self.noon)
        #expect(limits.wait(for: .graphql, at: Self.noon) != nil)
        #expect(limits.wait(for: .core, at: Self.noon) == nil)
    }

    @Test func `SRC-31 a limit without a name stops everything`() {
        var limits = GitHubLimits()
        _ = limits.received(
            reply(403, remaining: 0, resetIn: 600, of: nil), for: .core, at: Self.noon)
        #expect(limits.wait(for: .graphql, at: Self.noon)?.until == later(601))
    }

    @Test(arguments: [403, 429])
    func `SRC-31 a secondary limit waits for what it says, for every request`(status: Int) {
        var limits = GitHubLimits()
        let wait = limits.received(
            reply(status, remaining: 4000, retryAfter: 90), for: .graphql, at: Self.noon)
        #expect(wait == GitHubLimits.Wait(until: later(90), cause: .secondary))
        for resource in [GitHubLimits.Resource.core, .graphql] {
            #expect(limits.wait(for: resource, at: later(89)) == wait)
            #expect(limits.wait(for: resource, at: later(90)) == nil)
        }
    }

    @Test func `SRC-31 without a time it is a minute, then twice as long, up to an hour`() {
        var limits = GitHubLimits()
        var now = Self.noon
        for seconds: Int64 in [60, 120, 240, 480, 960, 1920, 3600, 3600] {
            let wait = limits.received(
                reply(403, remaining: 9, speaks: true), for: .core, at: now)
            #expect(wait?.until == now.advanced(by: .seconds(seconds)))
            now = now.advanced(by: .seconds(seconds))
        }
    }

    @Test func `SRC-31 an answer in between ends the growing`() {
        var limits = GitHubLimits()
        _ = limits.received(reply(429), for: .core, at: Self.noon)
        _ = limits.received(reply(200, remaining: 9), for: .core, at: later(60))
        let wait = limits.received(reply(429), for: .core, at: later(61))
        #expect(wait?.until == later(121))
    }

    @Test func `SRC-31 a used-up hour without a reset is waited out as a secondary limit`() {
        var limits = GitHubLimits()
        let wait = limits.received(reply(403, remaining: 0), for: .core, at: Self.noon)
        #expect(wait?.until == later(60))
    }

    @Test func `SRC-36 a right that is missing is no limit`() {
        var limits = GitHubLimits()
        #expect(limits.received(reply(403, remaining: 9), for: .core, at: Self.noon) == nil)
        #expect(limits.wait(for: .core, at: Self.noon) == nil)
    }

    @Test(arguments: [(899, true), (900, false), (901, false)])
    func `SRC-31 a minute has nine hundred points and not one more`(count: Int, isFree: Bool) {
        var limits = GitHubLimits()
        for _ in 0..<count { limits.sent(.core, at: Self.noon) }
        #expect((limits.wait(for: .core, at: later(59)) == nil) == isFree)
        #expect(limits.wait(for: .core, at: later(60)) == nil)
        #expect(limits.wait(for: .graphql, at: later(59)) == nil)
    }

    @Test func `a date of HTTP is read, other texts are not`() {
        #expect(
            HTTPDate.read("Tue, 17 Sep 2024 11:00:11 GMT")?.description == "2024-09-17T11:00:11Z")
        for text in ["", "Tuesday, 17-Sep-24 11:00:11 GMT", "Tue, 31 Feb 2024 11:00:11 GMT"] {
            #expect(HTTPDate.read(text) == nil)
        }
    }
}

/// Where requests may go.
@Suite struct GitHubAddressTests {
    private func next(_ link: String) -> String? { GitHubAddress.next(in: link) }

    @Test func `SRC-32 the next page is taken from a link as it stands`() {
        #expect(
            next("<https://a/r/1/x?page=2&q=a%3Eb>; rel=\"next\", <https://a/9>; rel=\"last\"")
                == "https://a/r/1/x?page=2&q=a%3Eb")
        #expect(next("<https://a/1>; rel=\"prev\", <https://a/9>; rel=\"last\"") == nil)
        for text in ["", "nonsense", "<https://a", "https://a; rel=\"next\""] {
            #expect(next(text) == nil)
        }
    }

    @Test(arguments: [
        ("https://api.github.com/repositories/1", "https://api.github.com/repositories/1"),
        ("HTTPS://API.GitHub.com/x?y", "https://api.github.com/x?y"),
        ("/repositories/1", "https://api.github.com/repositories/1"),
    ])
    func `SRC-30 links within the host are followed`(link: String, url: String) throws {
        let address = try #require(GitHubAddress("https://api.github.com"))
        #expect(address.following(link) == url)
    }

    @Test(arguments: [
        "https://api.github.com.evil.example/x", "https://api.github.com@evil.example/x",
        "http://api.github.com/x", "https://api.github.com:8443/x", "//evil.example/x",
        "https://evil.example/https://api.github.com/", "", "ftp://api.github.com/x",
        "https://api.github.com\\@evil.example/x", "https://api.github.com",
    ])
    func `SRC-30 links to anywhere else are not`(link: String) throws {
        let address = try #require(GitHubAddress("https://api.github.com"))
        #expect(address.following(link) == nil)
    }

    @Test func `an enterprise server answers GraphQL beside its REST`() throws {
        let address = try #require(GitHubAddress("https://git.example/api/v3/"))
        #expect(address.url("/repos/a/b") == "https://git.example/api/v3/repos/a/b")
        #expect(address.graphQL == "https://git.example/api/graphql")
    }

    @Test(arguments: [
        ("api.github.com", false), ("https://", false), ("https://a@b", false),
        ("http://git.example", true),
    ])
    func `SRC-45 an address that cannot be used says so`(text: String, withToken: Bool) {
        #expect(GitHubAddress.fault(text, withToken: withToken) != nil)
    }

    @Test func `a token goes over loopback without TLS, for tests`() {
        #expect(GitHubAddress.fault("http://127.0.0.1:4711", withToken: true) == nil)
        #expect(GitHubAddress.fault("http://git.example", withToken: false) == nil)
    }
}
