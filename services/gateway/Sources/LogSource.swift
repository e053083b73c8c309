import RPC
import TallyAPI

/// Follows one service's log into the ring: one stream for all readers of this gateway.
struct LogSource: Sendable {
    let service: String
    let channel: RPCChannel
    let ring: LogRing

    /// Pause before a service that is away is asked again.
    private static let pause = Duration.seconds(1)

    /// Follows until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let request = TailRequest(
                // Lines from before this gateway are asked of the service by whoever wants them.
                start: self.ring.number(of: self.service).map { .afterSeq($0) } ?? .last(0),
                follow: true)
            do {
                try await LogsClient(self.channel).tail(
                    request, options: CallOptions(timeout: nil)
                ) { reader in
                    while let batch = try await reader.next() { self.take(batch) }
                }
            } catch {
                guard !Task.isCancelled else { return }
                self.set(away: true)
            }
            _ = try? await Task.sleep(for: Self.pause)
        }
    }

    private func take(_ batch: TailBatch) {
        if self.ring.number(of: self.service) == nil {
            let first = batch.lines.first.map { $0.seq - 1 }
            self.ring.start(self.service, at: first ?? batch.cursor)
        }
        self.set(away: false)
        if batch.gapTo > 0 {
            let gap = batch.gapFrom...max(batch.gapFrom, batch.gapTo)
            self.ring.append(self.service, upTo: gap.upperBound) {
                LogEntry(gap: gap, self.service, $0)
            }
        }
        for line in batch.lines {
            self.ring.append(self.service, upTo: line.seq) { LogEntry(line, self.service, $0) }
        }
    }

    private func set(away: Bool) {
        self.ring.set(self.service, away: away) { LogEntry(isAway: away, self.service, $0) }
    }
}
