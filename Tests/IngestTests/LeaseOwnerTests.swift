import ServiceKit
import TallyAPI
import Testing

@testable import Ingest

@Suite struct LeaseOwnerTests {
    @Test(arguments: [
        ("host:1:100", "host:2:200", false, true),
        ("host:1:100", "host:2:200", true, false),
        ("other:1:100", "host:2:200", false, false),
        ("host:1:100", "host:1:200", true, true),
        ("host:1:100", "host:1:100", false, false),
        ("nonsense", "host:1:100", false, false),
    ])
    func `only a process of this machine that does not run is gone`(
        holder: String, me: String, isRunning: Bool, expected: Bool
    ) {
        #expect(LeaseOwner.isGone(holder, seenBy: me) { _ in isRunning } == expected)
    }

    @Test func `a process that never was is gone, this one is not`() throws {
        // Process numbers end far below this one.
        #expect(LeaseOwner.isGone("host:2147483647:1", seenBy: "host:1:2"))
    }

    @Test func `FLT-06 jobs of a process that died are free at once`() async throws {
        let world = try await TestWorld()
        try await world.track()
        _ = try await world.submit()
        _ = try await world.store.claim(by: "host:2147483647:1", limit: 1)
        #expect(try await world.store.freeJobsOfTheDead(seenBy: "elsewhere:1:2") == 0)
        #expect(try await world.store.freeJobsOfTheDead(seenBy: "host:1:2") == 1)
        #expect(try await world.store.claim(by: "host:1:2", limit: 1).map(\.attempt) == [2])
    }
}
