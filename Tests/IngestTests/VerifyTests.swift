import Postgres
import TallyAPI
import Testing

@testable import Ingest

/// The checks of what ingest stores, against rows that somebody changed.
@Suite struct VerifyTests {
    let world: TestWorld

    init() async throws { self.world = try await TestWorld() }

    /// A day of a running job, and a follower.
    private func filled() async throws {
        try await self.world.track()
        let claim = try await self.world.fetching()
        try await self.world.put(100, .pushed(3), for: claim)
        let change = try await self.world.store.feedHead().change
        try await self.world.store.record(
            follower: "scoring", instance: "i", applied: change, published: change)
    }

    private func broken() async throws -> [Finding] {
        try await self.world.store.findings().filter { !$0.holds }
    }

    @Test func `what the service wrote holds`() async throws {
        try await self.filled()
        #expect(try await self.broken() == [])
        let findings = try await self.world.store.findings()
        #expect(Set(findings.map(\.invariant)) == ["I1", "I4", "I5", "I6"])
        #expect(findings.first?.checked == 1)
    }

    @Test(arguments: [
        ("update activity set block = 'x'", "I1", "repository 7, 1970-04-11"),
        ("update repositories set removed_at = now()", "I4", "repository 7"),
        (
            "update scrape_jobs set lease_until = now() - interval '1 minute'", "I4",
            "without a live lease"
        ),
        ("update activity set change = 99999", "I5", "99999"),
        ("update followers set applied = 99999", "I5", "applied 99999"),
        (
            "delete from log_lines where seq = (select max(seq) from log_lines)", "I6",
            "is missing"
        ),
    ])
    func `FLT-35 a row changed by hand is named`(
        sql: String, invariant: String, words: String
    ) async throws {
        try await self.filled()
        try self.world.connect().script(sql)
        let broken = try await self.broken()
        #expect(
            broken.contains { finding in
                finding.invariant == invariant
                    && finding.violations.contains { $0.contains(words) }
            }, "\(broken)")
    }
}
