import Foundation
import Testing

/// Random schedules against random faults, all from one seed, in one process: every statement may
/// fail, be cut before or after the server has done it; every batch may be lost, doubled, stale.
///
/// `TALLY_FAULT_SEED` repeats one story, `TALLY_FAULT_RUNS` says how many are tried.
@Suite(.serialized) struct FaultStoryTests {
    private static let steps = 50

    private static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["TALLY_FAULT_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        let runs = environment["TALLY_FAULT_RUNS"].flatMap { Int($0) } ?? 20
        let start = UInt64.random(in: 0...(.max / 2))
        return (0..<runs).map { start + UInt64($0) }
    }()

    private static func story(_ seed: UInt64) async throws -> (
        complaints: [String], gate: FaultGate
    ) {
        var story = try FaultStory(seed: seed)
        defer { story.house.close() }
        try await story.run(steps: self.steps)
        return (story.complaints, story.gate)
    }

    @Test(arguments: Self.seeds)
    func `FLT-01 FLT-03 FLT-13 FLT-16 whatever fails, the boards are what was stored`(
        seed: UInt64
    ) async throws {
        let (complaints, gate) = try await Self.story(seed)
        let replay = "TALLY_FAULT_SEED=\(seed) swift test --filter FaultStoryTests"
        #expect(complaints == [], "\(replay)\n\(gate.trace.suffix(60).joined(separator: "\n"))")
    }

    @Test func `a seed tells the same story twice`() async throws {
        let seed = Self.seeds[0]
        let (one, other) = (try await Self.story(seed), try await Self.story(seed))
        #expect(one.gate.faults > 0)
        let difference = zip(one.gate.trace, other.gate.trace).first { $0 != $1 }
        #expect(difference == nil, "TALLY_FAULT_SEED=\(seed)")
        #expect(one.gate.trace.count == other.gate.trace.count)
    }
}
