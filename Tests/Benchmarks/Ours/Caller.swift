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
        /// Microseconds.
        var samples: [Float] = []
    }

    var result: Counts { self.counts.withLock { $0 } }

    func begin() { self.phase.store(Phase.measuring.rawValue, ordering: .relaxed) }
    func end() { self.phase.store(Phase.over.rawValue, ordering: .relaxed) }

    private var isOver: Bool { self.phase.load(ordering: .relaxed) == Phase.over.rawValue }

    private func count(since start: ContinuousClock.Instant?) {
        let measures = self.phase.load(ordering: .relaxed) == Phase.measuring.rawValue
        self.counts.withLock { counts in
            counts.total += 1
            guard measures else { return }
            counts.calls += 1
            guard let start else { return }
            counts.samples.append(Float((ContinuousClock.now - start) / .microseconds(1)))
        }
    }

    func call(_ channel: RPCChannel, _ payload: TallyBench.Payload) async throws {
        while !self.isOver {
            let start = ContinuousClock.now
            let reply: TallyBench.Payload = try await channel.unary(TallyBench.echo, payload)
            guard reply == payload else { throw WrongAnswer() }
            self.count(since: start)
        }
    }

    func read(_ channel: RPCChannel, _ payload: TallyBench.Payload) async throws {
        try await channel.serverStreaming(
            TallyBench.repeating, payload, options: CallOptions(timeout: nil)
        ) { (replies: RPCReader<TallyBench.Payload>) in
            while let reply = try await replies.next(), !self.isOver {
                guard reply == payload else { throw WrongAnswer() }
                self.count(since: nil)
            }
        }
    }
}

/// The server sent something else than it was sent.
struct WrongAnswer: Error {}

extension [Caller] {
    /// The same line of JSON as the other generators.
    func report(_ took: Duration) -> String {
        let results = self.map(\.result)
        let samples = results.flatMap(\.samples).sorted()
        let p50 = samples.isEmpty ? 0 : samples[samples.count / 2]
        let p99 = samples.isEmpty ? 0 : samples[samples.count * 99 / 100]
        let (calls, total) = (
            results.reduce(0) { $0 + $1.calls }, results.reduce(0) { $0 + $1.total }
        )
        return "{\"calls\": \(calls), \"total\": \(total), "
            + "\"seconds\": \(took / .seconds(1)), \"p50\": \(p50), \"p99\": \(p99)}"
    }
}
