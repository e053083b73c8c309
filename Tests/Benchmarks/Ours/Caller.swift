import Glibc
import RPC
import Synchronization
import TallyAPI

/// One of the calls in flight, again and again until the end; counts while it is told to.
final class Caller: Sendable {
    private enum Phase: Int { case warmingUp, measuring, over }

    private let phase = Atomic(Phase.warmingUp.rawValue)
    private let counts = Mutex(Counts())

    struct Counts {
        var calls = 0
        var total = 0
        /// Seconds.
        var samples: [Float] = []
    }

    /// What was counted, once the caller has returned.
    var result: Counts { self.counts.withLock { $0 } }

    func begin() { self.phase.store(Phase.measuring.rawValue, ordering: .relaxed) }
    func end() { self.phase.store(Phase.over.rawValue, ordering: .relaxed) }

    private var isOver: Bool { self.phase.load(ordering: .relaxed) == Phase.over.rawValue }
    private var measures: Bool {
        self.phase.load(ordering: .relaxed) == Phase.measuring.rawValue
    }

    func call(_ channel: RPCChannel, _ payload: TallyBench.Payload) async throws {
        var counts = Counts()
        var start = seconds(on: CLOCK_MONOTONIC)
        while !self.isOver {
            let reply: TallyBench.Payload = try await channel.unary(TallyBench.echo, payload)
            guard Self.isAnswer(reply, to: payload) else { throw WrongAnswer() }
            counts.total += 1
            let end = seconds(on: CLOCK_MONOTONIC)
            if self.measures {
                counts.calls += 1
                counts.samples.append(Float(end - start))
            }
            start = end
        }
        self.counts.withLock { [counts] in $0 = counts }
    }

    /// The length alone is looked at, as the other generators do.
    private static func isAnswer(_ reply: TallyBench.Payload, to payload: TallyBench.Payload)
        -> Bool
    {
        reply.service.utf8.count == payload.service.utf8.count
    }

    func read(_ channel: RPCChannel, _ payload: TallyBench.Payload) async throws {
        let counts = try await channel.serverStreaming(
            TallyBench.repeating, payload, options: CallOptions(timeout: nil)
        ) { (replies: RPCReader<TallyBench.Payload>) in
            var counts = Counts()
            while let reply = try await replies.next(), !self.isOver {
                guard Self.isAnswer(reply, to: payload) else { throw WrongAnswer() }
                counts.total += 1
                if self.measures { counts.calls += 1 }
            }
            return counts
        }
        self.counts.withLock { $0 = counts }
    }
}

/// The server sent something else than it was sent.
struct WrongAnswer: Error {}

extension [Caller] {
    /// The same line of JSON as the other generators.
    func report(_ took: Duration) -> String {
        let results = self.map(\.result)
        let samples = results.flatMap(\.samples).map { $0 * 1e6 }.sorted()
        let p50 = samples.isEmpty ? 0 : samples[samples.count / 2]
        let p99 = samples.isEmpty ? 0 : samples[samples.count * 99 / 100]
        let (calls, total) = (
            results.reduce(0) { $0 + $1.calls }, results.reduce(0) { $0 + $1.total }
        )
        return "{\"calls\": \(calls), \"total\": \(total), "
            + "\"seconds\": \(took / .seconds(1)), \"p50\": \(p50), \"p99\": \(p99)}"
    }
}
