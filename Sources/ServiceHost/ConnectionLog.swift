internal import RPC
internal import ServiceKit
private import Synchronization

/// Logs how connections end: for every level's reader what was somebody's fault, the rest for those
/// who look for it. A flood of strangers writes a few lines a second, and how many it left out.
final class ConnectionLog: Sendable {
    /// Lines about faults in one second; a log full of them hides everything else.
    static let linesMax = 10
    private static let period = Duration.seconds(1)

    private struct Period {
        var began: ContinuousClock.Instant?
        var lines = 0
        var omitted = 0
    }

    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let period = Mutex(Period())

    init(
        _ logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.logger = logger
        self.now = now
    }

    /// A connection ended.
    func ended(_ end: ConnectionEnd) {
        let fields = ["peer": end.peer, "reason": end.reason]
        guard end.isFault else { return self.logger.debug("connection closed", fields) }
        self.write("connection closed", fields)
    }

    /// TLS refused a client.
    func refused(_ peer: String, _ reason: String) {
        self.write("client refused", ["peer": peer, "reason": reason])
    }

    private func write(_ message: String, _ fields: [String: String]) {
        guard let omitted = self.takeLine() else { return }
        let more = omitted == 0 ? [:] : ["omitted": "\(omitted)"]
        self.logger.info(message, fields.merging(more) { own, _ in own })
    }

    /// - Returns: lines that were not written since the last one; nil when this one is not, either.
    private func takeLine() -> Int? {
        let now = self.now()
        return self.period.withLock { period in
            if period.began.map({ now - $0 >= Self.period }) ?? true {
                period.began = now
                period.lines = 0
            }
            guard period.lines < Self.linesMax else {
                period.omitted += 1
                return nil
            }
            period.lines += 1
            defer { period.omitted = 0 }
            return period.omitted
        }
    }
}
