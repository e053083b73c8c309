import RPC
import Synchronization

/// One of the calls in flight, again and again until the end; counts while it is told to.
final class Caller: Sendable {
    private enum Phase: Int { case warmingUp, measuring, over }

    private let phase = Atomic(Phase.warmingUp.rawValue)
    private let counts = Mutex(Counts())

    struct Counts {
        var calls = 0
        var total = 0
        var samples: [Duration] = []
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
        var start = ContinuousClock.now
        while !self.isOver {
            let reply: TallyBench.Payload = try await channel.unary(TallyBench.echo, payload)
            guard reply == payload else { throw WrongAnswer() }
            counts.total += 1
            let end = ContinuousClock.now
            if self.measures {
                counts.calls += 1
                counts.samples.append(end - start)
            }
            start = end
        }
        self.counts.withLock { [counts] in $0 = counts }
    }

    func read(_ channel: RPCChannel, _ payload: TallyBench.Payload) async throws {
        let counts = try await channel.serverStreaming(
            TallyBench.repeating, payload, options: CallOptions(timeout: nil)
        ) { (replies: RPCReader<TallyBench.Payload>) in
            var counts = Counts()
            while let reply = try await replies.next(), !self.isOver {
                guard reply == payload else { throw WrongAnswer() }
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
        let samples = results.flatMap(\.samples).map { $0 / .microseconds(1) }.sorted()
        let p50 = samples.isEmpty ? 0 : samples[samples.count / 2]
        let p99 = samples.isEmpty ? 0 : samples[samples.count * 99 / 100]
        let (calls, total) = (
            results.reduce(0) { $0 + $1.calls }, results.reduce(0) { $0 + $1.total }
        )
        return "{\"calls\": \(calls), \"total\": \(total), "
            + "\"seconds\": \(took / .seconds(1)), \"p50\": \(p50), \"p99\": \(p99)}"
    }
}
