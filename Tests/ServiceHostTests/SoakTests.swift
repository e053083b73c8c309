import Foundation
import RPC
import RPCCore
import Synchronization
import TallyAPI
import TestKit
import Testing

@testable import ServiceHost
@testable import Sockets

/// Load over a line that is cut, stalled, spoiled and swallowed, for as long as it is told to:
/// `TALLY_SOAK_SECONDS`, 5 by default; `deploy/test --long soak` for half an hour.
@Suite(.timeLimit(.minutes(45))) struct SoakTests {
    /// What the callers saw.
    private struct Seen {
        var right = 0
        var wrong = 0
        var failures: [String: Int] = [:]
        var mute: [String] = []
        /// How often the line began or ceased to change bytes.
        var changes = 0
        /// Resident bytes, in the order in which they were looked at.
        var memory: [UInt64] = []
    }

    private final class Record: Sendable {
        let seen = Mutex(Seen())
    }

    private static let seconds =
        Double(ProcessInfo.processInfo.environment["TALLY_SOAK_SECONDS"] ?? "") ?? 5
    private static let callers = 16

    @Test
    func `RPC-87 mixed load over a bad line leaves nothing behind, and every failure says why`()
        async throws
    {
        let tiny = try await RunningTiny.start(migratedDatabase())
        try await tiny.ready()
        let address = try #require(tiny.lines.address("rpc"))
        let proxy = FaultProxy(to: UInt16(address.split(separator: ":").last ?? "") ?? 0)
        let group = try EventLoopGroup(threads: 1, name: "soak")
        var configuration = ClientConfiguration()
        configuration.backoffFirst = .milliseconds(20)
        configuration.backoffMax = .milliseconds(200)
        let channel = try RPCChannel(proxy.address, configuration: configuration, group: group)
        let end = ContinuousClock.now.advanced(by: .seconds(Self.seconds))
        let record = Record()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for number in 0..<Self.callers {
                tasks.addTask { await Self.load(channel, number, until: end, record) }
            }
            tasks.addTask { await Self.spoil(proxy, until: end, record) }
            tasks.addTask { try await Self.observe(tiny.channel, until: end, record) }
            try await tasks.waitForAll()
        }
        proxy.mode = .pass
        let seen = record.seen.withLock { $0 }
        #expect(seen.wrong == 0)
        #expect(seen.right > 100)
        #expect(seen.mute == [])
        #expect(Self.growth(seen.memory) < Self.growthMax)
        try await Self.expectIdle(tiny.channel)
        await channel.close()
        await Self.expectNoTimers(group)
        proxy.stop()
        group.shutdown()
        #expect(try await tiny.stop() == 0)
    }

    // MARK: Load

    private static func load(
        _ channel: RPCChannel, _ seed: Int, until end: ContinuousClock.Instant,
        _ record: Record
    ) async {
        var number = seed
        while ContinuousClock.now < end {
            number += callers
            let kind = CallKind.allCases[number % 4]
            let size = [0, 1, 100, 5_000, 70_000, 300_000][number / 4 % 6]
            let payload = Bytes([UInt8](repeating: UInt8(number & 0xFF), count: size))
            let changes = record.seen.withLock { $0.changes }
            // A call that is swallowed must not hold its caller for long.
            let options = CallOptions(timeout: .milliseconds(1500), waitForReady: number % 3 == 0)
            do {
                let isRight = try await LoadMethods.call(kind, payload, channel, options)
                record.seen.withLock { seen in
                    if isRight {
                        seen.right += 1
                    } else if seen.changes == changes {
                        seen.wrong += 1
                    }
                }
            } catch {
                let why = Self.reason(of: error)
                record.seen.withLock { seen in
                    seen.failures[why ?? "none", default: 0] += 1
                    if why == nil { seen.mute.append("\(error)") }
                }
                // A caller that fails at once is not to burn the machine.
                await Self.pause(.milliseconds(5))
            }
        }
    }

    /// The reason that a failure gives: its name, or the phase in which its time ran out.
    private static func reason(of error: any Error) -> String? {
        guard let error = error as? RPCError, !error.message.isEmpty else { return nil }
        return error.reason ?? error.facts["phase"].map { "\(error.code.name) while \($0)" }
    }

    // MARK: Faults

    private static func spoil(
        _ proxy: FaultProxy, until end: ContinuousClock.Instant, _ record: Record
    ) async {
        var turn = 0
        while ContinuousClock.now < end {
            proxy.mode = .pass
            await Self.pause(.milliseconds(400))
            switch turn % 4 {
            case 0: proxy.cut()
            case 1:
                proxy.mode = .stall
                await Self.pause(.milliseconds(150))
            case 2:
                // Frames bear no checksum, TCP does: a byte changed beyond it, within a payload,
                // is nothing that either side could notice. So the answers of these calls are not
                // judged, and the line is cut before later ones use it.
                record.seen.withLock { $0.changes += 1 }
                proxy.mode = .corrupt
                await Self.pause(.milliseconds(50))
                proxy.mode = .pass
                proxy.cut()
                record.seen.withLock { $0.changes += 1 }
            case _:
                // Nothing arrives, and nobody says so; then the line is gone.
                proxy.mode = .swallow
                await Self.pause(.milliseconds(200))
                proxy.cut()
            }
            turn += 1
        }
    }

    /// The case is about real time: lines are bad for as long as a timer of a loop says.
    private static func pause(_ time: Duration) async {
        await withCheckedContinuation { continuation in
            do {
                try Self.clock.get().next().schedule(after: time) { continuation.resume() }
            } catch {
                continuation.resume()
            }
        }
    }

    private static let clock = Result { try EventLoopGroup(threads: 1, name: "soak-clock") }

    // MARK: Watching

    /// Health, lists, numbers and calls answer all the while, on a line of their own.
    private static func observe(
        _ channel: RPCChannel, until end: ContinuousClock.Instant,
        _ record: Record
    ) async throws {
        let admin = AdminClient(channel)
        while ContinuousClock.now < end {
            let health = try await HealthClient(channel).check(HealthCheckRequest())
            #expect(health.status == .serving)
            #expect(try await !HealthClient(channel).list(HealthListRequest()).services.isEmpty)
            #expect(try await !admin.vars(VarsRequest(prefix: "rpc_")).vars.isEmpty)
            #expect(try await !admin.rpcz(RpczRequest(limit: 5)).calls.isEmpty)
            #expect(try await !admin.connections(ConnectionsRequest()).connections.isEmpty)
            let resident = try await admin.status(StatusRequest()).residentBytes
            record.seen.withLock { $0.memory.append(resident) }
            await Self.pause(.milliseconds(100))
        }
    }

    /// What the process may gain between the second and the last fifth of the run: buffers that
    /// the allocator keeps, not a slope. `TALLY_SOAK_GROWTH_MIB`, 24 by default; a sanitizer keeps
    /// more.
    private static let growthMax =
        (Int64(ProcessInfo.processInfo.environment["TALLY_SOAK_GROWTH_MIB"] ?? "") ?? 24) << 20

    private static func growth(_ samples: [UInt64]) -> Int64 {
        let fifth = max(1, samples.count / 5)
        let early = samples.dropFirst(fifth).prefix(fifth).sorted()
        let late = samples.suffix(fifth).sorted()
        guard !early.isEmpty, !late.isEmpty else { return .max }
        return Int64(late[late.count / 2]) - Int64(early[early.count / 2])
    }

    /// No call of the load is left at the server, however its line ended.
    private static func expectIdle(_ channel: RPCChannel) async throws {
        let admin = AdminClient(channel)
        let limit = ContinuousClock.now.advanced(by: .seconds(30))
        while ContinuousClock.now < limit {
            // The call that asks is one of them.
            if try await admin.status(StatusRequest()).callsInFlight <= 1 { return }
            await Self.pause(.milliseconds(50))
        }
        Issue.record("calls are left at the server")
    }

    /// A connection that said its last words has a second for them.
    private static func expectNoTimers(_ group: EventLoopGroup) async {
        let limit = ContinuousClock.now.advanced(by: .seconds(10))
        while ContinuousClock.now < limit {
            if await Self.timers(group) == 0 { return }
            await Self.pause(.milliseconds(50))
        }
        Issue.record("\(await Self.timers(group)) timers are left")
    }

    /// Timers that wait on the loops of a group.
    private static func timers(_ group: EventLoopGroup) async -> Int {
        var count = 0
        for loop in group.loops {
            count += await withCheckedContinuation { continuation in
                loop.execute { continuation.resume(returning: loop.core.timers.count) }
            }
        }
        return count
    }
}
