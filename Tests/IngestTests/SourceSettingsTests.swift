import ServiceKit
import Testing

@testable import Ingest

/// Which sources a configuration gives.
@Suite struct SourceSettingsTests {
    private func settings(
        _ environment: [String: String], secret: String? = nil
    ) throws -> SourceSettings {
        var reader = ConfigurationReader(
            environment: environment.merging(
                secret == nil ? [:] : ["TALLY_GITHUB_TOKEN_FILE": "token"]
            ) { $1 },
            readSecret: { _ in secret.map { .success($0) } ?? .failure(.unreadable) })
        let settings = SourceSettings(reading: &reader)
        try reader.finish()
        return settings
    }

    private func made(
        _ environment: [String: String], secret: String? = nil
    ) throws -> (sources: [String], looksUp: Bool) {
        let clock = PushedClock()
        let made = try settings(environment, secret: secret)
            .make(WallClock { clock.now }, shelf: MemoryShelf())
        return (made.sources.map(\.name), made.lookup != nil)
    }

    private func faults(_ environment: [String: String], secret: String? = nil) -> [String] {
        do {
            _ = try settings(environment, secret: secret)
            return []
        } catch { return (error as? ConfigurationFaults)?.faults ?? ["\(error)"] }
    }

    @Test func `SRC-45 nothing configured is the archive alone`() throws {
        let made = try made([:])
        #expect(made.sources == ["archive"])
        #expect(!made.looksUp)
    }

    @Test func `a token brings GitHub, best first`() throws {
        let made = try made([:], secret: "ghp_abc\n")
        #expect(made.sources == ["github", "archive"])
        #expect(made.looksUp)
    }

    @Test func `SRC-36 without a token GitHub says what there is, and no more`() throws {
        let made = try made(["TALLY_SOURCES": "github,archive"])
        #expect(made.sources == ["archive"])
        #expect(made.looksUp)
    }

    @Test func `sources that are not named are not used`() throws {
        let made = try made(["TALLY_SOURCES": "archive"], secret: "ghp_abc")
        #expect(made.sources == ["archive"])
        #expect(!made.looksUp)
    }

    @Test(arguments: [
        (["TALLY_GITHUB_URL": "api.github.com"], "TALLY_GITHUB_URL"),
        (["TALLY_GITHUB_URL": "http://git.example"], "TALLY_GITHUB_URL"),
        (["TALLY_SOURCES": "gitlab"], "TALLY_SOURCES"),
    ])
    func `SRC-45 a wrong setting says which and how`(
        environment: [String: String], name: String
    ) {
        let faults = faults(environment, secret: "ghp_abc")
        #expect(faults.count == 1)
        #expect(faults.first?.hasPrefix(name) == true)
    }

    @Test(arguments: ["two\nlines", "with blank", "ü", "\u{7f}"])
    func `SRC-36 a token that no header can carry is refused, and not shown`(token: String) {
        let faults = faults([:], secret: token)
        #expect(faults.count == 1)
        #expect(faults.first?.contains(token) == false)
    }
}
